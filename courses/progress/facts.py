"""What a learner's events say, gathered so that order and repetition do not matter. No Django.

Facts are a join semilattice: everything kept is an earliest, a latest, a largest, or a bounded
set of such. Absorbing an event twice, or events in another order, therefore gives the same facts,
and one new event costs no look at the older ones. Facts are plain JSON throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Protocol, TypedDict
from uuid import UUID

Stamp = list[str]
"""``[time, event id]``; the time in UTC and of fixed width, so stamps sort as text."""
Scored = list[str]
"""``[time, event id, mark]``; the mark a fraction from 0 to 1 such as ``'2/3'``."""

LATEST_KEPT = 10
"""So many of the newest answers to a question make its "mean" mark."""
VERSION = 1


class BadEvent(ValueError):
    """An event whose data cannot be read. It must not be stored."""


class EventLike(Protocol):
    """What this module reads of an event: a row of the log will do, or an ``Event``."""

    @property
    def id(self) -> UUID | str: ...
    @property
    def verb(self) -> str: ...
    @property
    def object(self) -> UUID | str | None: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def occurred_at(self) -> datetime: ...


@dataclass(frozen=True)
class Event:
    """One thing that happened (learning.md 2), without a database.

    Data by verb: answered ``{question, fraction, mark, try}``; regraded ``{of: event id, fraction,
    mark}``; viewed may hold ``seconds``, the active seconds on this object so far; opened and
    viewed may hold ``block``; attempt_finished ``{score: percent, passed}``; rule_met ``{state}``;
    withdrawn ``{state, reason}``, the highest state left.
    """

    id: UUID | str
    verb: str
    object: UUID | str | None
    occurred_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    attempt: UUID | str | None = None


class ObjectFacts(TypedDict, total=False):
    """All that is known of one course, module, lesson, step or block."""

    opened: Stamp  # first opened or viewed
    seen: Stamp  # last opened or viewed
    viewed: Stamp  # first viewed
    marked: Stamp  # first marked complete
    saved: Stamp  # first half-answer
    seconds: list[Any]  # [most active seconds, time, event id]
    first: Scored  # first answer
    best: Scored  # answer with the best mark
    latest: list[Scored]  # newest answers, oldest first
    right: Stamp  # first fully right answer
    regraded: dict[str, Scored]  # answer's event id → its newest mark
    started: Stamp  # first attempt at a test started
    finished: Stamp  # first attempt finished
    passed: Stamp  # first attempt passed
    top: Scored  # best finished attempt
    floors: dict[str, Stamp]  # state → first time it was reached for good
    renewed: dict[str, Stamp]  # state → last time it was reached for good
    withdrawn: list[str]  # [time, event id, highest state left], the last one


@dataclass(frozen=True)
class Facts:
    """What the events of one enrolment say. ``place`` is ``[time, event id, object, block]``."""

    objects: Mapping[str, ObjectFacts] = field(default_factory=dict)
    place: list[str] | None = None

    def of(self, object_id: str) -> ObjectFacts:
        """Return what is known of an object; nothing known gives an empty mapping."""
        return self.objects.get(object_id, {})

    def to_json(self) -> dict[str, Any]:
        return {"v": VERSION, "objects": dict(self.objects), "place": self.place}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Facts:
        """Rebuild what ``to_json`` gave; ``{}`` gives empty facts.

        Raises ValueError for facts of another version: they must be folded anew.
        """
        if not data:
            return cls()
        if data["v"] != VERSION:
            raise ValueError(f"facts of version {data['v']}, not {VERSION}")
        return cls(objects=data["objects"], place=data["place"])


def fold(events: Iterable[EventLike]) -> Facts:
    """Return the facts of events in any order, each any number of times. Raises BadEvent."""
    objects: dict[str, ObjectFacts] = {}
    place: list[str] | None = None
    for event in events:
        if event.object is not None:
            name = str(event.object)
            objects[name] = _with(objects.get(name, {}), event)
        place = _place(place, event)
    return Facts(objects={name: known for name, known in objects.items() if known}, place=place)


def absorb(facts: Facts, event: EventLike) -> Facts:
    """Return the facts with one more event; the given facts stay as they are. Raises BadEvent.

    ``fold(all)`` equals absorbing all one by one in any order.
    """
    place = _place(facts.place, event)
    if event.object is None:
        return Facts(facts.objects, place)
    name = str(event.object)
    known = _with(facts.of(name), event)
    if not known:
        return Facts(facts.objects, place)
    return Facts({**facts.objects, name: known}, place)


def stamp(event: EventLike) -> Stamp:
    """Return when and by which event. Raises BadEvent for a time without zone."""
    if event.occurred_at.tzinfo is None:
        raise BadEvent(f"event {event.id}: its time has no zone")
    moment = event.occurred_at.astimezone(UTC)
    return [f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z".zfill(27), str(event.id)]


def _place(place: list[str] | None, event: EventLike) -> list[str] | None:
    if event.verb not in {"opened", "viewed"} or event.object is None:
        return place
    here = [*stamp(event), str(event.object), str(event.data.get("block") or "")]
    return here if place is None else max(place, here)


def _with(known: ObjectFacts, event: EventLike) -> ObjectFacts:
    change = _CHANGES.get(event.verb)
    if change is None:
        return known
    changed = known.copy()
    change(changed, event, stamp(event))
    return changed


def _opened(known: ObjectFacts, event: EventLike, at: Stamp) -> None:
    known["opened"] = min(known.get("opened", at), at)
    known["seen"] = max(known.get("seen", at), at)


def _viewed(known: ObjectFacts, event: EventLike, at: Stamp) -> None:
    _opened(known, event, at)
    known["viewed"] = min(known.get("viewed", at), at)
    if "seconds" in event.data:
        seconds = _number(event, "seconds")
        longest = known.get("seconds")
        mine = [int(seconds), *at]
        if longest is None or (mine[0], longest[1:]) > (longest[0], at):
            known["seconds"] = mine


def _marked(known: ObjectFacts, event: EventLike, at: Stamp) -> None:
    known["marked"] = min(known.get("marked", at), at)


def _saved(known: ObjectFacts, event: EventLike, at: Stamp) -> None:
    known["saved"] = min(known.get("saved", at), at)


def _answered(known: ObjectFacts, event: EventLike, at: Stamp) -> None:
    mine = [*at, str(_mark(event))]
    known["first"] = min(known.get("first", mine), mine)
    known["best"] = _better(known.get("best"), mine)
    newest = {(row[0], row[1]): row for row in [*known.get("latest", []), mine]}
    known["latest"] = sorted(newest.values())[-LATEST_KEPT:]
    if _share(event, "fraction") == 1:
        known["right"] = min(known.get("right", at), at)


def _regraded(known: ObjectFacts, event: EventLike, at: Stamp) -> None:
    mine = [*at, str(_mark(event))]
    answer = str(event.data.get("of") or event.id)
    before = known.get("regraded", {})
    known["regraded"] = {**before, answer: max(before.get(answer, mine), mine)}
    if _share(event, "fraction") == 1:
        known["right"] = min(known.get("right", at), at)


def _started(known: ObjectFacts, event: EventLike, at: Stamp) -> None:
    known["started"] = min(known.get("started", at), at)


def _finished(known: ObjectFacts, event: EventLike, at: Stamp) -> None:
    known["finished"] = min(known.get("finished", at), at)
    if event.data.get("passed") is True:
        known["passed"] = min(known.get("passed", at), at)
    if event.data.get("score") is not None:
        score = _kept_within(_number(event, "score") / 100)
        known["top"] = _better(known.get("top"), [*at, str(score)])


def _rule_met(known: ObjectFacts, event: EventLike, at: Stamp) -> None:
    state = _state(event)
    floors, renewed = known.get("floors", {}), known.get("renewed", {})
    known["floors"] = {**floors, state: min(floors.get(state, at), at)}
    known["renewed"] = {**renewed, state: max(renewed.get(state, at), at)}


def _withdrawn(known: ObjectFacts, event: EventLike, at: Stamp) -> None:
    mine = [*at, _state(event, "none")]
    known["withdrawn"] = max(known.get("withdrawn", mine), mine)


_CHANGES: dict[str, Callable[[ObjectFacts, EventLike, Stamp], None]] = {
    "opened": _opened,
    "viewed": _viewed,
    "marked_complete": _marked,
    "saved_answer": _saved,
    "answered": _answered,
    "regraded": _regraded,
    "attempt_started": _started,
    "attempt_finished": _finished,
    "rule_met": _rule_met,
    "withdrawn": _withdrawn,
}


def _better(held: Scored | None, mine: Scored) -> Scored:
    """Return the one with the better mark; of equal ones the earlier."""
    if held is None:
        return mine
    gain = Fraction(mine[2]) - Fraction(held[2])
    return mine if gain > 0 or (gain == 0 and mine < held) else held


def _mark(event: EventLike) -> Fraction:
    return _share(event, "mark" if "mark" in event.data else "fraction")


def _share(event: EventLike, name: str) -> Fraction:
    """Return a share from 0 to 1; 0.6666666666666666 counts as two thirds."""
    return _kept_within(_number(event, name).limit_denominator(1_000_000))


def _kept_within(share: Fraction) -> Fraction:
    return min(Fraction(1), max(Fraction(0), share))


def _number(event: EventLike, name: str) -> Fraction:
    try:
        return Fraction(str(event.data[name]))
    except (KeyError, ValueError, ZeroDivisionError) as fault:
        raise BadEvent(f"event {event.id}: {name} is no number") from fault


def _state(event: EventLike, default: str = "") -> str:
    state = event.data.get("state", default)
    if state not in {"none", "started", "done", "passed"}:
        raise BadEvent(f"event {event.id}: {state!r} is no state")
    return str(state)
