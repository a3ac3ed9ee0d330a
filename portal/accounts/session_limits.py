"""How long a sign-in lasts: idle and at most, shorter once a second factor confirmed it.

The numbers are ``portal.shared.ratelimit`` (security.md 10, "Time"). Two moments are kept in the
session itself, so that pages and sockets judge alike without a query.
"""

from collections.abc import MutableMapping
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.utils.translation import ngettext
from django_otp import DEVICE_ID_SESSION_KEY

from portal.shared import clock, ratelimit

BEGAN = "signed_in_at"  # seconds since 1970
SEEN = "seen_at"  # seconds since 1970, of a request not long ago
MARKS_PER_IDLE_TIME = 60  # of 60 idle minutes: noted once a minute

IDLE, AGE = "idle", "age"
Session = MutableMapping[str, Any]


def begin(session: Session) -> None:
    """Start counting: a sign-in began, or was raised by a second factor, just now."""
    session[BEGAN] = session[SEEN] = clock.now().timestamp()


def _limits(session: Session) -> tuple[int, int]:
    """Return the seconds a sign-in may be idle, and last at most."""
    learner = "" if session.get(DEVICE_ID_SESSION_KEY) else "learner-"
    return ratelimit.get(f"{learner}session-idle").amount, ratelimit.get(f"{learner}session").amount


def why_over(session: Session) -> str | None:
    """Return ``idle`` or ``age`` for a sign-in that is over; None for one in force, or for none.

    A sign-in that does not say when it began is over.
    """
    if not session.get(SESSION_KEY):
        return None
    began, seen = session.get(BEGAN), session.get(SEEN)
    if not isinstance(began, int | float) or not isinstance(seen, int | float):
        return AGE
    moment = clock.now().timestamp()
    idle, longest = _limits(session)
    if moment - began >= longest:
        return AGE
    return IDLE if moment - seen >= idle else None


def is_over(session: Session) -> bool:
    """Say whether the sign-in of this session has ended by time. For sockets too."""
    return why_over(session) is not None


def touch(session: Session) -> None:
    """Note that the person is there; written at most once in a sixtieth of the idle time."""
    if not session.get(SESSION_KEY):
        return
    moment = clock.now().timestamp()
    if moment - session.get(SEEN, 0) >= _limits(session)[0] / MARKS_PER_IDLE_TIME:
        session[SEEN] = moment


def words(reason: str, session: Session) -> str:
    """Return the sentence that says why a sign-in ended, with the time in its largest unit."""
    idle, longest = _limits(session)
    seconds = idle if reason == IDLE else longest
    if seconds % 86_400 == 0:
        return _days(reason, seconds // 86_400)
    if seconds % 3600 == 0 and seconds > 3600:
        return _hours(reason, seconds // 3600)
    return _minutes(reason, max(1, seconds // 60))


def _days(reason: str, number: int) -> str:
    if reason == IDLE:
        text = ngettext(
            "Your sign-in ended because it was not used for %(number)s day. Please sign in again.",
            "Your sign-in ended because it was not used for %(number)s days. Please sign in again.",
            number,
        )
    else:
        text = ngettext(
            "Your sign-in ended because it may last %(number)s day. Please sign in again.",
            "Your sign-in ended because it may last %(number)s days. Please sign in again.",
            number,
        )
    return text % {"number": number}


def _hours(reason: str, number: int) -> str:
    if reason == IDLE:
        text = ngettext(
            "Your sign-in ended because it was not used for %(number)s hour. Please sign in again.",
            "Your sign-in ended because it was not used for %(number)s hours. "
            "Please sign in again.",
            number,
        )
    else:
        text = ngettext(
            "Your sign-in ended because it may last %(number)s hour. Please sign in again.",
            "Your sign-in ended because it may last %(number)s hours. Please sign in again.",
            number,
        )
    return text % {"number": number}


def _minutes(reason: str, number: int) -> str:
    if reason == IDLE:
        text = ngettext(
            "Your sign-in ended because it was not used for %(number)s minute. "
            "Please sign in again.",
            "Your sign-in ended because it was not used for %(number)s minutes. "
            "Please sign in again.",
            number,
        )
    else:
        text = ngettext(
            "Your sign-in ended because it may last %(number)s minute. Please sign in again.",
            "Your sign-in ended because it may last %(number)s minutes. Please sign in again.",
            number,
        )
    return text % {"number": number}
