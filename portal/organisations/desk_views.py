"""The desk where focal points and administrators keep organisations and focal points."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.organisations import focal_points, merging, queries, services
from portal.organisations.desk_forms import (
    DeskFilter,
    FocalPointForm,
    IntoForm,
    OrganisationForm,
    SeenForm,
)
from portal.organisations.desk_page import desk_page, focal_point_of, organisation_page
from portal.organisations.models import Organisation
from portal.organisations.permissions import (
    countries_of,
    get_kept_organisation_for,
    is_keeper,
    organisations_kept_by,
)
from portal.shared.errors import Conflict, Invalid, NotAllowed

GET_AND_POST = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Organisations in the reader's reach, with filters; everything chosen is in the address."""
    if not is_keeper(request.user):
        raise NotAllowed
    form = DeskFilter(request.GET, countries=countries_of(request.user))
    context = desk_page(request.user, form)
    return render(request, "portal/organisations/desk.html", context)


@login_required
@require_http_methods(GET_AND_POST)
def add(request: HttpRequest) -> HttpResponse:
    """Add an organisation that counts at once."""
    if not countries_of(request.user):
        raise NotAllowed
    form = OrganisationForm(request.POST or None, user=request.user)

    def deed() -> Organisation:
        return services.add(actor=request.user, **form.values())

    row = _done(form, deed) if request.method == "POST" else None
    if row is None:
        return render(request, "portal/organisations/desk_add.html", {"form": form})
    messages.success(request, _("The organisation is added."))
    return redirect("organisation_desk", row.public_id)


@login_required
@require_safe
def organisation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One organisation with its contact and focal points; an old id leads to the kept one."""
    row = get_kept_organisation_for(request.user, public_id)
    if row.public_id != public_id:
        return redirect("organisation_desk", row.public_id)
    context = organisation_page(request.user, row)
    return render(request, "portal/organisations/desk_organisation.html", context)


@login_required
@require_http_methods(GET_AND_POST)
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change an organisation; whoever was slower is told, and keeps what she wrote."""
    row = _row(request, public_id)
    form = OrganisationForm.of(row, request.POST or None, user=request.user)

    def deed() -> Organisation:
        seen = {"version": form.seen()}
        return services.change(actor=request.user, organisation=row, **seen, **form.values())

    if request.method == "POST" and _done(form, deed):
        messages.success(request, _("The organisation is saved."))
        return redirect("organisation_desk", public_id)
    context = {"form": form, "organisation": row}
    return render(request, "portal/organisations/desk_change.html", context)


@login_required
@require_POST
def accept(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let a proposed organisation count."""
    services.accept(actor=request.user, organisation=_row(request, public_id))
    messages.success(request, _("The organisation is accepted. It can be chosen and found now."))
    return redirect("organisation_desk", public_id)


@login_required
@require_POST
def confirm(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note that the contact is right."""
    row = _row(request, public_id)
    version = SeenForm(request.POST).seen()["version"]
    services.confirm_contact(actor=request.user, organisation=row, version=version)
    messages.success(request, _("The contact is confirmed as of today."))
    return redirect("organisation_desk", public_id)


@login_required
@require_http_methods(GET_AND_POST)
def merge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Choose what a duplicate is merged into, look at both, merge."""
    row = _row(request, public_id)
    posted = request.method == "POST"
    into = IntoForm(request.POST if posted else request.GET).chosen()
    keep = get_kept_organisation_for(request.user, into) if into and into != public_id else None
    if not posted or keep is None:
        context = merging_page(request, row, keep)
        return render(request, "portal/organisations/desk_merge.html", context)
    merging.merge(actor=request.user, keep=keep, duplicate=row)
    messages.success(request, _("The two are one organisation now. Old links lead here."))
    return redirect("organisation_desk", keep.public_id)


def merging_page(
    request: HttpRequest, row: Organisation, keep: Organisation | None
) -> dict[str, Any]:
    """Return what the page of a merge shows: a list to choose from, or the two side by side."""
    form = DeskFilter(request.GET)
    text = form.chosen().get("text", "")
    context = {"organisation": row, "keep": keep, "form": form, "text": text}
    if keep is None:
        found = queries.to_merge_into(organisations_kept_by(request.user), row, text)
        return context | {"candidates": found, "missed": request.method == "POST"}
    return context | {"counts": merging.counts(row)}


@login_required
@require_http_methods(GET_AND_POST)
def focal_point(request: HttpRequest, public_id: UUID, function: str) -> HttpResponse:
    """Name the person or desk that answers for one function."""
    row = _row(request, public_id)
    name, point = focal_point_of(row, function)
    form = FocalPointForm(request.POST or None, initial=FocalPointForm.start_of(point))

    def deed() -> Any:
        place = {"organisation": row, "function": function}
        return focal_points.set_focal_point(actor=request.user, **place, **form.cleaned_data)

    if request.method == "POST" and _done(form, deed):
        messages.success(request, _("The focal point is saved. Confirm it once you are sure."))
        return redirect("organisation_desk", public_id)
    context = {"form": form, "organisation": row, "name": name, "point": point}
    return render(request, "portal/organisations/desk_focal_point.html", context)


@login_required
@require_POST
def confirm_focal_point(request: HttpRequest, public_id: UUID, function: str) -> HttpResponse:
    """Note that a focal point is right."""
    row = _row(request, public_id)
    seen = SeenForm(request.POST).seen()["state"]
    focal_points.confirm_focal_point(
        actor=request.user, organisation=row, function=function, seen=seen
    )
    messages.success(request, _("The focal point is confirmed as of today."))
    return redirect("organisation_desk", public_id)


@login_required
@require_POST
def remove_focal_point(request: HttpRequest, public_id: UUID, function: str) -> HttpResponse:
    """Take a focal point away."""
    row = _row(request, public_id)
    focal_points.remove_focal_point(actor=request.user, organisation=row, function=function)
    messages.success(request, _("The focal point is taken away."))
    return redirect("organisation_desk", public_id)


def _row(request: HttpRequest, public_id: UUID) -> Organisation:
    """Return the organisation to be worked on. Raises NotAllowed, and Conflict if it was merged."""
    row = get_kept_organisation_for(request.user, public_id)
    if row.public_id != public_id:
        raise Conflict(_("This organisation was merged with another one meanwhile."))
    return row


def _done(form: Any, deed: Callable[[], Any]) -> Any:
    """Do what a valid form asks for and return it; None with the reason beside the form."""
    if not form.is_valid():
        return None
    try:
        return deed()
    except Invalid as refusal:
        for name, told in (refusal.fields or {None: refusal.message}).items():
            form.add_error(name if name in form.fields else None, str(told))
    except Conflict as refusal:
        form.add_error(None, str(refusal.message))
    return None
