"""Calendar files after RFC 5545, written by the library icalendar; times in UTC. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import icalendar

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Practitioners against firearms trafficking//Events//EN"
# Left out of every text: control characters, and what some readers take for the end of a line.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True)
class Entry:
    """One event. ``changed`` is when it was last changed, ``sequence`` how often."""

    uid: str
    starts: datetime
    ends: datetime
    changed: datetime
    sequence: int
    title: str
    url: str
    place: str = ""
    cancelled: bool = False


def calendar(entries: Iterable[Entry]) -> str:
    """Return a whole calendar with these events."""
    whole = icalendar.Calendar()
    for name, value in (
        ("VERSION", "2.0"), ("PRODID", PRODUCT), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH"),
    ):  # fmt: skip
        whole.add(name, value)
    for entry in entries:
        whole.add_component(_event(entry))
    return whole.to_ical(sorted=False).decode()


def _event(entry: Entry) -> icalendar.Event:
    found = icalendar.Event()
    changed = entry.changed.astimezone(UTC)
    found.add("UID", _plain(entry.uid))
    found.add("DTSTAMP", changed)
    found.add("LAST-MODIFIED", changed)
    found.add("DTSTART", entry.starts.astimezone(UTC))
    found.add("DTEND", entry.ends.astimezone(UTC))
    found.add("SEQUENCE", entry.sequence)
    found.add("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED")
    found.add("SUMMARY", _plain(entry.title))
    found.add("URL", "".join(_plain(entry.url).split()))
    if entry.place:
        found.add("LOCATION", _plain(entry.place))
    return found


def _plain(text: str) -> str:
    """Return text without control characters but the ends of its lines, made alike."""
    alike = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _CONTROL.sub("", alike)
