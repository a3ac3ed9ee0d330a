"""Deletes what may not be kept any longer (messaging.md 6.3). Run by ``manage.py purge_messages``.

Running it twice deletes nothing twice, and a crash loses at most the part at hand, which the next
run finds again. Rows are marked first; bytes go after the commit, and what a crash left of them is
deleted by the next run.
"""

import logging
from collections.abc import Callable, Iterable

from community.messages import purge_rest as rest
from community.messages import purge_rooms as rooms
from community.moderation.services import forget_copies
from community.rooms.services import leave_without_membership

logger = logging.getLogger("community.purge")

MOST = 50_000  # events, keys or rows of one job in one run; the next run goes on
JOBS: dict[str, Callable[[int], int]] = {
    "expired": rooms.expired,
    "closed": rooms.closed,
    "retention": rooms.retention,
    "history": rest.history,
    "uploads": rest.uploads,
    "files": rest.files,
    "inbox": rest.inbox,
    "lists": rest.lists,
    "times": rest.times,
    "notices": rest.seen_notices,
    "copies": lambda most: forget_copies(),
    "places": lambda most: leave_without_membership(),
}
QUICK = ("expired", "history", "files")  # every few minutes; the others once a day


def run(names: Iterable[str] | None = None, most: int = MOST) -> dict[str, int]:
    """Do the jobs (default: all); return how many rows each one dealt with, and how many parts
    failed (``failed``)."""
    done = {"failed": 0}
    for name in JOBS if names is None else names:
        try:
            done[name] = JOBS[name](most)
        except Exception:  # one job that fails must not stop the others
            logger.exception("the job %s of the purge failed", name)
            done[name] = 0
            done["failed"] += 1
    return done
