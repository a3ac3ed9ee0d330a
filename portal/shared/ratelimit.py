"""Every limit of the site as data (security.md section 10), and a counter on the shared cache.

The page "What we store" prints ``LIMITS``, so a limit that is not here is not in force.
"""

import hashlib
import math
import threading
from dataclasses import dataclass

from django.core.cache import cache, caches
from django.core.cache.backends.db import BaseDatabaseCache

from portal.shared import clock, counting

MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True)
class Limit:
    """``amount`` of ``unit`` per ``seconds`` for each ``per``; without seconds a standing limit.

    ``adjustable`` marks what the owner of an installation may change.
    """

    name: str
    area: str
    amount: int
    unit: str
    per: str = ""
    seconds: int | None = None
    adjustable: bool = False


def _limits(area: str, *rows: tuple[str, int, str, str, int | None]) -> list[Limit]:
    """Build the rows of one area; a name that ends in ``*`` is adjustable."""
    return [
        Limit(name.rstrip("*"), area, amount, unit, per, seconds, name.endswith("*"))
        for name, amount, unit, per, seconds in rows
    ]


LIMITS: tuple[Limit, ...] = tuple(
    _limits(
        "sockets",
        ("socket-message", 64 * 1024, "bytes", "message", None),
        ("socket-frames", 10, "frames", "socket", 1),
        ("socket-burst", 30, "frames", "socket", None),
        ("sockets", 5, "sockets", "account", None),
        ("socket-rooms", 50, "rooms", "socket", None),
        ("socket-window-bytes", 256 * 1024, "bytes", "socket", None),
        ("socket-window-messages", 100, "messages", "socket", None),
        ("socket-connects", 20, "connections", "account", MINUTE),
    )
    + _limits(
        "sealed messages",
        ("event-size", 96_000, "bytes", "event", None),
        ("event-request-size", 1024 * 1024, "bytes", "request", None),
        ("events", 60, "events", "account", MINUTE),
        ("events-burst", 10, "events", "account", 5),
        ("to-device-size", 8 * 1024, "bytes", "message", None),
        ("to-device-requests", 30, "requests", "account", MINUTE),
        ("to-device-messages", 2_000, "messages", "account", MINUTE),
        ("to-device-targets", 500, "devices", "request", None),
        ("to-device-waiting", 5_000, "messages", "sender and device", None),
        ("room-people", 100, "people", "room", None),
        ("devices", 10, "devices", "account", None),
        ("one-time-keys", 100, "keys", "device", None),
        ("key-claims", 30, "claims", "account", MINUTE),
        ("key-claims-target", 10, "claims", "target device", HOUR),
        ("key-uploads", 20, "uploads", "account", MINUTE),
        ("key-queries", 60, "queries", "account", MINUTE),
        ("key-signatures", 10, "requests", "account", MINUTE),
        ("signing-keys", 10, "changes of signing keys", "account", DAY),
        ("key-backups", 120, "requests", "account", MINUTE),
        ("backup-keys", 100_000, "keys", "backup", None),
        ("backup-versions", 10, "backups begun", "account", DAY),
        ("invitations", 30, "invitations", "account", DAY),
        ("rooms", 10, "rooms opened", "account", MINUTE),
        ("rooms-day", 60, "rooms opened", "account", DAY),
        ("room-joins", 10, "rooms joined", "account", MINUTE),
        ("device-registrations", 5, "devices", "account", DAY),
        ("identity-resets", 2, "resets", "account", DAY),
    )
    + _limits(
        "files",
        ("sealed-file-size", 20 * 1024 * 1024, "bytes", "file", None),
        ("sealed-files", 20, "files", "account", MINUTE),
        ("sealed-bytes", 500_000_000, "bytes", "account", DAY),
        ("document-size*", 50 * 1024 * 1024, "bytes", "file", None),
        ("image-size*", 10 * 1024 * 1024, "bytes", "file", None),
        ("image-pixels*", 40_000_000, "pixels", "file", None),
        ("xray-image-size", 40_000_000, "bytes", "file", None),
        ("account-bytes*", 1_000_000_000, "bytes", "account", None),
        ("account-files*", 2_000, "files", "account", None),
        ("archive-unpacked", 200_000_000, "bytes", "archive", None),
        ("archive-ratio", 100, "times its size", "archive", None),
        ("archive-files", 2_000, "files", "archive", None),
        ("archive-depth", 8, "folders", "archive", None),
    )
    + _limits(
        "reading",
        ("restricted-downloads-hour*", 30, "downloads", "account", HOUR),
        ("restricted-downloads-day*", 100, "downloads", "account", DAY),
        ("stamped-copies*", 60, "copies prepared", "account", HOUR),
        ("access-requests*", 20, "publications asked for or given", "account", DAY),
        ("profiles*", 60, "profiles", "account", HOUR),
        ("searches*", 30, "searches", "address", MINUTE),
        ("directory-lists*", 200, "lists of people", "account", HOUR),
        ("contact-requests*", 20, "people asked for contact", "account", DAY),
        ("saved-searches", 50, "searches kept", "account", None),
        ("shelves", 50, "shelves", "account", None),
        ("shelf-records", 500, "records", "shelf", None),
        ("events-made*", 20, "events made", "account", DAY),
        ("event-registrations*", 60, "registrations", "account", HOUR),
        ("event-news*", 20, "messages to people of events", "account", DAY),
        ("calendar-reads*", 120, "readings of calendars", "address", MINUTE),
        ("digest-drafts", 20, "case digests begun", "account", DAY),
        ("exports*", 5, "exports", "account", DAY),
        ("imports*", 20, "tables of records", "account", DAY),
        ("class-invitations*", 1_000, "people invited to classes", "account", DAY),
        ("harvests*", 120, "questions of harvesters", "address", MINUTE),
        ("visitor-starts*", 200, "courses begun without account", "address", HOUR),
        ("policy-reports*", 10, "reports", "address", MINUTE),
    )
    + _limits(
        "groups",
        ("groups-made*", 10, "groups made", "account", DAY),
        ("group-joins*", 30, "groups joined or asked", "account", DAY),
        ("group-invitations*", 60, "invitations to groups", "account", DAY),
        ("group-papers", 300, "papers", "group", None),
        ("paper-versions", 300, "versions", "paper", None),
        ("paper-size", 60_000, "characters", "version", None),
        ("paper-saves*", 60, "versions saved", "account", HOUR),
        ("paper-comments*", 60, "comments on papers", "account", HOUR),
        ("paper-comments-held", 1_000, "comments", "paper", None),
    )
    + _limits(
        "discussions",
        ("discussion-posts*", 30, "posts", "account", HOUR),
        ("discussion-posts-newcomer*", 5, "posts", "account in its first week", HOUR),
        ("discussion-edits*", 60, "edits and deletions", "account", HOUR),
        ("discussion-drafts*", 60, "drafts stored", "account", MINUTE),
        ("discussion-marks*", 120, "reactions and marks", "account", MINUTE),
        ("discussion-reports*", 20, "reports", "account", DAY),
        ("discussion-drafts-kept", 50, "drafts", "account", None),
    )
    + _limits(
        "sign-in",
        ("sign-in", 30, "tries", "address", MINUTE),
        ("sign-in-failed", 10, "tries", "address", MINUTE),
        ("sign-in-failed-account", 5, "tries", "account", 5 * MINUTE),
        ("passkey-begin", 60, "tries", "address", MINUTE),
        ("sign-up", 20, "tries", "address", MINUTE),
        ("reset", 20, "requests", "address", MINUTE),
        ("reset-account", 5, "requests", "account", MINUTE),
        ("confirmation-mail", 1, "mails", "account", 3 * MINUTE),
        ("fresh-check", 10, "tries", "account", MINUTE),
        ("identity-asks", 2, "requests", "account", DAY),
        ("password-change", 5, "changes", "account", MINUTE),
        ("email-change", 10, "changes", "account", MINUTE),
    )
    + _limits(
        "codes",
        ("password-length", 12, "characters at least", "password", None),
        ("password-length-advised", 15, "characters", "password", None),
        ("password-length-allowed", 64, "characters always accepted", "password", None),
        ("token-bits", 128, "bits at least", "token", None),
        ("recovery-codes", 10, "codes", "account", None),
    )
    + _limits(
        "applications",
        ("applications", 5, "applications sent and sponsors named", "account", DAY),
        ("application-drafts", 10, "applications begun", "account", DAY),
        ("organisations-proposed", 5, "organisations proposed", "account", DAY),
    )
    + _limits(
        "time",
        ("fresh-check-valid", 10 * MINUTE, "seconds", "check", None),
        ("session-idle*", HOUR, "seconds", "verified sign-in", None),
        ("session*", 12 * HOUR, "seconds", "verified sign-in", None),
        ("learner-session-idle*", 14 * DAY, "seconds", "learner without device", None),
        ("learner-session*", 30 * DAY, "seconds", "learner without device", None),
        ("socket-check", 30, "seconds", "socket", None),
        ("package-launch*", 8 * HOUR, "seconds", "launch", None),
        ("exact-message-times", 30 * DAY, "seconds", "message", None),
        ("addresses-in-logs", 14 * DAY, "seconds", "log line", None),
    )
)
BY_NAME: dict[str, Limit] = {limit.name: limit for limit in LIMITS}

# A cache in memory counts in two statements; this makes them one.
_one_at_a_time = threading.Lock()


def get(name: str) -> Limit:
    """Return the limit of that name. Raises KeyError for an unknown one."""
    return BY_NAME[name]


def wait(key: str, limit: Limit | str, uses: int = 1) -> int:
    """Count ``uses`` (one, or for instance bytes) by ``key``; return the seconds to wait, 0: go on.

    A fixed window: at most ``amount`` uses from the start of a window to its end. ``key`` may
    be an address or an account id; only its hash is stored. A refused use does not prolong the
    wait. Raises ValueError for a limit without a period.
    """
    limit = get(limit) if isinstance(limit, str) else limit
    if limit.seconds is None:
        raise ValueError(f"{limit.name} is not counted over time")
    moment = clock.now().timestamp()
    window = int(moment // limit.seconds)
    who = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32]
    cell = f"limit:{limit.name}:{who}:{window}"
    used = _count(cell, uses, limit, now=int(moment))
    if used <= limit.amount:
        return 0
    return max(1, math.ceil((window + 1) * limit.seconds - moment))


def allow(key: str, limit: Limit | str) -> bool:
    """Count one use by ``key`` and say whether it is within the limit (see ``wait``)."""
    return wait(key, limit) == 0


def _count(cell: str, uses: int, limit: Limit, *, now: int) -> int:
    """Count in the cache all processes share, and return how many uses the window has seen."""
    seconds = limit.seconds or 0
    if isinstance(caches["default"], BaseDatabaseCache):
        used = counting.count(cell, uses, now=now, ends=now + seconds + 1)
        if used > limit.amount and uses > 1:
            counting.give_back(cell, uses)  # a smaller file may still fit
        return used
    with _one_at_a_time:
        cache.add(cell, 0, timeout=seconds + 1)
        try:
            used = cache.incr(cell, uses)
            if used > limit.amount and uses > 1:
                cache.decr(cell, uses)
        except ValueError:  # it expired between the two statements: a new window has begun
            return 0
    return int(used)
