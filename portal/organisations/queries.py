"""Reads organisations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, TextField
from django.db.models.functions import Cast

from portal.organisations.models import FocalPoint, Organisation
from portal.organisations.names import LIKELY, likeness
from portal.shared import clock
from portal.shared.text import search_terms
from portal.vetting.models import Membership, Tier

PAGE = 25
MOST_TERMS = 8
COMPARED = 2_000  # names of one country that a new one is compared with, at most
STALE = timedelta(days=365)  # a contact that nobody has confirmed for so long is doubtful

State = Organisation.State


def to_pick_from(country: str) -> QuerySet[Organisation]:
    """Return the organisations of a country that an applicant may name, by name."""
    return Organisation.objects.filter(
        country_id=country, state=Organisation.State.ACTIVE
    ).order_by("name")


def kept(organisation: Organisation) -> Organisation:
    """Return the organisation itself, or the one it was merged into."""
    return organisation.merged_into or organisation


@dataclass(frozen=True)
class Slice:
    """One page of a list; ``after`` is the id to go on from, None at the end."""

    rows: list[Organisation]
    after: UUID | None


def page(found: QuerySet[Organisation], after: UUID | None, size: int = PAGE) -> Slice:
    """Return the organisations after the one with this id, by name: a page by key, no counting.

    An id that is not among those found (gone, merged, or not to be seen) gives the first page.
    """
    last = found.filter(public_id=after).values_list("name", "pk").first() if after else None
    if last is not None:
        found = found.filter(Q(name__gt=last[0]) | Q(name=last[0], pk__gt=last[1]))
    rows = list(found.select_related("country").order_by("name", "pk")[: size + 1])
    return Slice(rows[:size], rows[size - 1].public_id if len(rows) > size else None)


def matching(
    found: QuerySet[Organisation],
    *,
    text: str = "",
    country: str = "",
    unit: str = "",
    language: str = "",
    function: str = "",
) -> QuerySet[Organisation]:
    """Narrow organisations by what a reader chose; empty means "any".

    Every word of ``text`` must begin a word of the name or of another name. ``language`` counts
    for the organisation and for its focal points; with ``function`` as well, for that one.
    """
    for term in search_terms(text)[:MOST_TERMS]:
        found = found.filter(found_by__contains=f" {term}")
    if country:
        found = found.filter(country_id=country)
    if unit:
        found = found.filter(unit=unit)
    points = FocalPoint.objects.filter(organisation=OuterRef("pk"))
    if function:
        points = points.filter(function=function)
        found = found.filter(Exists(points))
    if language:
        found = found.annotate(codes=_codes()).filter(
            Q(codes__contains=f'"{language}"')
            | Exists(points.annotate(codes=_codes()).filter(codes__contains=f'"{language}"'))
        )
    return found


def _codes() -> Cast:
    """A list of codes as the text it is stored as: the same on SQLite and PostgreSQL."""
    return Cast("languages", TextField())


def for_desk(
    found: QuerySet[Organisation], *, state: str = "", old: bool = False, **chosen: Any
) -> QuerySet[Organisation]:
    """Narrow the desk's list; merged organisations are shown only when asked for."""
    found = found.filter(state=state) if state else found.exclude(state=State.MERGED)
    return matching(unconfirmed(found) if old else found, **chosen)


def unconfirmed(found: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Narrow to accepted organisations whose contact nobody has confirmed for twelve months."""
    limit = clock.now() - STALE
    old = Q(contact_confirmed_at=None) | Q(contact_confirmed_at__lt=limit)
    return found.filter(old, state=State.ACTIVE)


def is_stale(confirmed_at: Any) -> bool:
    """Say whether a contact was never confirmed, or not within twelve months."""
    return confirmed_at is None or confirmed_at < clock.now() - STALE


def with_focal_points(found: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Have the focal points read with the organisations, in one query for all of them."""
    points = FocalPoint.objects.select_related("person__membership").order_by("function")
    return found.prefetch_related(Prefetch("focal_points", queryset=points))


def person_shown(point: FocalPoint) -> Any:
    """Return the person of a focal point while she is a member in force of that organisation.

    Expects ``person__membership`` to be read already. None for everybody else: who left is not
    shown to members as a contact.
    """
    person = point.person
    membership: Membership | None = getattr(person, "membership", None) if person else None
    in_force = (
        membership is not None
        and person.is_active
        and not person.hold
        and membership.organisation_id == point.organisation_id
        and membership.state == Membership.State.ACTIVE
        and membership.tier == Tier.MEMBER
        and membership.lapses_at > clock.now()
    )
    return person if in_force else None


def likely_same(name: str, others: QuerySet[Organisation], most: int = 5) -> list[Organisation]:
    """Return the organisations whose name or other name is most like ``name``, best first."""
    rows = others.order_by("pk").values_list("pk", "name", "other_names")[:COMPARED]
    found = sorted(((_best(name, [own, *more]), pk) for pk, own, more in rows), reverse=True)
    keys = [pk for score, pk in found[:most] if score >= LIKELY]
    by_pk = Organisation.objects.select_related("country").in_bulk(keys)
    return [by_pk[pk] for pk in keys]


def _best(name: str, names: Iterable[str]) -> float:
    return max(likeness(name, other) for other in names)


def to_merge_into(
    found: QuerySet[Organisation], duplicate: Organisation, text: str = ""
) -> list[Organisation]:
    """Return accepted organisations it may be: those searched for, else the likely ones."""
    found = found.filter(state=State.ACTIVE).exclude(pk=duplicate.pk)
    if text:
        return page(matching(found, text=text), None).rows
    return likely_same(duplicate.name, found.filter(country_id=duplicate.country_id))


def focal_points_of(organisation: Organisation) -> list[tuple[FocalPoint.Function, Any]]:
    """Return every function with its focal point, None where there is none."""
    rows = organisation.focal_points.select_related("person__membership", "confirmed_by")
    by_function = {row.function: row for row in rows}
    return [(function, by_function.get(function)) for function in FocalPoint.Function]
