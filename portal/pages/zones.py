"""Time zones an event may be shown in."""

from zoneinfo import available_timezones

DEFAULT_ZONE = "UTC"


def zone_choices() -> list[tuple[str, str]]:
    """Return every place of the time zone database, UTC first; names stay as they are."""
    places = (name for name in available_timezones() if "/" in name)
    names = sorted(name for name in places if not name.startswith("Etc/"))
    return [(DEFAULT_ZONE, DEFAULT_ZONE), *((name, name.replace("_", " ")) for name in names)]
