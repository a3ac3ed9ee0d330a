"""Where a role counts: pure rules over regions, organisations, courses and languages.

A scope has four parts. An empty part means "everywhere" for that part; the parts that are filled
must all hold. Whatever a thing does not say (``None`` or empty) is unknown, and a filled part never
covers the unknown: the rules fail closed.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from portal.organisations.regions import tree


class Scoped(Protocol):
    """What has a scope: a ``RoleGrant``, or a ``Scope`` that nobody holds yet."""

    region_id: Any
    organisation_id: Any
    course: Any
    language: Any


@dataclass(frozen=True)
class Scope:
    """A scope by itself; ``Scope()`` is everywhere."""

    region_id: str | None = None
    organisation_id: int | None = None
    course: Any = None
    language: str = ""


PARTS = ("region_id", "organisation_id", "course", "language")


def lies_in(place: str | None, region: str) -> bool:
    """Say whether a place (country or group) is the region or lies below it in the tree."""
    parents = tree()
    while place:
        if place == region:
            return True
        place = parents.get(place)
    return False


def _same(part: Any, value: Any) -> bool:
    return value not in (None, "") and str(part) == str(value)


def covers(
    grant: Scoped,
    *,
    country: str | None = None,
    organisation_id: int | None = None,
    course: Any = None,
    language: str | None = None,
) -> bool:
    """Say whether the scope covers a thing with this country, organisation, course and language.

    ``country`` may be a group of countries: it is covered when the whole group is.
    """
    return (
        (not grant.region_id or lies_in(country, grant.region_id))
        and (not grant.organisation_id or _same(grant.organisation_id, organisation_id))
        and (not grant.course or _same(grant.course, course))
        and (not grant.language or _same(grant.language, language))
    )


def within(inner: Scoped, outer: Scoped) -> bool:
    """Say whether whatever ``inner`` covers is covered by ``outer`` as well (⊆)."""
    return covers(
        outer,
        country=inner.region_id or None,
        organisation_id=inner.organisation_id,
        course=inner.course,
        language=inner.language,
    )


def is_unlimited(grant: Scoped) -> bool:
    """Say whether no part of the scope is filled."""
    return not any(getattr(grant, part) for part in PARTS)
