"""What approvers do with an application: two different people decide, each with her reason.

The first is a focal point in reach (an administrator where no focal point may decide); the second
another approver in reach. Neither is the applicant or her sponsor, nor, on appeal, anybody who
took part in the decision appealed against (security.md 3.2, issue 4 item 3).
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts import step_up
from portal.accounts.models import User
from portal.audit.services import record
from portal.notifications.services import notify
from portal.permissions import forget
from portal.roles.models import Role
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.shared.text import plain
from portal.vetting import membership, moves, organisation_choice
from portal.vetting.models import Application, ApplicationStep
from portal.vetting.permissions import (
    applications_visible_to,
    approvers_for,
    can_confirm,
    can_propose,
    can_see,
)
from portal.vetting.rules import Deed, State, may

Kind = ApplicationStep.Kind
APPROVE, REFUSE = "approve", "refuse"
ASK, SEND_BACK = "ask", "send-back"
LONGEST = 4000  # characters of a reason


@transaction.atomic
def read_case(*, actor: User, application: Application) -> Application:
    """Put on record that an approver read an application. Raises NotAllowed."""
    if not can_see(actor, application):
        raise NotAllowed
    record("application.read", actor=actor, about=application.applicant, thing=application)
    return application


@transaction.atomic
def decide(
    *,
    actor: User,
    application: Application,
    version: int,
    choice: str,
    note: str = "",
    reason: str = "",
    organisation: str = "",
) -> Application:
    """Do what an approver chose on the page of a case, whichever of the two she is.

    ``choice`` is approve, refuse, ask or send-back. ``reason`` is what the applicant reads,
    ``note`` what the approvers read; for ``organisation`` see ``organisation_choice.settle``.
    Raises NotAllowed, Conflict, Invalid, and ``step_up.Needed``.
    """
    first = application.state != State.CONFIRMATION
    common = {"actor": actor, "application": application, "version": version, "note": note}
    if choice == ASK:
        return ask_information(**common, text=reason)
    if first and choice in (APPROVE, REFUSE):
        return propose(**common, proposal=choice, reason=reason, organisation=organisation)
    if not first and choice == SEND_BACK:
        return send_back(**common)
    if not first and choice == application.proposal:
        return confirm(**common)
    raise Invalid(_("Choose what you decide."), fields={"choice": _("Choose one of these.")})


@transaction.atomic
def propose(
    *,
    actor: User,
    application: Application,
    version: int,
    proposal: str,
    note: str,
    reason: str = "",
    organisation: str = "",
) -> Application:
    """Give the first decision. Nothing is said to the applicant before the second.

    A refusal needs a reason for the applicant, both need a note. If the organisation is only
    proposed, approving accepts it or puts a known one in its place. Raises NotAllowed, Conflict
    (somebody was quicker), Invalid.
    """
    step_up.require(actor)
    row = _locked(actor, application, version, Deed.PROPOSE)
    if proposal not in (APPROVE, REFUSE):
        raise Invalid(fields={"choice": _("Choose one of these.")})
    note = _words("note", note, _("Write what you checked and how you came to your decision."))
    reason = _words(
        "reason", reason, _("Write the reason as the applicant will read it."),
        needed=proposal == REFUSE,
    )  # fmt: skip
    if proposal == APPROVE:
        row.organisation = organisation_choice.settle(
            actor=actor, application=row, choice=organisation
        )
    row.proposed_by, row.proposal = actor, proposal
    _move(row, Deed.PROPOSE)
    _step(row, Kind.PROPOSED, actor, proposal=proposal, text=reason, note=note)
    moves.write_down("application.proposed", actor, row, proposal=proposal)
    tell_approvers(row)
    return row


@transaction.atomic
def confirm(*, actor: User, application: Application, version: int, note: str) -> Application:
    """Agree with the first decision: it is done now, and the applicant is told.

    Raises NotAllowed (the first person herself, too), Conflict, Invalid without a note.
    """
    step_up.require(actor)
    deed = Deed.APPROVE if application.proposal == APPROVE else Deed.REFUSE
    row = _locked(actor, application, version, deed)
    if row.proposed_by_id is None:
        raise Conflict(_("The first person has left the platform. Send the application back."))
    note = _words("note", note, _("Write what you checked."))
    first = row.steps.filter(kind=Kind.PROPOSED).order_by("-id").first()
    row.decided_at = clock.now()
    if deed == Deed.APPROVE:
        row.organisation = organisation_choice.kept(row)
    _move(row, deed)
    _step(
        row,
        Kind.APPROVED if deed == Deed.APPROVE else Kind.REFUSED,
        actor,
        proposal=row.proposal,
        text=first.text if first else "",
        note=note,
        for_applicant=True,
    )
    if deed == Deed.APPROVE:
        moves.write_down("application.approved", actor, row, tier=row.tier)
        membership.start(
            user=row.applicant, tier=row.tier, organisation=row.organisation, post=row.post,
            actor=actor,
        )  # fmt: skip
    else:
        moves.write_down("application.refused", actor, row)
    moves.tell_applicant(row)
    return row


@transaction.atomic
def send_back(*, actor: User, application: Application, version: int, note: str) -> Application:
    """Disagree with the first decision: the application waits for a first decision again."""
    step_up.require(actor)
    row = _locked(actor, application, version, Deed.SEND_BACK)
    note = _words("note", note, _("Write why you do not agree."))
    first = row.proposed_by
    row.proposed_by, row.proposal = None, ""
    _move(row, Deed.SEND_BACK)
    _step(row, Kind.SENT_BACK, actor, note=note)
    moves.write_down("application.sent-back", actor, row)
    tell_approvers(row)
    if first is not None and can_propose(first, row):
        notify(first, "decision", place="vetting_case", key=row.number)
    return row


@transaction.atomic
def ask_information(
    *, actor: User, application: Application, version: int, text: str, note: str = ""
) -> Application:
    """Ask the applicant for more. Her answer brings the application back to a first decision."""
    step_up.require(actor)
    row = _locked(actor, application, version, Deed.ASK_INFORMATION)
    text = _words("reason", text, _("Write what you want to know from the applicant."))
    note = _words("note", note, "", needed=False)
    row.proposed_by, row.proposal = None, ""
    _move(row, Deed.ASK_INFORMATION)
    _step(row, Kind.INFORMATION_ASKED, actor, text=text, note=note, for_applicant=True)
    moves.write_down("application.information-asked", actor, row)
    moves.tell_applicant(row)
    return row


def tell_approvers(application: Application) -> int:
    """Tell those who can decide now; return how many. Never the sponsor, nor who decided first.

    Focal points are told; administrators only where no focal point can act.
    """
    able = can_confirm if application.state == State.CONFIRMATION else can_propose
    for role in (Role.FOCAL_POINT, Role.ADMINISTRATOR):
        people = [user for user in approvers_for(application, role) if able(user, application)]
        for user in people:
            notify(user, "decision", place="vetting_case", key=application.number)
        if people:
            return len(people)
    return 0


def _locked(actor: User, application: Application, version: int, deed: Deed) -> Application:
    """Return the row, locked, if this person may do this now to what she saw."""
    forget(actor)  # her roles may have ended since the page was opened
    row = (
        applications_visible_to(actor)
        .select_for_update(of=("self",))
        .filter(pk=application.pk)
        .first()
    )
    if row is None:
        raise NotAllowed
    if not may(row.state, deed) or row.version != version:
        raise _too_late()
    if not (can_propose(actor, row) or can_confirm(actor, row)):
        raise NotAllowed
    return row


def _too_late() -> Conflict:
    return Conflict(
        _(
            "Somebody else has changed this application in the meantime. "
            "Nothing was saved. Open it again and look at what is new."
        )
    )


def _move(row: Application, deed: Deed) -> None:
    """Write the new state; the caller's other changes of the row are written with it."""
    moves.move(row, deed)
    row.save()


def _step(row: Application, kind: str, actor: User, **fields: Any) -> None:
    ApplicationStep.objects.create(
        application=row, kind=kind, actor=actor, at=clock.now(), **fields
    )


def _words(name: str, text: str, what: object, *, needed: bool = True) -> str:
    text = plain(text).strip()
    if needed and not text:
        raise Invalid(what, fields={name: what})
    if len(text) > LONGEST:
        too_long = _("This is too long. At most %(most)s characters.") % {"most": LONGEST}
        raise Invalid(too_long, fields={name: too_long})
    return text
