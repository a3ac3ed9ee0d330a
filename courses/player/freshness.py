"""Visitors' pages carry an ETag; what a signed-in person sees is never kept (security.md 4.3)."""

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import translation
from django.utils.cache import patch_vary_headers

from courses.player.reader import Reader


def fresh(request: HttpRequest, reader: Reader, page: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer with a page, or 304 to a visitor who has it already.

    The tag covers all a visitor's page depends on: edition, address, language, looks, the secret
    behind the form token, and her own state.
    """
    if reader.user.is_authenticated:
        return page()
    tag = _tag(request, reader)
    if request.headers.get("If-None-Match") == tag and tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = page()
    if tag:
        response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


def _tag(request: HttpRequest, reader: Reader) -> str:
    secret = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
    if secret is None or request.COOKIES.get("messages"):
        return ""
    own = reader.enrolment
    parts = (
        reader.edition.id,
        reader.edition.mark,
        request.get_full_path(),
        translation.get_language(),
        request.COOKIES.get("theme"),
        request.COOKIES.get("text_only"),
        secret,
        settings.BUILD,
        (own.pk, own.last_at.isoformat()) if own else None,
    )
    return '"' + hashlib.sha256(repr(parts).encode()).hexdigest()[:32] + '"'
