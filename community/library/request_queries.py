"""What the pages about requests show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language

from community.library.models import AccessRequest, Publication
from community.library.permissions import may_see
from community.library.request_permissions import lendable_by, releases_for, requests_for
from portal.markings import audience
from portal.markings.labels import label_of
from portal.shared import clock

PAGE = 50
State = AccessRequest.State


@dataclass(frozen=True)
class Row:
    """One request as a list shows it. ``title`` is "" where the reader may not know of the record,
    ``url_id`` None then. ``second``: it waits for a second person; ``lent``: it counts now."""

    public_id: UUID
    title: str
    label: str
    record_id: UUID | None
    person: str
    state: str
    words: str
    asked_at: datetime
    ends_at: datetime | None
    answer: str
    second: bool
    lent: bool


@dataclass(frozen=True)
class Lists:
    """What a person finds on the page of requests; ``own`` are records she may give by name."""

    to_decide: list[Row]
    to_release: list[Row]
    lent: list[Row]
    mine: list[Row]
    own: list[tuple[UUID, str, str]]


def lists(user: Any) -> Lists:
    """Return the requests a person answers, what is lent in her name, and her own."""
    decided = _ready(requests_for(user))
    first = decided.filter(state=State.WAITING, decided_by=None).order_by("asked_at", "pk")
    lent = decided.filter(state=State.GRANTED, ends_at__gt=clock.now()).order_by("ends_at", "pk")
    mine = _ready(AccessRequest.objects.filter(person=user)).order_by("-asked_at", "-pk")
    second = _ready(releases_for(user)).order_by("asked_at", "pk")
    return Lists(
        to_decide=[_row(user, row, is_mine=False, decides=True) for row in first[:PAGE]],
        to_release=[_row(user, row, is_mine=False) for row in second[:PAGE]],
        lent=[_row(user, row, is_mine=False, decides=True) for row in lent[:PAGE]],
        mine=[_row(user, row, is_mine=True) for row in mine[:PAGE]],
        own=_own(user),
    )


def _own(user: Any) -> list[tuple[UUID, str, str]]:
    rows = lendable_by(user).prefetch_related("texts")[:PAGE]
    language = get_language() or "en"
    return [(row.public_id, row.title(language), str(label_of(row.label))) for row in rows]


def waiting_count(user: Any) -> int:
    """Return how many requests wait for this person, as the first or the second."""
    first = requests_for(user).filter(state=State.WAITING, decided_by=None)
    return first.count() + releases_for(user).count()


def open_request(user: Any, publication: Publication) -> AccessRequest | None:
    """Return the person's own request for a record that still waits."""
    rows = AccessRequest.objects.filter(publication=publication, person=user)
    return rows.filter(state=State.WAITING).first()


def row(user: Any, request: AccessRequest) -> Row:
    """Return one request for the page on which it is answered."""
    decides = requests_for(user).filter(pk=request.pk).exists()
    return _row(user, request, is_mine=request.person_id == user.pk, decides=decides)


def _ready(rows: QuerySet[AccessRequest]) -> QuerySet[AccessRequest]:
    found = rows.select_related("publication", "person", "decided_by")
    return found.prefetch_related("publication__texts")


def _row(user: Any, row: AccessRequest, *, is_mine: bool, decides: bool = False) -> Row:
    publication = row.publication
    # The source knows what it decides about; who asked only what she may still know of.
    known = decides or may_see(user, publication) or audience.may_read(user, publication)
    is_waiting = row.state == State.WAITING
    return Row(
        public_id=row.public_id,
        title=publication.title(get_language() or "en") if known else "",
        label=str(label_of(publication.label)) if known else "",
        record_id=publication.public_id if may_see(user, publication) else None,
        person="" if is_mine else str(row.person),
        state=row.state,
        words=str(State(row.state).label),
        asked_at=row.asked_at,
        ends_at=row.ends_at if row.state == State.GRANTED else None,
        answer=row.answer if is_mine else "",
        second=is_waiting and row.decided_by_id is not None and not is_mine,
        lent=row.state == State.GRANTED and bool(row.ends_at and row.ends_at > clock.now()),
    )
