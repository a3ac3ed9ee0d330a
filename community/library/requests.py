"""Asking for a restricted record, and lending it: the source decides, for a time.

A grant is a row of ``markings.Reader`` with an end; the audience of the label reads nothing else.
RED is released by two people. ``lending`` lends without being asked, and ends what was lent.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.library.models import AccessRequest, Publication
from community.library.request_permissions import (
    LENDABLE,
    deciders_of,
    may_ask,
    releases_for,
    requests_for,
    seconds_for,
)
from portal.accounts import step_up
from portal.audit.services import record
from portal.markings.audience import key_of
from portal.markings.labels import FRESH, Label, label_of
from portal.markings.models import Reader
from portal.notifications.services import notify
from portal.permissions import is_member
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany
from portal.shared.text import plain

State = AccessRequest.State
DAYS = 30
MOST_DAYS = 365
LONGEST = 1_000  # characters of a reason or an answer


def ask(*, actor: Any, publication: Publication, reason: str) -> AccessRequest:
    """Ask the source of a record for it; its people are told that somebody asks.

    Raises NotAllowed, Invalid without a reason, TooMany, and Conflict where she waits already.
    """
    if not may_ask(actor, publication):
        raise NotAllowed
    text = sentence_of(reason, "reason", _("Say in a sentence or two what you need it for."))
    count(actor)
    with transaction.atomic():
        publication = held(publication)
        if not may_ask(actor, publication):
            raise NotAllowed
        if AccessRequest.objects.filter(
            publication=publication, person=actor, state=State.WAITING
        ).exists():
            raise Conflict(_("You have asked for this already. Your request waits."))
        row = AccessRequest.objects.create(publication=publication, person=actor, reason=text)
        for person in deciders_of(publication):
            notify(person, "access-request", place="members_requests")
        note("access.asked", row, actor)
    return row


@transaction.atomic
def withdraw(*, actor: Any, row: AccessRequest) -> AccessRequest:
    """Take one's own request back. Raises NotAllowed, Conflict where it was answered."""
    row = locked(row)
    if row.person_id != actor.pk:
        raise NotAllowed
    _must_wait(row)
    close(row, State.ENDED)
    note("access.withdrawn", row, actor)
    return row


@transaction.atomic
def grant(*, actor: Any, row: AccessRequest, ends_on: date | None = None) -> AccessRequest:
    """Lend the record until the end of a day (default: 30 days on, at most a year).

    RED is not lent yet by that: the row waits for a second person. Raises NotAllowed,
    step_up.Needed for RED, Invalid for the day, Conflict where somebody was quicker or the label
    knows no readers by name any more.
    """
    row = locked(row)
    if not requests_for(actor).filter(pk=row.pk).exists():
        raise NotAllowed
    _must_wait(row)
    if row.decided_by_id is not None:
        raise Conflict(_("This waits for a second person already."))
    return decide(actor, row, ends_on)


def decide(actor: Any, row: AccessRequest, ends_on: date | None) -> AccessRequest:
    label = _lendable(row.publication)
    if label in FRESH:
        step_up.require(actor)
    row.decided_by, row.decided_at, row.ends_at = actor, clock.now(), _end(ends_on)
    if label == Label.RED:
        row.save(update_fields=["decided_by", "decided_at", "ends_at"])
        for person in seconds_for(row):
            notify(person, "access-release", place="members_requests")
        note("access.proposed", row, actor)
        return row
    return _give(row, actor)


@transaction.atomic
def release(*, actor: Any, row: AccessRequest) -> AccessRequest:
    """Lend a RED record as the second person. Raises NotAllowed, step_up.Needed, Conflict."""
    row = locked(row)
    if not releases_for(actor).filter(pk=row.pk).exists():
        raise NotAllowed
    step_up.require(actor)
    _lendable(row.publication)
    # Who decided first must still be somebody who decides about this record.
    if row.decided_by not in deciders_of(row.publication):
        raise Conflict(_("Who decided first may not decide any more. Decline, and start again."))
    if row.ends_at is not None and row.ends_at <= clock.now():
        raise Conflict(_("The last day has passed. Decline, and start again."))
    row.second_by = actor
    return _give(row, actor)


def _give(row: AccessRequest, actor: Any) -> AccessRequest:
    if not is_member(row.person):
        raise Conflict(_("This person is not a member at present."))
    row.state = State.GRANTED
    row.save()
    Reader.objects.update_or_create(
        **key_of(row.publication), person=row.person, organisation=None,
        defaults={"given_by": row.decided_by, "given_at": clock.now(), "ends_at": row.ends_at},
    )  # fmt: skip
    tell(row)
    note("access.granted", row, actor)
    return row


@transaction.atomic
def decline(*, actor: Any, row: AccessRequest, answer: str) -> AccessRequest:
    """Refuse, with a sentence for who asked; also as the second person of a release.

    Raises NotAllowed, Invalid without a sentence, Conflict where somebody was quicker.
    """
    row = locked(row)
    if not any(
        rows.filter(pk=row.pk).exists() for rows in (requests_for(actor), releases_for(actor))
    ):
        raise NotAllowed
    text = sentence_of(answer, "answer", _("Say why in a sentence."))
    _must_wait(row)
    second = row.decided_by_id is not None and row.decided_by_id != actor.pk
    row.answer, row.ends_at = text, None
    if second:
        row.second_by = actor
    else:
        row.decided_by, row.decided_at = actor, clock.now()
    close(row, State.DECLINED)
    tell(row)
    note("access.declined", row, actor)
    return row


def close(row: AccessRequest, state: str) -> None:
    row.state = state
    row.save()


def held(publication: Publication) -> Publication:
    """Return the record as it is now, held until the end of the transaction."""
    found = Publication.objects.select_for_update().filter(pk=publication.pk).first()
    if found is None:
        raise NotAllowed
    return found


def locked(row: AccessRequest) -> AccessRequest:
    """Return a request as it is now, with its record, both held. Records are locked first."""
    publication = held(row.publication)
    found = AccessRequest.objects.select_for_update().filter(pk=row.pk).first()
    if found is None:
        raise NotAllowed
    found.publication = publication
    return found


def _must_wait(row: AccessRequest) -> None:
    if row.state != State.WAITING:
        raise Conflict(_("Somebody has answered this already."))


def _lendable(publication: Publication) -> Label:
    label = label_of(publication.label)
    if label not in LENDABLE:
        raise Conflict(_("The label of this record knows no readers by name any more."))
    return label


def _end(day: date | None) -> datetime:
    """Return the end of a day. Raises Invalid for one that has passed or is too far away."""
    today = clock.now().date()
    day = day or today + timedelta(days=DAYS)
    if not today <= day <= today + timedelta(days=MOST_DAYS):
        sentence = _("Choose a day from today on, at most one year away.")
        raise Invalid(sentence, {"ends_on": sentence})
    return datetime.combine(day, time.max, UTC)


def sentence_of(text: str, field: str, missing: str) -> str:
    found = " ".join(plain(text).split())
    if not found:
        raise Invalid(missing, {field: missing})
    if len(found) > LONGEST:
        sentence = ngettext(
            "Use at most %(count)d character.", "Use at most %(count)d characters.", LONGEST
        ) % {"count": LONGEST}
        raise Invalid(sentence, {field: sentence})
    return found


def count(actor: Any) -> None:
    if wait := ratelimit.wait(str(actor.pk), "access-requests"):
        raise TooMany(wait)


def tell(row: AccessRequest) -> None:
    notify(row.person, "access-answer", place="members_requests")


def note(event: str, row: AccessRequest, actor: Any) -> None:
    label = str(label_of(row.publication.label))
    record(event, actor=actor, about=row.person, thing=row.publication, facts={"label": label})
