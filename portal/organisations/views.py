"""The members' directory of organisations and focal points."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.organisations import queries
from portal.organisations.desk_forms import DirectoryFilter
from portal.organisations.directory import entry, notes_for
from portal.organisations.permissions import get_organisation_for, organisations_visible_to
from portal.permissions import is_member
from portal.shared.errors import NotAllowed


@login_required
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Organisations and focal points, with filters; everything chosen is in the address."""
    if not is_member(request.user):
        raise NotAllowed
    form = DirectoryFilter(request.GET)
    chosen = form.chosen()
    found = queries.matching(organisations_visible_to(request.user), **chosen)
    page = queries.page(queries.with_focal_points(found), form.place())
    context = {
        "form": form,
        "entries": [entry(row) for row in page.rows],
        "after": page.after,
        "notes": notes_for([row.country_id for row in page.rows], chosen.get("country", "")),
    }
    return render(request, "portal/organisations/directory.html", context)


@login_required
@require_safe
def organisation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One organisation; an old id leads to the one that is kept."""
    row = get_organisation_for(request.user, public_id)
    if row.public_id != public_id:
        return redirect("community_organisation", row.public_id)
    context = {"entry": entry(row), "notes": notes_for([row.country_id])}
    return render(request, "portal/organisations/organisation.html", context)
