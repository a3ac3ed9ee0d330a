"""Focal points by country and function: an overview that leads to the pages of organisations."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from community.directory.permissions import may_look, visible
from portal.organisations import regions
from portal.organisations.directory import notes_for
from portal.organisations.models import FocalPoint
from portal.organisations.permissions import organisations_visible_to
from portal.organisations.queries import is_stale, person_shown
from portal.shared.errors import NotAllowed

COUNTRIES = 25  # of one page
Function = FocalPoint.Function


@dataclass(frozen=True)
class Point:
    """A confirmed focal point: the organisation whose page says how it is reached."""

    organisation: str
    organisation_id: UUID
    person: str
    person_id: UUID | None
    confirmed_at: datetime
    stale: bool


@dataclass
class Row:
    """A country with its focal points by function, in the order of the columns."""

    code: str
    country: str
    cells: list[tuple[str, list[Point]]] = field(default_factory=list)


def page(user: Any, country: str, function: str, number: int) -> dict[str, Any]:
    """Return a page of countries. Raises NotAllowed for who is no member."""
    if not may_look(user):
        raise NotAllowed
    points = _points(user, country, function)
    codes = sorted({row.organisation.country_id for row in points}, key=regions.name)
    pages = max(1, -(-len(codes) // COUNTRIES))
    number = min(max(number, 1), pages)
    shown = codes[(number - 1) * COUNTRIES : number * COUNTRIES]
    columns = [one for one in Function if function in ("", one.value)]
    people = {row.person_id for row in points if row.organisation.country_id in shown}
    found = visible(user).filter(person__in=people - {None})
    entries = dict(found.values_list("person_id", "public_id"))
    return {
        "rows": [_row(code, columns, points, entries) for code in shown],
        "columns": columns,
        "country": country,
        "function": function,
        "countries": sorted(
            ((code, regions.name(code)) for code in _countries(user)), key=lambda row: row[1]
        ),
        "functions": Function.choices,
        "page": number,
        "pages": pages,
        "notes": notes_for(shown, country),
    }


def _confirmed(user: Any) -> Any:
    rows = FocalPoint.objects.filter(
        organisation__in=organisations_visible_to(user), confirmed_at__isnull=False
    )
    return rows.exclude(person=None, contact_email="", contact_phone="")


def _countries(user: Any) -> list[str]:
    return list(
        _confirmed(user).order_by().values_list("organisation__country", flat=True).distinct()
    )


def _points(user: Any, country: str, function: str) -> list[FocalPoint]:
    """Return the confirmed ones that reach somebody: a desk, or a member in force."""
    rows = _confirmed(user).select_related("organisation", "person__membership")
    if country:
        rows = rows.filter(organisation__country=country)
    if function:
        rows = rows.filter(function=function)
    return [
        row
        for row in rows.order_by("organisation__name", "pk")
        if row.contact_email or row.contact_phone or person_shown(row)
    ]


def _row(code: str, columns: Any, points: list[FocalPoint], entries: dict[int, UUID]) -> Row:
    row = Row(code, regions.name(code))
    for column in columns:
        here = [
            _point(point, entries)
            for point in points
            if point.organisation.country_id == code and point.function == column.value
        ]
        row.cells.append((str(column.label), here))
    return row


def _point(point: FocalPoint, entries: dict[int, UUID]) -> Point:
    person = person_shown(point)
    confirmed: Any = point.confirmed_at
    return Point(
        organisation=point.organisation.name,
        organisation_id=point.organisation.public_id,
        person=person.name if person else "",
        person_id=entries.get(person.pk) if person else None,
        confirmed_at=confirmed,
        stale=is_stale(confirmed),
    )
