"""The first page inside."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.home import queries
from portal.organisations.directory import notes_for
from portal.permissions import is_member, membership_of
from portal.shared.errors import NotAllowed


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for her, where to go, the focal points of her country, her membership."""
    membership = membership_of(request.user)
    if membership is None or not is_member(request.user):
        raise NotAllowed
    country = membership.organisation.country
    context = {
        "membership": membership,
        "lapses_soon": queries.lapses_soon(membership),
        "waiting": queries.waiting_for(request.user),
        "country": country,
        "next_event": queries.next_event(request.user),
        "near": queries.near(request.user, country.pk),
        "notes": notes_for([country.pk]),
    }
    return render(request, "community/home/home.html", context)
