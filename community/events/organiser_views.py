"""Pages of who runs an event: making, changing, cancelling, people, what remains of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.events import after, calendars, making, naming, news, pages, registering
from community.events.forms import (
    ChangeForm,
    MaterialsForm,
    NameForm,
    NewForm,
    NewsForm,
    RecordingForm,
)
from community.events.models import Meeting
from community.events.permissions import (
    get_managed_for,
    get_own_news_for,
    get_registration_for,
    led,
    may_make,
    may_make_for_all,
)
from community.groups.permissions import get_led_for
from community.library.rows import MEMBERS
from portal.markings.labels import Label, label_of
from portal.shared.errors import Conflict, NotAllowed

PAGES = "community/events/"


@require_http_methods(["GET", "HEAD", "POST"])
def community_event_new(request: HttpRequest) -> HttpResponse:
    """Make an event for all members, or for a group she leads (?group=…)."""
    user, group = request.user, _group(request)
    if group is None and not may_make_for_all(user):
        return _choose_group(request)
    form = NewForm(
        request.POST if request.method == "POST" else None,
        initial={"zone": calendars.zone_of(user), "language": user.language},
    )
    known = {"actor": user, "group": group}
    if request.method == "POST" and form.is_valid() and form.carry_out(making.make, **known):
        messages.success(request, _("The event is made."))
        return redirect("community_events")
    context = {"form": form, "group": group, "groups": list(led(user))}
    return render(request, f"{PAGES}form.html", context, status=form.status)


def _group(request: HttpRequest) -> Any:
    number = request.POST.get("group") or request.GET.get("group")
    if not number:
        return None
    try:
        return get_led_for(request.user, UUID(number))
    except ValueError:
        raise NotAllowed from None


def _choose_group(request: HttpRequest) -> HttpResponse:
    """Ask who leads groups alone, for which of them the event is."""
    if not may_make(request.user):
        raise NotAllowed
    context = {"groups": list(led(request.user))}
    return render(request, f"{PAGES}choose_group.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def community_event_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change an event."""
    meeting = get_managed_for(request.user, public_id)
    known = {"actor": request.user, "meeting": meeting}
    form = ChangeForm(request.POST if request.method == "POST" else None, **known)
    if request.method == "POST" and form.is_valid() and form.carry_out(making.change, **known):
        messages.success(request, _("Saved. Who registered is told of another time or place."))
        return redirect("community_event", public_id)
    context = {"form": form, "meeting": meeting, "label": str(label_of(meeting.label))}
    return render(request, f"{PAGES}form.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def community_event_cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Call an event off, after a question."""
    meeting = get_managed_for(request.user, public_id)
    context = {"meeting": meeting, "label": str(label_of(meeting.label))}
    if request.method != "POST":
        return render(request, f"{PAGES}cancel.html", context)
    try:
        making.cancel(actor=request.user, meeting=meeting)
    except Conflict as refused:
        context["conflict"] = refused.message
        return render(request, f"{PAGES}cancel.html", context, status=409)
    messages.success(request, _("The event is cancelled. Who registered is told."))
    return redirect("community_event", public_id)


def _people(request: HttpRequest, meeting: Meeting, form: Any, conflict: object = "") -> Any:
    context = pages.people_page(meeting) | {"conflict": conflict or form.conflict}
    source = label_of(meeting.label) == Label.AMBER and meeting.marked_by_id == request.user.pk
    context["form"] = form if source else None
    status = 409 if conflict else form.status
    return render(request, f"{PAGES}people.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def community_event_people(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who comes, waits and asks; whom an AMBER case meeting is given to by name (POST)."""
    meeting = get_managed_for(request.user, public_id)
    form = NameForm(request.POST if request.method == "POST" else None)
    known = {"actor": request.user, "meeting": meeting}
    if request.method == "POST" and form.is_valid() and form.carry_out(naming.name_reader, **known):
        messages.success(request, _("This member may now find the event and ask to come."))
        return redirect("community_event_people", public_id)
    return _people(request, meeting, form)


@require_POST
def community_event_decide(request: HttpRequest, public_id: UUID, number: UUID) -> HttpResponse:
    """Accept or decline a person who asked to come."""
    row = get_registration_for(request.user, public_id, number)
    deed = registering.accept if request.POST.get("choice") == "accept" else registering.decline
    try:
        deed(actor=request.user, row=row)
    except Conflict as refused:
        return _people(request, row.meeting, NameForm(), refused.message)
    messages.success(request, _("Your decision is saved."))
    return redirect("community_event_people", public_id)


@require_POST
def community_event_attendance(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep who was there."""
    meeting = get_managed_for(request.user, public_id)
    present = request.POST.getlist("present")
    try:
        after.keep_attendance(actor=request.user, meeting=meeting, present=present)
    except Conflict as refused:
        return _people(request, meeting, NameForm(), refused.message)
    messages.success(request, _("The attendance list is saved."))
    return redirect("community_event_people", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def community_event_news(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write to those who come."""
    meeting = get_managed_for(request.user, public_id)
    form = NewsForm(request.POST if request.method == "POST" else None)
    known = {"actor": request.user, "meeting": meeting}
    if request.method == "POST" and form.is_valid() and form.carry_out(news.write, **known):
        messages.success(request, _("Your message stands on the page of the event."))
        return redirect("community_event", public_id)
    context = {"form": form, "meeting": meeting, "label": str(label_of(meeting.label))}
    context["conflict"] = form.conflict
    return render(request, f"{PAGES}news.html", context, status=form.status)


@require_POST
def community_event_news_delete(request: HttpRequest, public_id: UUID, number: UUID) -> Any:
    """Delete a message of one's own."""
    row = get_own_news_for(request.user, public_id, number)
    news.delete(actor=request.user, news=row)
    messages.success(request, _("The message is deleted."))
    return redirect("community_event", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def community_event_after(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Recording with captions, and materials."""
    meeting = get_managed_for(request.user, public_id)
    recording, materials = _after_forms(request, meeting)
    form, deed = (
        (recording, after.keep_recording)
        if recording.is_bound
        else (materials, after.keep_materials)
    )
    known = {"actor": request.user, "meeting": meeting}
    if form.is_bound and form.is_valid() and form.carry_out(deed, **known):
        messages.success(request, _("Saved."))
        return redirect("community_event", public_id)
    context = {"meeting": meeting, "label": str(label_of(meeting.label)), "conflict": form.conflict}
    context |= {"recording": recording, "materials": materials}
    return render(request, f"{PAGES}after.html", context, status=form.status)


def _after_forms(request: HttpRequest, meeting: Meeting) -> tuple[RecordingForm, MaterialsForm]:
    """Return both forms of the page; the one that was sent is bound."""
    sent = request.POST.get("part", "")
    is_recording = sent == "recording"
    recording = RecordingForm(
        request.POST if is_recording else None,
        request.FILES if is_recording else None,
        initial={"recording": meeting.recording, "captions_language": meeting.captions_language},
    )
    materials = MaterialsForm(
        request.POST if sent == "materials" else None,
        initial={"addresses": _addresses(request, meeting)},
    )
    return recording, materials


def _addresses(request: HttpRequest, meeting: Meeting) -> str:
    rows = after.materials_for(request.user, meeting)
    return "\n".join(
        request.build_absolute_uri(MEMBERS.url("record", row.public_id)) for row in rows
    )
