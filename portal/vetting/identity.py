"""A person lost every second factor: two approvers make sure who she is, then she starts anew.

As at entry, two different people decide; neither is the person herself (security.md 3.1).
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts import factors, step_up
from portal.accounts.models import User
from portal.accounts.services import end_sign_ins
from portal.audit.services import record
from portal.events import publish
from portal.events.messages import SignInsEnded
from portal.notifications.models import PushSubscription
from portal.notifications.services import notify
from portal.permissions import forget
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.shared.text import plain
from portal.vetting import deadlines
from portal.vetting.identity_permissions import (
    can_confirm_identity,
    can_propose_identity,
    can_see_identity,
    identity_approvers,
)
from portal.vetting.models import IdentityCheck

State = IdentityCheck.State
OPEN = (State.ASKED, State.PROPOSED)
LONGEST = 4000  # characters


@transaction.atomic
def ask_identity_check(*, user: User) -> IdentityCheck:
    """Ask that a person's identity be proved anew; asking again returns the open check.

    The caller has seen her password. Her mailbox is told in every case, so that she hears of it if
    it was not she who asked.
    """
    User.objects.select_for_update().get(pk=user.pk)  # one at a time: one open check a person
    moment = clock.now()
    found = IdentityCheck.objects.filter(user=user, state__in=OPEN).first()
    if found is not None and found.expires_at > moment:
        return found
    if found is not None:
        _expire(found)
    row = IdentityCheck.objects.create(
        user=user, asked_at=moment, expires_at=moment + deadlines.IDENTITY_CHECK
    )
    record("identity.asked", actor=user, about=user, thing=row)
    _tell_person(user, "identity_asked")
    _tell_approvers(row)
    return row


def open_check(user: User) -> IdentityCheck | None:
    """Return the person's open check, if there is one."""
    rows = IdentityCheck.objects.filter(user=user, state__in=OPEN)
    return rows.filter(expires_at__gt=clock.now()).first()


@transaction.atomic
def propose_identity(*, actor: User, check: IdentityCheck, how: str) -> IdentityCheck:
    """Say, as the first person, that it is she, and how that was made sure.

    Raises NotAllowed, Conflict (somebody was quicker, or it has expired), Invalid without ``how``.
    """
    step_up.require(actor)
    row = _locked(actor, check, State.ASKED)
    if not can_propose_identity(actor, row):
        raise NotAllowed
    row.how = _words("words", how, _("Write how you made sure who this is."))
    row.state, row.proposed_by, row.proposed_at = State.PROPOSED, actor, clock.now()
    row.save(update_fields=["state", "how", "proposed_by", "proposed_at"])
    record("identity.proposed", actor=actor, about=row.user, thing=row)
    _tell_approvers(row)
    return row


@transaction.atomic
def grant_identity(*, actor: User, check: IdentityCheck, how: str) -> IdentityCheck:
    """Agree, as the second person: all second factors are removed and all sign-ins ended.

    Her password ends too: whoever knows it might be quicker than she. She sets a new one by the
    link in her mailbox, signs in and sets up a new factor. Raises NotAllowed (the first
    person, too), Conflict, Invalid without ``how``.
    """
    step_up.require(actor)
    row = _locked(actor, check, State.PROPOSED)
    if not can_confirm_identity(actor, row):
        raise NotAllowed
    row.reason = _words("words", how, _("Write how you made sure who this is."))
    _close(row, State.GRANTED, actor)
    removed = _remove_factors(row.user)
    row.user.set_unusable_password()
    row.user.save(update_fields=["password"])
    record(
        "identity.granted", actor=actor, about=row.user, thing=row, facts={"count": removed}
    )  # fmt: skip
    _tell_person(row.user, "identity_granted")
    return row


@transaction.atomic
def refuse_identity(*, actor: User, check: IdentityCheck, reason: str) -> IdentityCheck:
    """Refuse, at either step: nothing about the account changes. Raises as the others."""
    step_up.require(actor)
    row = _locked(actor, check, check.state)
    if row.state not in OPEN:
        raise _too_late()
    if not can_see_identity(actor, row):
        raise NotAllowed
    row.reason = _words("words", reason, _("Write why you refuse."))
    _close(row, State.REFUSED, actor)
    record("identity.refused", actor=actor, about=row.user, thing=row)
    _tell_person(row.user, "identity_refused")
    return row


@transaction.atomic
def decide_identity(
    *, actor: User, check: IdentityCheck, state: str, choice: str, words: str
) -> IdentityCheck:
    """Do what an approver chose on the page of a check: sure, agree or refuse.

    ``state`` is the one she saw; Conflict if it is another by now.
    """
    if check.state != state:
        raise _too_late()
    if choice == "sure":
        return propose_identity(actor=actor, check=check, how=words)
    if choice == "agree":
        return grant_identity(actor=actor, check=check, how=words)
    if choice == "refuse":
        return refuse_identity(actor=actor, check=check, reason=words)
    raise Invalid(fields={"choice": _("Choose one of these.")})


@transaction.atomic
def expire_identity_check(*, check: IdentityCheck) -> bool:
    """Close a check that nobody decided within 14 days; say whether it was."""
    row = IdentityCheck.objects.select_for_update().filter(pk=check.pk).first()
    if row is None or row.state not in OPEN or row.expires_at > clock.now():
        return False
    _expire(row)
    return True


@transaction.atomic
def withdraw_identity_check(*, user: User) -> IdentityCheck:
    """Stop one's own open check: it was not she who asked, or the factor is found again.

    Raises NotAllowed if none is open, and step_up.Needed: only who has a factor can do this.
    """
    step_up.require(user)
    row = IdentityCheck.objects.select_for_update().filter(user=user, state__in=OPEN).first()
    if row is None:
        raise NotAllowed
    _close(row, State.REFUSED, user)
    record("identity.withdrawn", actor=user, about=user, thing=row)
    return row


def _expire(row: IdentityCheck) -> None:
    row.state, row.decided_at = State.EXPIRED, clock.now()
    row.save(update_fields=["state", "decided_at"])
    record("identity.expired", about=row.user, thing=row)
    _tell_person(row.user, "identity_expired")


def _locked(actor: User, check: IdentityCheck, state: str) -> IdentityCheck:
    forget(actor)  # her roles may have ended since the page was opened
    row = IdentityCheck.objects.select_for_update().filter(pk=check.pk).first()
    if row is None or not can_see_identity(actor, row):
        raise NotAllowed
    if row.state != state or (row.state in OPEN and row.expires_at <= clock.now()):
        raise _too_late()
    return row


def _close(row: IdentityCheck, state: str, actor: User) -> None:
    row.state, row.decided_by, row.decided_at = state, actor, clock.now()
    row.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def _remove_factors(user: User) -> int:
    """Delete every second factor, every sign-in and every browser that is woken by push."""
    removed = 0
    for model in factors.MODELS.values():
        rows = model.objects.filter(user=user)
        removed += rows.count()
        rows.delete()
    PushSubscription.objects.filter(user=user).delete()
    end_sign_ins(user=user)
    publish(SignInsEnded(user.pk))
    return removed


def _tell_person(user: User, what: str) -> None:
    from portal.accounts.security_notices import tell

    tell(user, what)


def _tell_approvers(row: IdentityCheck) -> None:
    may: Any = can_propose_identity if row.state == State.ASKED else can_confirm_identity
    for person in identity_approvers(row):
        if may(person, row):
            notify(person, "identity", place="identity_case", key=str(row.public_id))


def _words(name: str, text: str, what: object) -> str:
    text = plain(text).strip()
    if not text or len(text) > LONGEST:
        raise Invalid(what, fields={name: what})
    return text


def _too_late() -> Conflict:
    return Conflict(
        _(
            "Somebody else has decided about this in the meantime, or the time has run out. "
            "Nothing was saved."
        )
    )
