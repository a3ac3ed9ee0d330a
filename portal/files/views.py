"""Pages: a file as a download, and its deletion by its owner."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.files import services, serving
from portal.files.permissions import get_file_to_delete
from portal.files.queries import way_back


@require_GET
def stored_file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Send a file. HEAD is not answered: it would be a reading without bytes."""
    return serving.send(request, public_id)


@require_http_methods(["GET", "POST"])
def stored_file_delete(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Ask before a file is deleted, then delete it."""
    stored = get_file_to_delete(request.user, public_id)
    back = way_back(stored)
    if request.method == "GET":
        return render(request, "portal/files/delete.html", {"file": stored, "back": back})
    services.delete(actor=request.user, public_id=public_id)
    messages.success(request, _("The file was deleted."))
    return redirect(back)
