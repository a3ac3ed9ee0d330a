"""What the pages about events show."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from community.events import after, calendars, clocks, narrowing, registering
from community.events.asking import Asked
from community.events.models import Meeting, MeetingNews, MeetingTerm, Registration
from community.events.permissions import (
    managed,
    may_make,
    news_of,
    registration_of,
    visible,
)
from community.groups.models import Group
from community.library import vocabulary
from community.library.kinds import TOPIC
from community.library.rows import MEMBERS, words_of
from portal.languages.table import BY_CODE, LANGUAGES, direction
from portal.markings.labels import label_of
from portal.organisations.regions import GROUPS
from portal.organisations.regions import name as region_name
from portal.shared import clock
from portal.shared.html import cleaned

PAGE = 20
State = Registration.State
Facet = MeetingTerm.Facet


@dataclass(frozen=True)
class Row:
    """One event as lists show it. ``own_time`` is in the reader's zone, ``time`` in the event's
    ("" where both are the same). ``state`` is the reader's own."""

    url: str
    title: str
    language: str
    direction: str
    kind: str
    label: str
    own_time: str
    time: str
    where: str
    spoken: str
    group: str
    state: str
    cancelled: bool


def list_page(user: Any, asked: Asked, group: Group | None = None) -> dict[str, Any]:
    """Return what the list shows: of all events, or of one group's."""
    zone = calendars.zone_of(user)
    rows = visible(user)
    if group is not None:
        rows = rows.filter(group=group)
    found = narrowing.listed(rows, asked, user).select_related("group")
    counted = narrowing.counts(rows, asked, user)
    start = (asked.page - 1) * PAGE
    some = list(found.prefetch_related("terms")[start : start + PAGE + 1])
    home = reverse("community_group_events", args=[group.public_id]) if group else ""
    home = home or reverse("community_events")
    return {
        "asked": asked,
        "group": group,
        "home": home,
        "rows": rows_of(user, some[:PAGE], zone),
        "zone": zone,
        "filters": _filters(asked, counted),
        "mine_count": counted["mine"]["1"],
        "coming_url": f"{home}?{asked.query(past=False)}",
        "past_url": f"{home}?{asked.query(past=True)}",
        "previous": f"{home}?{asked.query(page=asked.page - 1)}" if asked.page > 1 else "",
        "next": f"{home}?{asked.query(page=asked.page + 1)}" if len(some) > PAGE else "",
        "may_make": may_make(user),
    }


def _filters(asked: Asked, counts: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """Return the fields that narrow the list, each value with the number of its events."""
    kinds = [(row.value, row.label) for row in Meeting.Kind]
    languages = [(row.code, row.name) for row in LANGUAGES]
    rows = (
        ("kind", _("Kind"), kinds),
        ("language", _("Language"), languages),
        ("region", _("Region"), list(GROUPS.items())),
        ("topic", _("Theme"), vocabulary.choices(TOPIC)),
    )
    return [
        {
            "name": name,
            "title": title,
            "options": [
                {
                    "value": value,
                    "label": label,
                    "count": counts[name].get(value, 0),
                    "chosen": value == getattr(asked, name),
                }
                for value, label in options
            ],
        }
        for name, title, options in rows
    ]


def rows_of(user: Any, meetings: list[Meeting], zone: str) -> list[Row]:
    """Return events as rows, with the reader's own state; one query."""
    hers = Registration.objects.filter(person=user.pk, meeting__in=[row.pk for row in meetings])
    states = {row.meeting_id: str(row.get_state_display()) for row in hers}
    return [_row(meeting, zone, states.get(meeting.pk, "")) for meeting in meetings]


def _row(meeting: Meeting, zone: str, state: str) -> Row:
    return Row(
        url=reverse("community_event", args=[meeting.public_id]),
        title=meeting.title,
        language=meeting.language,
        direction=direction(meeting.language),
        kind=str(meeting.get_kind_display()),
        label=str(label_of(meeting.label)),
        own_time=clocks.span(meeting.starts_at, meeting.ends_at, zone),
        time=_other_time(meeting, zone),
        where=meeting.place or _("Online"),
        spoken=_languages(meeting, Facet.SPOKEN),
        group=meeting.group.name if meeting.group else "",
        state=state,
        cancelled=meeting.cancelled_at is not None,
    )


def _other_time(meeting: Meeting, zone: str) -> str:
    if meeting.zone == zone:
        return ""
    return clocks.span(meeting.starts_at, meeting.ends_at, meeting.zone)


def _values(meeting: Meeting, facet: str) -> list[str]:
    return sorted(row.value for row in meeting.terms.all() if row.facet == facet)


def _languages(meeting: Meeting, facet: str) -> str:
    return ", ".join(BY_CODE[code].name for code in _values(meeting, facet) if code in BY_CODE)


def event_page(user: Any, meeting: Meeting) -> dict[str, Any]:
    """Return what the page of an event shows."""
    zone, own = calendars.zone_of(user), registration_of(user, meeting)
    now = clock.now()
    has_place = own is not None and own.state == State.IN
    is_over, is_cancelled = meeting.ends_at <= now, meeting.cancelled_at is not None
    counts = _counts(meeting)
    return {
        "meeting": meeting,
        "label": str(label_of(meeting.label)),
        "row": _row(meeting, zone, ""),
        "text": cleaned(meeting.html),
        "interpreted": _languages(meeting, Facet.INTERPRETED),
        "topics": [vocabulary.name(TOPIC, code) for code in _values(meeting, Facet.TOPIC)],
        "region": region_name(meeting.region_id) if meeting.region_id else "",
        "closes": clocks.moment(meeting.closes_at, zone),
        "own": own,
        "place_in_queue": _place_in_queue(own),
        "free": max(0, meeting.capacity - counts["taken"]) if meeting.capacity else None,
        "counts": counts,
        "may_register": own is None and not is_cancelled and meeting.closes_at > now,
        "may_leave": own is not None and own.state != State.DECLINED and not is_over,
        "may_join": has_place and registering.is_open(meeting) and bool(meeting.join_link),
        "has_place": has_place,
        "has_link": bool(meeting.join_link),
        "is_over": is_over,
        "news": [_news(user, one, zone) for one in news_of(user, meeting)],
        "may_manage": managed(user).filter(pk=meeting.pk).exists(),
        "materials": _materials(user, meeting),
        "captions": BY_CODE.get(meeting.captions_language),
        "follow_up": after.follow_up(user, meeting) if meeting.starts_at <= now else None,
    }


def _news(user: Any, news: MeetingNews, zone: str) -> dict[str, Any]:
    return {
        "number": news.public_id,
        "author": str(news.author),
        "at": clocks.moment(news.at, zone),
        "text": cleaned(news.html),
        "for_waiting": news.for_waiting,
        "is_own": news.author_id == user.pk,
    }


def _counts(meeting: Meeting) -> dict[str, int]:
    rows = meeting.registrations.aggregate(
        taken=Count("pk", filter=Q(state=State.IN)),
        waiting=Count("pk", filter=Q(state=State.WAITING)),
        asked=Count("pk", filter=Q(state=State.ASKED)),
    )
    return dict(rows)


def _place_in_queue(own: Registration | None) -> int:
    """Return how far she is in the wait-list; 0 where she does not wait."""
    if own is None or own.state != State.WAITING:
        return 0
    before = Q(asked_at__lt=own.asked_at) | Q(asked_at=own.asked_at, pk__lt=own.pk)
    rows = Registration.objects.filter(before, meeting=own.meeting_id, state=State.WAITING)
    return rows.count() + 1


def _materials(user: Any, meeting: Meeting) -> list[dict[str, Any]]:
    language = meeting.language
    found = []
    for record in after.materials_for(user, meeting):
        words = words_of(record, language)
        found.append(
            {
                "url": MEMBERS.url("record", record.public_id),
                "title": words.title,
                "label": str(label_of(record.label)),
            }
        )
    return found


def people_page(meeting: Meeting) -> dict[str, Any]:
    """Return who comes, waits and asks, for who runs the event; each state in its order."""
    rows = list(meeting.registrations.select_related("person__membership__organisation"))
    lists = {state: [row for row in rows if row.state == state] for state in State.values}
    return {
        "meeting": meeting,
        "label": str(label_of(meeting.label)),
        "asking": lists[State.ASKED],
        "coming": lists[State.IN],
        "waiting": lists[State.WAITING],
        "declined": lists[State.DECLINED],
        "has_begun": meeting.starts_at <= clock.now(),
    }
