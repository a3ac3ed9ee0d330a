"""Completion rules: their grammar, and whether facts meet them. No Django.

A rule is a leaf or a combination, nested to any depth (learning.md 2)::

    "viewed"                          every required step opened
    "marked"                          the learner pressed Complete (lesson, or all required steps)
    {"time": 600}                     active seconds
    {"score": 70, "which": "best"}    percent over the required questions; best, last, first, mean
    {"attempt": "finished"}           a test finished, "passed", or finished with a percent: 70
    {"all": [...]}  {"any": [...]}  {"n": 2, "of": [...]}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

from courses.progress.facts import Facts, ObjectFacts, Scored, Stamp

Rule = str | Mapping[str, Any]
WHICH = ("best", "last", "first", "mean")


class UnknownRule(ValueError):
    """A rule that is no leaf and no combination of leaves; the message says which part."""


@dataclass(frozen=True)
class Met:
    """A leaf that is met: on which object, by which event, when (UTC, ISO 8601)."""

    leaf: str
    object: str
    event: str
    date: str


@dataclass(frozen=True)
class Missing:
    """A leaf that is not met, and the object that would help."""

    leaf: str
    object: str


@dataclass(frozen=True)
class Verdict:
    """Whether a rule holds, and the evidence. ``scored``: a met leaf asks for a mark."""

    holds: bool
    met: tuple[Met, ...] = ()
    missing: tuple[Missing, ...] = ()
    scored: bool = False


@dataclass(frozen=True)
class Scope:
    """What a rule looks at: an object, its required steps and its required question blocks."""

    object: str
    facts: Facts
    steps: Sequence[str] = field(default_factory=tuple)
    questions: Sequence[str] = field(default_factory=tuple)


def validate(rule: object) -> None:
    """Raise UnknownRule unless ``rule`` follows the grammar above."""
    waiting = [rule]
    while waiting:
        waiting.extend(_children(waiting.pop()))


def _children(rule: object) -> list[object]:
    """Return the rules inside a combination, none of a leaf. Raises UnknownRule."""
    if rule in ("viewed", "marked"):
        return []
    if not isinstance(rule, Mapping):
        raise UnknownRule(f"{rule!r} is no rule")
    keys = set(rule)
    if keys == {"all"} or keys == {"any"} or keys == {"n", "of"}:
        inner = rule["of"] if "of" in keys else next(iter(rule.values()))
        if not isinstance(inner, list | tuple) or not inner:
            raise UnknownRule(f"{rule!r} needs a list of rules")
        if "n" in keys and not (_whole(rule["n"]) and 1 <= rule["n"] <= len(inner)):
            raise UnknownRule(f"n of {rule!r} must be from 1 to {len(inner)}")
        return list(inner)
    if not _is_leaf(rule, keys):
        raise UnknownRule(f"{rule!r} is no rule")
    return []


def _is_leaf(rule: Mapping[str, Any], keys: set[str]) -> bool:
    if keys == {"time"}:
        return _whole(rule["time"]) and rule["time"] > 0
    if keys in ({"score"}, {"score", "which"}):
        return _percent(rule["score"]) and rule.get("which", "best") in WHICH
    if keys == {"attempt"}:
        return rule["attempt"] in ("finished", "passed") or _percent(rule["attempt"])
    return False


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _percent(value: object) -> bool:
    return _whole(value) and isinstance(value, int) and 0 <= value <= 100


def check(rule: Rule, scope: Scope) -> Verdict:
    """Return whether the facts meet a rule, and why or why not. Raises UnknownRule."""
    inner = _children(rule)
    if isinstance(rule, str):
        return _viewed(scope) if rule == "viewed" else _marked(scope)
    if inner:
        verdicts = [check(part, scope) for part in inner]  # type: ignore[arg-type]
        need = len(inner) if "all" in rule else rule.get("n", 1)
        return _combined(verdicts, need)
    if "time" in rule:
        return _time(rule["time"], scope)
    if "score" in rule:
        return _score(rule["score"], rule.get("which", "best"), scope)
    return _attempt(rule["attempt"], scope)


def _combined(verdicts: list[Verdict], need: int) -> Verdict:
    holds = sum(verdict.holds for verdict in verdicts) >= need
    return Verdict(
        holds=holds,
        met=tuple(m for v in verdicts for m in v.met),
        missing=() if holds else tuple(m for v in verdicts for m in v.missing),
        scored=any(v.scored and v.holds for v in verdicts),
    )


@lru_cache(maxsize=1024)
def _share(text: str) -> Fraction:
    """Read a stored mark. There are few different ones, and reading a fraction is slow."""
    return Fraction(text)


def mark_of(known: ObjectFacts, which: str = "best") -> Fraction | None:
    """Return the best, last, first or mean mark (0 to 1) of a question block; None unanswered.

    A regraded answer counts with its new mark. The mean is that of the newest answers kept.
    """
    row = counting(known, which)
    if row is None:
        return None
    if which == "mean":
        marks = [_share(_now(known, r)[2]) for r in known["latest"]]
        return sum(marks, Fraction(0)) / len(marks)
    return _share(row[2])


def counting(known: ObjectFacts, which: str = "best") -> Scored | None:
    """Return the answer that counts (for the mean: the newest), or None."""
    if "first" not in known:
        return None
    if which == "first":
        return _now(known, known["first"])
    if which in {"last", "mean"}:
        return _now(known, known["latest"][-1])
    if "regraded" not in known:
        return known["best"]
    kept = [known["best"], known["first"], *known["latest"]]
    rows = [_now(known, row) for row in kept] + list(known.get("regraded", {}).values())
    top = max(_share(row[2]) for row in rows)
    return min(row for row in rows if _share(row[2]) == top)


def _now(known: ObjectFacts, row: Scored) -> Scored:
    return known.get("regraded", {}).get(row[1], row)


def mean_mark(facts: Facts, questions: Iterable[str], which: str = "best") -> Fraction | None:
    """Return the percent (0 to 100) over question blocks, unanswered ones as 0; None if none."""
    blocks = list(questions)
    marks = [mark for block in blocks if (mark := mark_of(facts.of(block), which))]
    return 100 * sum(marks, Fraction(0)) / len(blocks) if blocks else None


def met(leaf: str, object_id: str, at: Stamp | Scored) -> Met:
    """Return the proof of a leaf from the stamp of its event."""
    return Met(leaf, object_id, event=at[1], date=at[0])


def _viewed(scope: Scope) -> Verdict:
    return _each(
        "viewed", scope.steps, scope, lambda known: known.get("opened") or known.get("marked")
    )


def _marked(scope: Scope) -> Verdict:
    whole = scope.facts.of(scope.object).get("marked")
    if whole is not None:
        return Verdict(True, (met("marked", scope.object, whole),))
    if not scope.steps:
        return Verdict(False, (), (Missing("marked", scope.object),))
    return _each("marked", scope.steps, scope, lambda known: known.get("marked"))


def _each(leaf: str, objects: Sequence[str], scope: Scope, evidence: Any) -> Verdict:
    stamps = {name: evidence(scope.facts.of(name)) for name in objects}
    return Verdict(
        holds=all(at is not None for at in stamps.values()),
        met=tuple(met(leaf, name, at) for name, at in stamps.items() if at is not None),
        missing=tuple(Missing(leaf, name) for name, at in stamps.items() if at is None),
    )


def _time(need: int, scope: Scope) -> Verdict:
    names = {scope.object, *scope.steps}
    spent = {
        name: scope.facts.of(name)["seconds"] for name in names if "seconds" in scope.facts.of(name)
    }
    if sum(row[0] for row in spent.values()) < need:
        return Verdict(False, (), (Missing("time", scope.object),))
    last = max(row[1:] for row in spent.values())
    return Verdict(True, (met("time", scope.object, last),))


def _score(need: int, which: str, scope: Scope) -> Verdict:
    score = mean_mark(scope.facts, scope.questions, which)
    if score is None:
        return Verdict(False, (), (Missing("score", scope.object),))
    if score >= need:
        rows = [r for q in scope.questions if (r := counting(scope.facts.of(q), which))]
        proof = (met("score", scope.object, max(rows)),) if rows else ()
        return Verdict(True, proof, scored=True)
    short = [q for q in scope.questions if (mark_of(scope.facts.of(q), which) or 0) < 1]
    return Verdict(False, (), tuple(Missing("score", block) for block in short))


def _attempt(need: str | int, scope: Scope) -> Verdict:
    known = scope.facts.of(scope.object)
    at: Stamp | Scored | None
    if need == "finished":
        at = known.get("finished")
    elif need == "passed":
        at = known.get("passed")
    else:
        at = known.get("top")
        at = at if at is not None and 100 * Fraction(at[2]) >= int(need) else None
    if at is None:
        return Verdict(False, (), (Missing("attempt", scope.object),))
    return Verdict(True, (met("attempt", scope.object, at),), scored=need != "finished")
