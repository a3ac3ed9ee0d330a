"""What members see of an organisation and its focal points."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from portal.organisations import regions
from portal.organisations.languages import names_of
from portal.organisations.models import FocalPoint, Organisation
from portal.organisations.queries import is_stale, person_shown


@dataclass(frozen=True)
class Point:
    """One focal point as members see it: the desk's contact, never a person's own address."""

    function: str
    person: str
    email: str
    phone: str
    languages: str
    confirmed_at: Any
    stale: bool


@dataclass(frozen=True)
class Entry:
    """One organisation as members see it."""

    row: Organisation
    languages: str
    stale: bool
    points: list[Point]

    @property
    def functions(self) -> str:
        """The functions there is a focal point for, in one line."""
        return " · ".join(point.function for point in self.points)


def entry(row: Organisation) -> Entry:
    """Return an organisation with the focal points that can be reached."""
    rows = row.focal_points.select_related("person__membership").order_by("function")
    prefetched = getattr(row, "_prefetched_objects_cache", {}).get("focal_points")
    points = [_point(point) for point in (rows if prefetched is None else prefetched)]
    return Entry(
        row=row,
        languages=names_of(row.languages),
        stale=is_stale(row.contact_confirmed_at),
        points=[point for point in points if point.person or point.email or point.phone],
    )


def _point(point: FocalPoint) -> Point:
    person = person_shown(point)
    return Point(
        function=point.get_function_display(),
        person=person.name if person else "",
        email=point.contact_email,
        phone=point.contact_phone,
        languages=names_of(point.languages),
        confirmed_at=point.confirmed_at,
        stale=is_stale(point.confirmed_at),
    )


def notes_for(shown: list[str], chosen: str = "") -> list[str | Promise]:
    """Return the notes the countries on a page must carry, each once."""
    codes = dict.fromkeys([*shown, chosen])
    return [regions.NOTES[code] for code in codes if code in regions.NOTES]
