"""What may be done with a group and a place in it, as pure rules."""

from typing import Any

LONGEST_NAME = 120
LONGEST_PURPOSE = 2_000
LONGEST_REASON = 1_000
LONGEST_TITLE = 200
LONGEST_NOTE = 300
LONGEST_COMMENT = 4_000


# How people join now → what a leader may make of it. A group is never opened to everybody later:
# who is inside wrote there, and shows of herself to her groups, for people a leader let in.
DOORS: dict[str, tuple[str, ...]] = {
    "open": ("request", "invitation"),
    "request": ("invitation",),
    "invitation": ("request",),
}


def way_in(group: Any, place: Any) -> str:
    """Return what a person can do next about being in a group: ``in``, ``withdraw``, ``answer``
    (an invitation), ``closed``, ``join``, ``ask``, or ``invited-only``."""
    if place is not None and (group.closed_at is None or place.state != "invited"):
        return {"in": "in", "asked": "withdraw", "invited": "answer"}[place.state]
    if group.closed_at is not None:
        return "closed"
    return {"open": "join", "request": "ask"}.get(group.joining, "invited-only")
