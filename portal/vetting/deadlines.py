"""When people are reminded and when an application expires. Pure: dates in, dates out.

Source: issue 4 item 3 ("reminders and expiry run as tasks"); the lengths are first values.
"""

from calendar import monthrange
from datetime import datetime, timedelta

from portal.vetting.rules import State

REMIND_SPONSOR = timedelta(days=7)
REMIND_APPLICANT = timedelta(days=14)
APPROVERS_WORKING_DAYS = 5
EXPIRES = {
    State.DRAFT: timedelta(days=60),
    State.SPONSOR: timedelta(days=30),
    State.INFORMATION: timedelta(days=30),
}
MEMBERSHIP_REMINDERS = (60, 14, 3)  # days before a membership lapses
RENEWAL = timedelta(days=90)  # after the lapse, in one step
IDENTITY_CHECK = timedelta(days=14)


def add_working_days(start: datetime, count: int) -> datetime:
    """Return the same time of day ``count`` days later, Saturdays and Sundays not counted."""
    moment = start
    while count > 0:
        moment += timedelta(days=1)
        if moment.weekday() < 5:
            count -= 1
    return moment


def add_months(start: datetime, months: int) -> datetime:
    """Return the same day some months later; the last day of a shorter month."""
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))


def remind_at(state: str, since: datetime) -> datetime | None:
    """Return when whoever has to act is reminded, waiting since ``since``; None: nobody is."""
    if state == State.SPONSOR:
        return since + REMIND_SPONSOR
    if state in (State.REVIEW, State.CONFIRMATION):
        return add_working_days(since, APPROVERS_WORKING_DAYS)
    if state == State.INFORMATION:
        return since + REMIND_APPLICANT
    return None


def expires_at(state: str, since: datetime) -> datetime | None:
    """Return when an application expires that stands in a state since ``since``; None: never."""
    length = EXPIRES.get(State(state))
    return since + length if length else None


def reminders_due(lapses_at: datetime, now: datetime) -> int:
    """Return how many of the reminders before a lapse are due by now: 0, 1, 2 or 3."""
    return sum(now >= lapses_at - timedelta(days=days) for days in MEMBERSHIP_REMINDERS)
