"""What is said of an event when it is made or changed, checked as a whole."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from community.events import clocks
from community.events.models import Meeting, MeetingTerm
from community.library import vocabulary
from community.library.kinds import TOPIC
from portal.languages.table import BY_CODE
from portal.organisations.models import Region
from portal.organisations.regions import tree
from portal.shared import clock
from portal.shared.errors import Invalid
from portal.shared.html import allowed_address
from portal.shared.markdown import to_html
from portal.shared.text import plain

LONGEST_TEXT = 10_000
LONGEST_DAYS = 31
MOST_PEOPLE = 5_000
Facet = MeetingTerm.Facet


@dataclass
class Details:
    """Values for the row of an event, and its terms. ``faults``: field → what is wrong."""

    values: dict[str, Any] = field(default_factory=dict)
    terms: set[tuple[str, str]] = field(default_factory=set)
    faults: dict[str, object] = field(default_factory=dict)


def checked(given: dict[str, Any]) -> Details:
    """Return what the fields say. Raises Invalid with a sentence for each that is wrong."""
    found = Details()
    _words(found, given)
    _times(found, given)
    _places(found, given)
    _terms(found, given)
    if found.faults:
        raise Invalid(fields=found.faults)
    return found


def _words(found: Details, given: dict[str, Any]) -> None:
    title = " ".join(plain(given.get("title") or "").split())
    text = plain(given.get("text") or "").strip()
    if not 1 <= len(title) <= 200:
        found.faults["title"] = _("Write a title of at most 200 characters.")
    if len(text) > LONGEST_TEXT:
        found.faults["text"] = _("Write at most 10,000 characters.")
    language = given.get("language") or "en"
    if language not in BY_CODE:
        found.faults["language"] = _("Choose a language.")
    found.values |= {
        "title": title, "text": text, "html": to_html(text), "language": language,
    }  # fmt: skip


def _times(found: Details, given: dict[str, Any]) -> None:
    zone = given.get("zone") or clocks.DEFAULT
    if not clocks.is_zone(zone):
        found.faults["zone"] = _("Choose a time zone of the list.")
        return
    starts = _moment(found, given, "starts", zone)
    ends = _moment(found, given, "ends", zone)
    closes = _moment(found, given, "closes", zone) if given.get("closes") else starts
    if starts and ends and not starts < ends:
        found.faults["ends"] = _("The end must be after the beginning.")
    elif starts and ends and (ends - starts).days > LONGEST_DAYS:
        found.faults["ends"] = _("An event lasts at most 31 days.")
    if starts and closes and closes > starts:
        found.faults["closes"] = _("Registration closes before the event begins.")
    found.values |= {"zone": zone, "starts_at": starts, "ends_at": ends, "closes_at": closes}


def _moment(found: Details, given: dict[str, Any], name: str, zone: str) -> datetime | None:
    naive = given.get(name)
    if not isinstance(naive, datetime) or not 2000 <= naive.year <= 2200:
        found.faults[name] = _("Give a day and a time.")
        return None
    moment = clocks.from_local(naive.replace(tzinfo=None), zone)
    if moment is None:
        found.faults[name] = _(
            "There is no such time in this zone: the clocks go forward then. Choose another one."
        )
    return moment


def _places(found: Details, given: dict[str, Any]) -> None:
    link, capacity = plain(given.get("join_link") or "").strip(), given.get("capacity")
    if link and (len(link) > 500 or not is_web(link)):
        found.faults["join_link"] = _("Give an address that begins with https://")
    if capacity is not None and not 1 <= capacity <= MOST_PEOPLE:
        found.faults["capacity"] = _("Give a number from 1 to 5,000, or leave it empty.")
    region = given.get("region") or None
    if region and region not in tree():
        found.faults["region"] = _("Choose a region of the list.")
        region = None
    found.values |= {
        "place": " ".join(plain(given.get("place") or "").split())[:200],
        "join_link": link, "capacity": capacity,
        "region": Region.objects.filter(pk=region).first() if region else None,
    }  # fmt: skip


def is_web(address: str) -> bool:
    """Say whether this is one address of the web that begins with https."""
    return address.startswith("https://") and len(address) > 10 and allowed_address(address)


def _terms(found: Details, given: dict[str, Any]) -> None:
    for value in given.get("topics") or ():
        if not vocabulary.is_known(TOPIC, value):
            found.faults["topics"] = _("Choose themes of the list.")
        found.terms.add((Facet.TOPIC, value))
    for facet in (Facet.SPOKEN, Facet.INTERPRETED):
        for value in given.get(facet) or ():
            if value not in BY_CODE:
                found.faults[facet] = _("Choose languages of the list.")
            found.terms.add((facet, value))
    if not given.get("spoken"):
        found.faults["spoken"] = _("Say which languages are spoken.")


def must_lie_ahead(found: Details) -> None:
    """Raise Invalid for an event that would begin in the past."""
    if found.values["starts_at"] <= clock.now():
        raise Invalid(fields={"starts": _("Choose a time that lies ahead.")})


def write_terms(meeting: Meeting, terms: set[tuple[str, str]]) -> bool:
    """Make the terms of an event these; say whether something changed."""
    before = set(meeting.terms.values_list("facet", "value"))
    if before == terms:
        return False
    meeting.terms.all().delete()
    MeetingTerm.objects.bulk_create(
        MeetingTerm(meeting=meeting, facet=facet, value=value) for facet, value in sorted(terms)
    )
    return True
