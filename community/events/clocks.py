"""Times of an event in the zone of the reader and in its own. Pure.

Zones are those of the IANA time zone database (``zoneinfo``); CLDR says which zones a country has.
"""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from babel.dates import format_datetime

from portal.templatetags.ui import _locale, day

DEFAULT = "UTC"


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Return the zones a person may choose, UTC first."""
    places = (name for name in available_timezones() if "/" in name)
    return (DEFAULT, *sorted(name for name in places if not name.startswith("Etc/")))


def is_zone(name: str) -> bool:
    """Say whether there is such a zone."""
    return name in zones()


def of_country(code: str) -> str:
    """Return the zone of a country that has one zone alone, else UTC."""
    found = get_global("territory_zones").get(code, [])
    return found[0] if len(found) == 1 and is_zone(found[0]) else DEFAULT


def from_local(naive: datetime, zone: str) -> datetime | None:
    """Return the moment (UTC) a wall clock in the zone shows; None where the clock leaps over it.

    Of an hour that comes twice the first is meant.
    """
    moment = naive.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    back = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return moment if back == naive.replace(fold=0) else None


def to_local(moment: datetime, zone: str) -> datetime:
    """Return what a wall clock in the zone shows then."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def span(starts: datetime, ends: datetime, zone: str) -> str:
    """Write from when to when, in a zone that is named: "21 Nov 2026, 14:00–15:30 (UTC)"."""
    begin, end = (moment.astimezone(ZoneInfo(zone)) for moment in (starts, ends))
    first, last = (format_datetime(one.replace(tzinfo=None), "HH:mm", locale=_locale())
                   for one in (begin, end))  # fmt: skip
    if begin.date() == end.date():
        return (
            f"{day(begin.date())}, \u2066{first}–{last}\u2069 \u2066({_named(begin, zone)})\u2069"
        )
    return (
        f"{day(begin.date())}, \u2066{first}\u2069 – {day(end.date())}, \u2066{last}\u2069 "
        f"\u2066({_named(begin, zone)})\u2069"
    )


def _named(moment: datetime, zone: str) -> str:
    """Return "Africa/Dakar, UTC+00:00": the place, and what its clocks show on that day."""
    if zone == DEFAULT:
        return DEFAULT
    offset = moment.strftime("%z")
    return f"{zone.replace('_', ' ')}, UTC{offset[:3]}:{offset[3:5]}"


def moment(value: datetime, zone: str) -> str:
    """Write one moment in a zone that is named."""
    local = value.astimezone(ZoneInfo(zone))
    shown = format_datetime(local.replace(tzinfo=None), "HH:mm", locale=_locale())
    return f"{day(local.date())}, \u2066{shown} ({_named(local, zone)})\u2069"
