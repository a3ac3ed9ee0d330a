"""Pages: the list of events, one event, registering, the link into it, the own calendar."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.events import asking, calendars, pages, registering
from community.events.forms import ZoneForm
from community.events.ical import MEDIA_TYPE
from community.events.models import Registration
from community.events.permissions import get_event_for, is_registered
from community.groups.permissions import get_inside_for
from portal.permissions import is_member
from portal.shared import ratelimit
from portal.shared.errors import Conflict, NotAllowed, TooMany
from portal.shared.http import client_address

PAGES = "community/events/"


def _member(request: HttpRequest) -> None:
    if not is_member(request.user):
        raise NotAllowed


@login_required
@require_safe
def community_events(request: HttpRequest) -> HttpResponse:
    """What comes next, or what is over."""
    _member(request)
    context = pages.list_page(request.user, asking.read(request.GET.dict()))
    return render(request, f"{PAGES}list.html", context)


@login_required
@require_safe
def community_group_events(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The events of a group, for who is in it."""
    group = get_inside_for(request.user, public_id)
    context = pages.list_page(request.user, asking.read(request.GET.dict()), group)
    return render(request, f"{PAGES}list.html", context)


@login_required
@require_safe
def community_event(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One event."""
    meeting = get_event_for(request.user, public_id)
    return render(request, f"{PAGES}event.html", pages.event_page(request.user, meeting))


@require_POST
def community_event_register(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Come to an event, wait for a place, or ask to come."""
    meeting = get_event_for(request.user, public_id)
    try:
        row = registering.register(actor=request.user, meeting=meeting)
    except Conflict as refused:
        return _again(request, meeting, refused)
    said = {
        Registration.State.IN: _("You are registered."),
        Registration.State.WAITING: _("All places are taken. You are on the wait-list."),
        Registration.State.ASKED: _("The organiser decides. You are told."),
    }
    messages.success(request, said[Registration.State(row.state)])
    return redirect("community_event", public_id)


def _again(request: HttpRequest, meeting: Any, refused: Conflict) -> HttpResponse:
    """Show an event once more, with what stood in the way."""
    context = pages.event_page(request.user, get_event_for(request.user, meeting.public_id))
    context["conflict"] = refused.message
    return render(request, f"{PAGES}event.html", context, status=409)


@require_POST
def community_event_leave(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give one's place back."""
    meeting = get_event_for(request.user, public_id)
    try:
        registering.leave(actor=request.user, meeting=meeting)
    except Conflict as refused:
        return _again(request, meeting, refused)
    messages.success(request, _("You are not registered any more."))
    return redirect("community_event", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def community_event_join(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The link into an event, for who has a place, in its time. Asking for it is recorded."""
    meeting = get_event_for(request.user, public_id)
    if not is_registered(request.user, meeting):
        raise NotAllowed
    context: dict[str, Any] = pages.event_page(request.user, meeting)
    status = 200
    if request.method == "POST":
        try:
            context["link"] = registering.join(actor=request.user, meeting=meeting)
        except Conflict as refused:
            context["conflict"], status = refused.message, 409
    return render(request, f"{PAGES}join.html", context, status=status)


@require_safe
def community_event_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One event as a file for a calendar."""
    meeting = get_event_for(request.user, public_id)
    return _calendar(calendars.file_of(meeting, request.build_absolute_uri), "event")


@require_safe
def community_event_captions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The captions of a recording."""
    meeting = get_event_for(request.user, public_id)
    if not meeting.captions:
        raise NotAllowed
    response = HttpResponse(meeting.captions, content_type="text/vtt; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="captions.vtt"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _calendar(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def community_calendar(request: HttpRequest) -> HttpResponse:
    """The zone she reads times in, and the address of her own calendar."""
    _member(request)
    user = request.user
    initial = {"zone": calendars.zone_of(user)}
    form = ZoneForm(request.POST if request.method == "POST" else None, initial=initial)
    done = request.method == "POST" and form.is_valid()
    if done and form.carry_out(calendars.choose_zone, actor=user):
        messages.success(request, _("Times are shown in this zone from now on."))
        return redirect("community_calendar")
    context = {"form": form, "choice": calendars.choice_of(user)}
    return render(request, f"{PAGES}calendar.html", context, status=form.status)


@require_POST
def community_calendar_renew(request: HttpRequest) -> HttpResponse:
    """Make a new address for her calendar and show it, this once."""
    secret = calendars.renew_feed(actor=request.user)
    path = reverse("calendar_feed", args=[secret])
    context = {
        "form": ZoneForm(initial={"zone": calendars.zone_of(request.user)}),
        "choice": calendars.choice_of(request.user),
        "address": request.build_absolute_uri(path),
    }
    return render(request, f"{PAGES}calendar.html", context)


@require_POST
def community_calendar_end(request: HttpRequest) -> HttpResponse:
    """End the address of her calendar."""
    calendars.end_feed(actor=request.user)
    messages.success(request, _("The address of your calendar does not work any more."))
    return redirect("community_calendar")


@require_safe
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """A person's calendar, for whoever holds its secret address."""
    if wait := ratelimit.wait(client_address(request), "calendar-reads"):
        raise TooMany(wait)
    return _calendar(calendars.feed(secret, request.build_absolute_uri), "events")
