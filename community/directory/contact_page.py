"""What the pages about contacts show of a request or a contact."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from community.directory.contact_permissions import contacts, other_of, requests_by, requests_to
from community.directory.models import ContactRequest, Profile
from community.directory.permissions import visible

PAGE = 100  # rows of a list
State = ContactRequest.State


@dataclass(frozen=True)
class ContactRow:
    """One request or contact. ``url`` is the person's entry if she is found there; ``email`` and
    ``phone`` are given to contacts alone, ``message_url`` too."""

    public_id: UUID
    name: str
    organisation: str
    country: str
    state: str
    mine: bool
    reason: str
    answer: str
    asked_at: datetime
    decided_at: datetime | None
    url: str = ""
    email: str = ""
    phone: str = ""
    message_url: str = ""


@dataclass(frozen=True)
class Lists:
    """What a person finds on the page of contacts."""

    to_answer: list[ContactRow]
    asked: list[ContactRow]
    contacts: list[ContactRow]


def lists(user: Any) -> Lists:
    """Return requests to her, her own, and her contacts."""
    parts = [
        list(requests_to(user).order_by("asked_at", "pk")[:PAGE]),
        list(requests_by(user).order_by("-asked_at", "-pk")[:PAGE]),
        list(_by_time(contacts(user))[:PAGE]),
    ]
    rows = _rows(user, [row for part in parts for row in part])
    found = [[rows[row.pk] for row in part] for part in parts]
    return Lists(*found)


def contact_row(user: Any, row: ContactRequest) -> ContactRow:
    """Return one request or contact."""
    return _rows(user, [row])[row.pk]


def waiting_count(user: Any) -> int:
    """Count the requests that wait for her answer."""
    return requests_to(user).count()


def _by_time(rows: QuerySet[ContactRequest]) -> QuerySet[ContactRequest]:
    return rows.order_by("-decided_at", "-pk")


def _rows(user: Any, requests: list[ContactRequest]) -> dict[int, ContactRow]:
    people = {other_of(user, row).pk for row in requests}
    pages = dict(visible(user).filter(person__in=people).values_list("person_id", "public_id"))
    given = [other_of(user, row).pk for row in requests if row.state == State.ACCEPTED]
    profiles = {row.person_id: row for row in Profile.objects.filter(person__in=given)}
    return {row.pk: _row(user, row, pages, profiles) for row in requests}


def _row(
    user: Any, row: ContactRequest, pages: dict[int, UUID], profiles: dict[int, Profile]
) -> ContactRow:
    other, mine = other_of(user, row), row.asker_id == user.pk
    office = other.membership.organisation
    is_contact = row.state == State.ACCEPTED
    # Her entry may hide where she works; who asks, and who agreed, says it.
    known = is_contact or not mine
    profile = profiles.get(other.pk)
    messages = f"{reverse('messages')}#{urlencode({'p': 'new-message', 'q': other.name})}"
    return ContactRow(
        public_id=row.public_id,
        name=other.name,
        organisation=office.name if known else "",
        country=str(office.country) if known else "",
        state=row.state,
        mine=mine,
        reason=row.reason,
        answer=row.answer if mine else "",
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        url=reverse("members_person", args=[pages[other.pk]]) if other.pk in pages else "",
        email=profile.email if profile else "",
        phone=profile.phone if profile else "",
        message_url=messages if is_contact else "",
    )
