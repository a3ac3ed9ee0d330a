"""What an applicant does after sending: answer a question, appeal against a refusal, withdraw."""

from typing import Any

from django.db import transaction

from portal.accounts.models import User
from portal.shared import clock
from portal.vetting import applicant_queries as queries
from portal.vetting import flow, letters, moves, rules
from portal.vetting.models import Application, ApplicationStep

Kind = ApplicationStep.Kind
State = Application.State


def give_information(*, user: User, text: str, upload: Any = None) -> Application:
    """Answer what the approvers asked; the application goes back to a first decision."""
    text = moves.words("text", text)
    known = queries.newest(user)
    if known is None or known.state != State.INFORMATION:
        raise moves.changed()
    if upload is not None:
        letters.receive(known, upload, field="file", most=flow.FILES_AT_MOST)
    with transaction.atomic():
        row = moves.own(user)
        moves.move(row, rules.Deed.GIVE_INFORMATION)
        row.proposed_by, row.proposal = None, ""
        row.save()
        moves.note(row, Kind.INFORMATION_GIVEN, user, text=text)
        moves.write_down("application.information-given", user, row)
        moves.tell_approvers(row)
    return row


@transaction.atomic
def appeal(*, user: User, text: str) -> Application:
    """Ask that two other approvers look at a refusal; once, within 30 days."""
    row = moves.own(user)
    text = moves.words("text", text)
    if not rules.may_appeal(
        state=row.state, appeals=row.appeals, decided_at=row.decided_at, now=clock.now()
    ):
        raise moves.changed()
    moves.move(row, rules.Deed.APPEAL)
    row.appeals += 1
    row.proposed_by, row.proposal, row.decided_at = None, "", None
    row.save()
    moves.note(row, Kind.APPEALED, user, text=text)
    moves.write_down("application.appealed", user, row)
    moves.tell_approvers(row)
    return row


@transaction.atomic
def withdraw(*, user: User) -> Application:
    """Take the application back, whatever it waits for. Raises Conflict once it is decided."""
    row = moves.own(user)
    moves.move(row, rules.Deed.WITHDRAW)
    row.save()
    moves.note(row, Kind.WITHDRAWN, user)
    moves.write_down("application.withdrawn", user, row)
    return row
