"""Lists of people with their roles. Every list is limited by ``portal.roles.permissions``."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from portal.accounts.models import User
from portal.permissions import grants_in_force
from portal.roles.courses_port import book
from portal.roles.models import RoleGrant
from portal.roles.permissions import people_visible_to, places_in
from portal.shared import clock

PER_PAGE = 20


@dataclass
class PeoplePage:
    """Up to ``PER_PAGE`` people by name; ``after`` is the key of the next page, "" for none."""

    people: list[User] = field(default_factory=list)
    after: str = ""


def people(
    reader: Any, *, text: str = "", role: str = "", region: str = "", after: Any = None
) -> PeoplePage:
    """Return a page of the people the reader may look at, each with ``roles_now``.

    ``text``: every word stands in the name of the person or of the organisation; ``role``: held
    today; ``region``: a country or group. ``after`` is the public id of the last one shown.
    """
    rows = people_visible_to(reader).select_related("membership__organisation__country")
    for word in text.split()[:5]:
        rows = rows.filter(
            Q(name__icontains=word) | Q(membership__organisation__name__icontains=word)
        )
    if role:
        rows = rows.filter(pk__in=grants_in_force().filter(role=role).values("user"))
    if region:
        rows = rows.filter(membership__organisation__country__in=places_in(region))
    if after:
        rows = _behind(rows, reader, after)
    found = list(rows.order_by("name", "pk").distinct()[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    _add_roles(shown)
    more = len(found) > PER_PAGE
    return PeoplePage(shown, str(shown[-1].public_id) if more else "")


def _behind(rows: QuerySet[User], reader: Any, after: Any) -> QuerySet[User]:
    key = people_visible_to(reader).filter(public_id=after).values_list("name", "pk").first()
    if key is None:
        return rows
    name, number = key
    return rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=number))


def _add_roles(people: list[User]) -> None:
    held: dict[int, list[RoleGrant]] = {person.pk: [] for person in people}
    for grant in grants_in_force().filter(user__in=people).order_by("role", "pk"):
        held[grant.user_id].append(grant)
    for person in people:
        person.roles_now = held[person.pk]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class RoleRow:
    """A role as it is shown: with the title of its course, and where it stands."""

    grant: RoleGrant
    course: str
    state: str  # waiting, active, ended


def shown(grants: QuerySet[RoleGrant]) -> list[RoleRow]:
    """Return roles for showing, those in force and waiting first."""
    titles = dict(book().choices())
    rows = [
        RoleRow(grant, titles.get(grant.course, "") if grant.course else "", state_of(grant))
        for grant in grants
    ]
    return sorted(rows, key=lambda row: row.state == "ended")


def state_of(grant: RoleGrant) -> str:
    """Return whether a role waits, is active or has ended."""
    past = grant.ends_on is not None and grant.ends_on < clock.now().date()
    if grant.ended_at is not None or past:
        return "ended"
    return "active" if grant.confirmed_at else "waiting"
