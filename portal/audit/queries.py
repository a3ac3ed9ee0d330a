"""Reads the record: for administrators by search, for everyone what is about themselves."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.events import EVENTS
from portal.audit.models import AuditRow

PER_PART = 50


@dataclass(frozen=True)
class Search:
    """What is looked for; empty means "any". ``person`` is a public id, days are in UTC."""

    event: str = ""
    person: str = ""
    thing: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def named(self) -> Any:
        """Return the person in the form ``record`` takes; she may have been deleted since."""
        return SimpleNamespace(public_id=self.person) if self.person else None


@dataclass(frozen=True)
class Part:
    """One screen of rows, newest first; ``older`` is where the next one begins, or None."""

    rows: list[AuditRow]
    older: int | None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


def found(search: Search) -> QuerySet[AuditRow]:
    """Return the rows a search finds, in no particular order."""
    rows = AuditRow.objects.all()
    if search.event:
        rows = rows.filter(event=search.event)
    if search.person:
        rows = rows.filter(Q(actor=search.person) | Q(about=search.person))
    if search.thing:
        rows = rows.filter(thing=search.thing)
    if search.since:
        rows = rows.filter(at__gte=_midnight(search.since))
    if search.until:
        rows = rows.filter(at__lt=_midnight(search.until + timedelta(days=1)))
    return rows


def part(rows: QuerySet[AuditRow], before: int | None) -> Part:
    """Return the screen that ends before row ``before`` (None: the newest)."""
    if before is not None:
        rows = rows.filter(number__lt=before)
    got = list(rows.order_by("-number")[: PER_PART + 1])
    more = len(got) > PER_PART
    return Part(got[:PER_PART], got[PER_PART - 1].number if more else None)


def own(user: Any) -> QuerySet[AuditRow]:
    """Return what a person did, and what others did that concerns her and is no secret yet."""
    me = str(user.public_id)
    secret = [name for name, event in EVENTS.items() if event.private]
    return AuditRow.objects.filter(Q(actor=me) | (Q(about=me) & ~Q(event__in=secret)))


def people(rows: Collection[AuditRow]) -> dict[str, str]:
    """Return public id → name of the people in some rows; those deleted since are not in it."""
    ids = {key for row in rows for key in (row.actor, row.about) if _is_uuid(key)}
    users = User.objects.filter(public_id__in=ids).only("public_id", "name", "email")
    return {str(user.public_id): str(user) for user in users}


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
