"""Uploaded files in the embedded default; in production the proxy serves them (deploy/)."""

import mimetypes
from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils._os import safe_join
from django.utils.http import http_date
from django.views.decorators.http import require_safe
from django.views.static import was_modified_since

# Shown in the page. Everything else is offered as a download: SVG and HTML may hold script.
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
# Documents go through Wagtail's own view, which asks whether the reader may have them.
NOT_HERE = frozenset({"documents", "ready"})
POLICY = "sandbox; default-src 'none'"

mimetypes.add_type("image/avif", ".avif")
mimetypes.add_type("image/webp", ".webp")
mimetypes.add_type("text/vtt", ".vtt")


def _find(path: str) -> Path:
    """Return the file of a path below MEDIA_ROOT. Raises Http404 for everything else."""
    root = Path(settings.MEDIA_ROOT).resolve()
    try:
        found = Path(safe_join(root, path)).resolve()
        inside = found.is_relative_to(root) and found.is_file()
    except (SuspiciousFileOperation, ValueError, OSError) as problem:
        raise Http404 from problem
    if not inside:
        raise Http404
    parts = found.relative_to(root).parts
    if parts[0] in NOT_HERE or any(part.startswith(".") for part in parts):
        raise Http404
    return found


@require_safe
def serve(request: HttpRequest, path: str) -> HttpResponse | FileResponse:
    """Send a file below MEDIA_ROOT with a type that the browser may not guess anew.

    Images are shown, other types offered as a download. 404 in production, for folders, for
    hidden files, for documents and for paths that lead out of MEDIA_ROOT.
    """
    if not settings.DEVELOPMENT:
        raise Http404
    found = _find(path)
    modified = found.stat().st_mtime
    if not was_modified_since(request.headers.get("If-Modified-Since"), modified):
        return HttpResponseNotModified()
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    response = FileResponse(
        found.open("rb"),
        as_attachment=kind not in IMAGES,
        filename=found.name,
        content_type=kind,
        status=HTTPStatus.OK,
    )
    response.headers["Last-Modified"] = http_date(modified)
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    return response
