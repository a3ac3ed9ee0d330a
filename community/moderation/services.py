"""What a moderator does with a report: one person reads and decides it, with her reasons."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community.moderation.permissions import (
    able_to_suspend,
    can_decide,
    can_suspend,
    reports_visible_to,
)
from community.moderation.rules import (
    COPIES_KEPT,
    LONGEST_NOTE,
    NO_BREACH,
    PASS,
    SUSPEND,
    WARN,
)
from community.rooms.models import Report
from portal.accounts import step_up
from portal.audit.services import record
from portal.notifications.services import notify
from portal.permissions import forget
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.shared.text import plain
from portal.vetting import membership


def choices_for(actor: Any, report: Report) -> list[str]:
    """Return what this moderator may decide about an open report.

    Only vetting suspends memberships. Who may not is offered to pass the report on to somebody
    who may, once and if there is anybody.
    """
    found = [NO_BREACH]
    if report.reported_id is not None:
        found.append(WARN)
    if can_suspend(actor, report):
        found.append(SUSPEND)
    elif report.decision != PASS and able_to_suspend(report):
        found.append(PASS)
    return found


@transaction.atomic
def read_report(*, actor: Any, report: Report) -> Report:
    """Put on record that a moderator read a report. Raises NotAllowed."""
    if not can_decide(actor, report):
        raise NotAllowed
    record("report.read", actor=actor, about=report.reported, thing=report)
    return report


@transaction.atomic
def decide(*, actor: Any, report: Report, choice: str, note: str, seen: str = "") -> Report:
    """Do what a moderator chose; ``note`` says why, for other moderators, and for vetting if the
    membership is suspended. ``seen`` is the ``decision`` the page showed.

    Warned: the reported person gets a notice that says nothing of the report. Passed on: the
    report stays open for those who may suspend. Wants a fresh second factor. Raises NotAllowed,
    Conflict (somebody was quicker, or vetting refuses), Invalid.
    """
    step_up.require(actor)
    row = _locked(actor, report, seen)
    if choice not in choices_for(actor, row):
        raise Invalid(fields={"choice": _("Choose one of these.")})
    row.note, row.decision = _note(note), choice
    row.decided_by, row.decided_at = actor, clock.now()
    if choice == PASS:
        row.save()
        return _pass_on(actor, row)
    row.state = Report.State.DECIDED
    row.save()
    if choice == SUSPEND:
        membership.suspend(actor=actor, user=row.reported, reason=row.note)
    if choice == WARN:
        notify(row.reported, "conduct", place="community_home")
    if row.reporter is not None:
        notify(row.reporter, "report-answer", place="community_home")
    record("report.decided", actor=actor, about=row.reported, thing=row, facts={"decision": choice})
    return row


def _pass_on(actor: Any, row: Report) -> Report:
    for person in able_to_suspend(row):
        notify(person, "report", place="moderation_case", key=str(row.public_id))
    record("report.passed", actor=actor, about=row.reported, thing=row)
    return row


def _locked(actor: Any, report: Report, seen: str) -> Report:
    """Return the report, locked, if this person may decide now what she saw."""
    forget(actor)  # her roles may have ended since the page was opened
    rows = reports_visible_to(actor).select_for_update(of=("self",)).filter(pk=report.pk)
    row = rows.first()
    if row is None:
        raise NotAllowed
    if row.state != Report.State.OPEN or row.decision != seen:
        raise Conflict(
            _(
                "Somebody else has decided about this report in the meantime. "
                "Nothing was saved. Open it again and look at what is new."
            )
        )
    return row


def _note(text: str) -> str:
    text = plain(text).strip()
    if not text or len(text) > LONGEST_NOTE:
        words = _("Write your reasons in at most %(most)s characters.") % {"most": LONGEST_NOTE}
        raise Invalid(words, fields={"note": words})
    return text


@transaction.atomic
def forget_copies() -> int:
    """Delete the copies attached to reports that were decided 90 days ago; return how many. For a
    daily task."""
    old = Report.objects.filter(
        state=Report.State.DECIDED, decided_at__lt=clock.now() - COPIES_KEPT, copy__isnull=False
    )
    return old.update(copy=None)
