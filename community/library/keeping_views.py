"""A member's own pages in the library: searches she keeps, her shelves."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.library import keeping, keeping_page
from community.library.keeping_forms import KeepForm, PlaceForm, ShelfForm, SwitchForm
from community.library.keeping_permissions import get_saved_for, get_shelf_for
from community.library.permissions import get_publication_for
from portal.permissions import is_member
from portal.shared.errors import NotAllowed


def _member(request: HttpRequest) -> Any:
    """Return the member who asks. Raises NotAllowed for whoever is none."""
    if not is_member(request.user):
        raise NotAllowed
    return request.user


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def saved(request: HttpRequest) -> HttpResponse:
    """The searches she keeps; a POST keeps one more."""
    user = _member(request)
    form = KeepForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.carry_out(keeping.keep_search, actor=user):
        messages.success(request, _("The search is kept."))
        return redirect("members_saved")
    context = keeping_page.searches(user) | {"form": form}
    return render(request, "community/library/saved.html", context, status=form.status)


@login_required
@require_POST
def saved_open(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Lead to the results of a search she keeps; what is new counts from now on."""
    user = _member(request)
    query = keeping.see(actor=user, saved=get_saved_for(user, public_id))
    return redirect(f"{reverse('members_library')}?{query}")


@login_required
@require_POST
def saved_alert(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Tell her of what is new, or no longer."""
    user = _member(request)
    form = SwitchForm(request.POST)
    row = get_saved_for(user, public_id)
    if form.is_valid():
        keeping.choose_alert(actor=user, saved=row, alert=form.cleaned_data["alert"])
        messages.success(request, _("Your choice is saved."))
    return redirect("members_saved")


@login_required
@require_POST
def saved_delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep a search no longer."""
    user = _member(request)
    keeping.drop_search(actor=user, saved=get_saved_for(user, public_id))
    messages.success(request, _("The search is deleted."))
    return redirect("members_saved")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def shelves(request: HttpRequest) -> HttpResponse:
    """Her shelves; a POST makes one more."""
    user = _member(request)
    form = ShelfForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.carry_out(keeping.make_shelf, actor=user):
        messages.success(request, _("The shelf is made."))
        return redirect("members_shelves")
    context = keeping_page.shelves(user) | {"form": form}
    return render(request, "community/library/shelves.html", context, status=form.status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def shelf(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What stands on a shelf; a POST gives it another name."""
    user = _member(request)
    row = get_shelf_for(user, public_id)
    sent = request.POST if request.method == "POST" else None
    form = ShelfForm(sent, initial={"name": row.name})
    if form.is_valid() and form.carry_out(keeping.rename_shelf, actor=user, shelf=row):
        return redirect("members_shelf", public_id)
    context = keeping_page.shelf(user, row, translation.get_language() or "en") | {"form": form}
    return render(request, "community/library/shelf.html", context, status=form.status)


@login_required
@require_POST
def shelf_delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a shelf away."""
    user = _member(request)
    keeping.drop_shelf(actor=user, shelf=get_shelf_for(user, public_id))
    messages.success(request, _("The shelf is deleted. Its records stay in the library."))
    return redirect("members_shelves")


@login_required
@require_POST
def shelve(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put a record on one of her shelves, or on the shelf of a group she is in."""
    user = _member(request)
    publication = get_publication_for(user, public_id)
    form = PlaceForm(request.POST)
    if form.is_valid():
        name = keeping_page.put(user, form.cleaned_data["shelf"], publication)
        messages.success(request, _("The record is on the shelf “%(name)s”.") % {"name": name})
    return redirect("members_record", public_id)


@login_required
@require_POST
def unshelve(request: HttpRequest, public_id: UUID, record: UUID) -> HttpResponse:
    """Take a record from a shelf."""
    user = _member(request)
    row = get_shelf_for(user, public_id)
    keeping.take(actor=user, shelf=row, publication=get_publication_for(user, record))
    messages.success(request, _("The record is no longer on this shelf."))
    return redirect("members_shelf", public_id)
