"""Empties events: the number stays, what was in it goes (messaging.md 5, guarantee 4)."""

from collections.abc import Sequence
from typing import Any

import msgspec

from community.attachments import services as attachments
from community.messages.models import Event
from community.messages.rules import milliseconds
from portal.shared import clock

REDACTED, EXPIRED, PURGED = "redacted", "expired", "purged"


def bury(event_ids: Sequence[int], *, why: str, by: Any = None) -> int:
    """Empty these events and take their files away; return how many files went.

    Inside a transaction, their rooms held. What is gone already, and what the server said itself,
    stays as it is.
    """
    rows = Event.objects.filter(pk__in=event_ids, gone_why="")
    rows.exclude(event_class=Event.Class.SERVER).update(
        content="", expires_at=None, gone_why=why, gone_at=milliseconds(clock.now()), gone_by=by
    )
    return attachments.release(event_ids)


def redaction_text(seq: int) -> str:
    """Return the content of the event that tells of a redaction, as ``append_change`` writes it."""
    return msgspec.json.encode({"change": REDACTED, "target_seq": seq}).decode()
