"""Calendar files after RFC 5545: lines folded at 75 octets, text escaped, times in UTC. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Practitioners against firearms trafficking//Events//EN"
OCTETS = 75  # RFC 5545, 3.1
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")


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
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    lines.append("METHOD:PUBLISH")
    for entry in entries:
        lines += _lines(entry)
    lines.append("END:VCALENDAR")
    return "".join(f"{fold(line)}\r\n" for line in lines)


def _lines(entry: Entry) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{escape(entry.uid)}",
        f"DTSTAMP:{_utc(entry.changed)}",
        f"LAST-MODIFIED:{_utc(entry.changed)}",
        f"DTSTART:{_utc(entry.starts)}",
        f"DTEND:{_utc(entry.ends)}",
        f"SEQUENCE:{entry.sequence}",
        f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}",
        f"SUMMARY:{escape(entry.title)}",
        f"URL:{_CONTROL.sub('', entry.url)}",
    ]
    if entry.place:
        lines.append(f"LOCATION:{escape(entry.place)}")
    return [*lines, "END:VEVENT"]


def escape(text: str) -> str:
    """Return text as a value: RFC 5545, 3.3.11. Nothing in it can begin another line."""
    lines = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    found = lines.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return found.replace("\n", "\\n").replace("\t", " ")


def fold(line: str) -> str:
    """Return a line in parts of at most 75 octets, never inside a character."""
    parts, part, size = [], "", 0
    for char in line:
        length = len(char.encode("utf-8", "replace"))
        if size + length > OCTETS:
            parts.append(part)
            part, size = "", 1  # the space the next part begins with
        part, size = part + char, size + length
    return "\r\n ".join([*parts, part])


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
