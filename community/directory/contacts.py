"""Asking a member for contact, answering, ending it. Notices say a verb and nothing more."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from community.directory.contact_permissions import (
    contacts,
    has_blocked,
    other_of,
    requests_by,
    requests_to,
)
from community.directory.models import ContactRequest, Profile
from community.directory.permissions import visible
from community.rooms.models import Block
from portal.audit.services import record
from portal.notifications.services import mark_place_read, notify
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany
from portal.shared.text import plain

State = ContactRequest.State
LONGEST = 500  # characters of a reason or an answer
AGAIN = timedelta(days=30)  # after a refusal
ASKED, ANSWERED, PLACE = "contact-request", "contact-answer", "members_contacts"


def ask(*, actor: Any, profile: Profile, reason: str) -> ContactRequest:
    """Ask the person of an entry for contact, with a reason; she is told that somebody asks.

    Raises NotAllowed where the entry is not hers to find, Invalid without a reason, TooMany, and
    Conflict where there is something open between the two, or a refusal is too fresh.
    """
    if not visible(actor).filter(pk=profile.pk).exists():
        raise NotAllowed
    text = _sentence(reason, "reason", required=True)
    if wait := ratelimit.wait(str(actor.pk), "contact-requests"):
        raise TooMany(wait)
    person = profile.person
    _may_be_asked(actor, person)
    numbers = sorted((actor.pk, person.pk))
    try:
        with transaction.atomic():
            row = ContactRequest.objects.create(
                asker=actor, asked=person, pair=f"{numbers[0]} {numbers[1]}", reason=text,
                asked_at=clock.now(),
            )  # fmt: skip
            if not Block.objects.filter(blocker=person, blocked=actor).exists():
                notify(person, ASKED, place=PLACE)
            record("contact.asked", actor=actor, about=person)
    except IntegrityError:
        raise Conflict(
            _("There is a request between you two already. See your contacts.")
        ) from None
    return row


def _may_be_asked(actor: Any, person: Any) -> None:
    if has_blocked(actor, person.pk):
        raise Conflict(_("You have blocked this person. Take the block back first."))
    refused = ContactRequest.objects.filter(
        asker=actor, asked=person, state=State.DECLINED, decided_at__gt=clock.now() - AGAIN
    )
    if refused.exists():
        raise Conflict(
            _("This person declined a request of yours. You can ask again 30 days later.")
        )


@transaction.atomic
def withdraw(*, actor: Any, row: ContactRequest) -> ContactRequest:
    """Take one's own request back. Raises NotAllowed, Conflict where it was answered."""
    row = _locked(row)
    if not requests_by(actor).filter(pk=row.pk).exists():
        raise NotAllowed
    _must_wait(row)
    _close(row, State.WITHDRAWN)
    record("contact.withdrawn", actor=actor, about=row.asked)
    return row


@transaction.atomic
def accept(*, actor: Any, row: ContactRequest) -> ContactRequest:
    """Agree: both see what the other gives to contacts. Raises NotAllowed, Conflict."""
    row = _answered(actor, row)
    _close(row, State.ACCEPTED)
    notify(row.asker, ANSWERED, place=PLACE)
    record("contact.accepted", actor=actor, about=row.asker)
    return row


@transaction.atomic
def decline(*, actor: Any, row: ContactRequest, answer: str = "") -> ContactRequest:
    """Refuse, with a sentence or without. Raises NotAllowed, Invalid, Conflict."""
    row = _answered(actor, row)
    row.answer = _sentence(answer, "answer", required=False)
    _close(row, State.DECLINED)
    notify(row.asker, ANSWERED, place=PLACE)
    record("contact.declined", actor=actor, about=row.asker)
    return row


@transaction.atomic
def end(*, actor: Any, row: ContactRequest) -> ContactRequest:
    """End a contact: neither sees any more what the other gave. Raises NotAllowed."""
    row = _locked(row)
    if not contacts(actor).filter(pk=row.pk).exists():
        raise NotAllowed
    other = other_of(actor, row)
    _close(row, State.ENDED)
    notify(other, ANSWERED, place=PLACE)
    record("contact.ended", actor=actor, about=other)
    return row


def seen(*, actor: Any) -> None:
    """Put away the notices that lead to the list of contacts."""
    for verb in (ASKED, ANSWERED):
        mark_place_read(user=actor, verb=verb, place=PLACE)


def _answered(actor: Any, row: ContactRequest) -> ContactRequest:
    row = _locked(row)
    if row.asked_id == actor.pk:
        _must_wait(row)
    if not requests_to(actor).filter(pk=row.pk).exists():
        raise NotAllowed
    return row


def _locked(row: ContactRequest) -> ContactRequest:
    rows = ContactRequest.objects.select_for_update(of=("self",))
    found = rows.select_related("asker", "asked").filter(pk=row.pk).first()
    if found is None:
        raise NotAllowed
    return found


def _must_wait(row: ContactRequest) -> None:
    if row.state != State.WAITING:
        raise Conflict(_("This request was answered or taken back meanwhile."))


def _close(row: ContactRequest, state: str) -> None:
    row.state, row.decided_at = state, clock.now()
    row.save(update_fields=["state", "decided_at", "answer"])


def _sentence(text: str, field: str, *, required: bool) -> str:
    found = " ".join(plain(text).split())
    sentence = ""
    if required and not found:
        sentence = _("Say in a sentence or two why you ask.")
    elif len(found) > LONGEST:
        sentence = _("Use at most %(count)d characters.") % {"count": LONGEST}
    if sentence:
        raise Invalid(sentence, {field: sentence})
    return found
