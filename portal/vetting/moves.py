"""How the applicant's and the sponsor's services write to an application: locked, moved, noted."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.audit.services import record
from portal.notifications.services import notify
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, TooMany
from portal.shared.text import plain
from portal.vetting import deadlines, rules
from portal.vetting.models import Application, ApplicationStep

LONGEST = 2000  # characters of an answer, an appeal, a sponsor's words


def own(user: Any, *, in_states: tuple[str, ...] = ()) -> Application:
    """Return the person's newest application, locked. Raises Conflict if there is none so."""
    row = Application.objects.select_for_update().filter(applicant=user).first()
    if row is None or (in_states and row.state not in in_states):
        raise changed()
    return row


def changed() -> Conflict:
    """What a person is told whose page is older than the application."""
    return Conflict(
        _("Your application has changed since this page was opened. Nothing was saved.")
    )


def move(row: Application, deed: rules.Deed) -> None:
    """Bring the application to its next state, unsaved. Raises Conflict if the table says no."""
    try:
        row.state = rules.next_state(row.state, deed, tier=row.tier)
    except ValueError:
        raise changed() from None
    row.state_since = clock.now()
    row.due_at = deadlines.remind_at(row.state, row.state_since)
    row.version += 1


def note(
    row: Application, kind: str, actor: Any, *, text: str = "", for_applicant: bool = True
) -> None:
    """Add one thing that happened to the history."""
    ApplicationStep.objects.create(
        application=row,
        kind=kind,
        actor=actor,
        text=text,
        for_applicant=for_applicant,
        at=clock.now(),
    )


def write_down(event: str, actor: Any, row: Application, **facts: Any) -> None:
    """Put a deed on record."""
    record(event, actor=actor, about=row.applicant, thing=row, facts=facts)


def tell_applicant(row: Application) -> None:
    """Tell her that there is news; the page says which."""
    notify(row.applicant, "application", place="application")


def tell_approvers(row: Application) -> None:
    """Tell whoever can decide now."""
    from portal.vetting import decisions

    decisions.tell_approvers(row)


def within(limit: str, user: Any) -> None:
    """Count one use. Raises TooMany. Called before the transaction, so that a rollback counts."""
    if wait := ratelimit.wait(str(user.pk), limit):
        raise TooMany(wait)


def words(field: str, text: str, *, most: int = LONGEST, needed: bool = True) -> str:
    """Return what a person wrote, cleaned. Raises Invalid when empty or too long."""
    text = plain(text).replace("\x00", "").strip()
    if needed and not text:
        raise Invalid(fields={field: _("Write a few words.")})
    if len(text) > most:
        raise Invalid(fields={field: _("This is too long.")})
    return text
