"""Pages: the file of an edition. ``portal.files.serving`` sends every byte."""

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from community.library import copies
from community.library.copy_models import StampedCopy
from community.library.files import get_edition_for, is_stamped
from community.library.models import Edition
from community.library.permissions import is_public
from portal.files import serving
from portal.markings.labels import FRESH, label_of
from portal.permissions import is_member
from portal.shared.errors import NotAllowed

AGAIN = 3  # seconds until the page looks again


@require_GET
def library_file(request: HttpRequest, public_id: UUID, language: str) -> HttpResponseBase:
    """Send a file of the public shelf to anybody."""
    edition = get_edition_for(request.user, public_id, language)
    if not is_public(edition.publication):
        raise NotAllowed
    return serving.send(request, edition.file.public_id)


@require_http_methods(["GET", "POST"])
def members_file(request: HttpRequest, public_id: UUID, language: str) -> HttpResponseBase:
    """Send a file, or from AMBER on lead to a copy that names its reader (a POST begins it)."""
    edition = get_edition_for(request.user, public_id, language)
    if not is_member(request.user):
        raise NotAllowed
    if not is_stamped(edition.publication):
        return _sent(request, edition)
    if request.method == "POST":
        copies.ask(actor=request.user, edition=edition)
        return redirect("members_file", public_id=public_id, language=language)
    copy = copies.current(request.user, edition)
    label = label_of(edition.publication.label)
    context = {
        "publication": edition.publication, "edition": edition, "copy": copy, "label": str(label),
        "fresh": label in FRESH, "url": _address(copy),
    }  # fmt: skip
    response = render(request, "community/library/copy.html", context)
    if copy is not None and copy.state == StampedCopy.State.WAITING:
        response.headers["Refresh"] = str(AGAIN)
    return response


def _sent(request: HttpRequest, edition: Edition) -> HttpResponseBase:
    if request.method == "POST":
        raise NotAllowed  # nothing has to be prepared
    return serving.send(request, edition.file.public_id)


def _address(copy: StampedCopy | None) -> str:
    """Return where a copy is taken from, "" while there is none."""
    if copy is None or copy.state != StampedCopy.State.READY or copy.file is None:
        return ""
    return reverse("stored_file", kwargs={"public_id": copy.file.public_id})
