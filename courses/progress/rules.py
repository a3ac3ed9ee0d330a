"""The one function that says how far a learner is. No database, clock or chance inside.

``evaluate`` looks at a release and at facts. States rise only: every state once reached is
recorded as a ``rule_met`` event (``Evaluation.rises`` lists those to record) and puts a floor
under its object; only a ``withdrawn`` event puts a ceiling there, until a later ``rule_met``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from courses.progress.facts import EventLike, Facts, ObjectFacts, Scored, Stamp, fold
from courses.progress.leaves import (
    Met,
    Missing,
    Rule,
    Scope,
    UnknownRule,
    Verdict,
    check,
    counting,
    mark_of,
    mean_mark,
    met,
    validate,
)
from courses.progress.manifest import Index, counted, outline

__all__ = [
    "STATES", "Evaluation", "Met", "Missing", "Result", "Rule", "UnknownRule", "evaluate",
    "evaluate_events", "validate",
]  # fmt: skip

STATES = ("none", "started", "done", "passed")
RECORDED = frozenset({"done", "passed"})


@dataclass(frozen=True)
class Result:
    """How far a learner is with one object.

    ``state`` is one of STATES. ``score`` is a percent (0 to 100, exact) or None where nothing is
    asked; round it down to show it, so that 69.9 is not shown as a pass of 70.
    """

    id: str
    state: str
    score: Fraction | None = None
    met: tuple[Met, ...] = ()
    missing: tuple[Missing, ...] = ()

    @property
    def done(self) -> bool:
        """Whether the object is finished, passed or not."""
        return self.state in RECORDED


@dataclass(frozen=True)
class Evaluation:
    """Results by object id, and what changed for somebody who had finished.

    ``new_since_done``: lesson → required steps and blocks that joined it after it was done.
    ``rises``: (object, state) pairs to be recorded as ``rule_met`` events, each once.
    """

    at: datetime
    course: Result
    modules: Mapping[str, Result]
    lessons: Mapping[str, Result]
    steps: Mapping[str, Result]
    questions: Mapping[str, Result]
    new_since_done: Mapping[str, tuple[str, ...]]
    rises: tuple[tuple[str, str], ...]


def evaluate_events(
    release: Mapping[str, Any],
    rules: Mapping[str, Rule] | None,
    events: Iterable[EventLike],
    now: datetime,
) -> Evaluation:
    """Evaluate from the log itself. ``rules`` (object id → rule) go before the release's own."""
    return evaluate(release, fold(events), now, rules=rules)


def evaluate(
    release: Mapping[str, Any],
    facts: Facts,
    now: datetime,
    rules: Mapping[str, Rule] | None = None,
) -> Evaluation:
    """Return state, score, met and missing of everything in a release. Raises UnknownRule.

    A course is done when its modules are; passed when its score, the mean of the best marks of
    all required question blocks with 0 for unanswered ones, reaches the pass mark. Modules are
    passed likewise; a lesson when a rule asking for a mark is met; a question once answered right.
    """
    index = outline(release)
    own = rules or {}
    questions = {block: _question(block, facts) for block in index.questions}
    steps = {step: _step(step, index, facts) for step in index.steps}
    verdicts = {
        lesson["id"]: _verdict(lesson, own, index, facts)
        for module in release["modules"]
        for lesson in module["lessons"]
    }
    lessons = {name: _lesson(name, v, index, facts) for name, v in verdicts.items()}
    modules = {m["id"]: _module(m, own, release, index, lessons, facts) for m in release["modules"]}
    course = _course(release, own, index, modules, facts)
    everything = [course, *modules.values(), *lessons.values()]
    return Evaluation(
        at=now,
        course=course,
        modules=modules,
        lessons=lessons,
        steps=steps,
        questions=questions,
        new_since_done=_new_since_done(index, verdicts, facts),
        rises=tuple((r.id, r.state) for r in everything if _rose(r, facts.of(r.id))),
    )


def _question(block: str, facts: Facts) -> Result:
    known = facts.of(block)
    mark = mark_of(known)
    answer = counting(known)
    if mark is None or answer is None:
        state = "started" if known else "none"
        return _held(Result(block, state, None, (), (Missing("answered", block),)), known)
    state = "passed" if "right" in known else "done"
    return _held(Result(block, state, 100 * mark, (met("answered", block, answer),)), known)


def _step(step: str, index: Index, facts: Facts) -> Result:
    known = facts.of(step)
    score = mean_mark(facts, index.questions_in[step])
    proofs = tuple(
        met(leaf, step, at)
        for leaf, at in (("marked", known.get("marked")), ("viewed", known.get("viewed")))
        if at is not None
    )
    if proofs:
        return _held(Result(step, "done", score, proofs), known)
    touched = bool(known) or any(facts.of(block) for block in index.blocks_in[step])
    missing = (Missing("viewed", step),)
    return _held(Result(step, "started" if touched else "none", score, (), missing), known)


def _verdict(
    lesson: Mapping[str, Any], own: Mapping[str, Rule], index: Index, facts: Facts
) -> Verdict:
    name = lesson["id"]
    scope = Scope(name, facts, index.required_steps[name], index.questions_in[name])
    return check(own.get(name, lesson.get("complete") or "viewed"), scope)


def _lesson(name: str, verdict: Verdict, index: Index, facts: Facts) -> Result:
    state = "started" if index.touched(name, facts) else "none"
    if verdict.holds and state != "none":
        state = "passed" if verdict.scored else "done"
    score = mean_mark(facts, index.questions_in[name])
    return _held(Result(name, state, score, verdict.met, verdict.missing), facts.of(name))


def _module(
    module: Mapping[str, Any],
    own: Mapping[str, Rule],
    release: Mapping[str, Any],
    index: Index,
    lessons: Mapping[str, Result],
    facts: Facts,
) -> Result:
    name = module["id"]
    inside = [lessons[lesson["id"]] for lesson in module["lessons"]]
    rule = own.get(name, module.get("rule") or "all")
    return _of_parts(name, inside, counted(rule, len(inside)), release, index, facts)


def _course(
    release: Mapping[str, Any],
    own: Mapping[str, Rule],
    index: Index,
    modules: Mapping[str, Result],
    facts: Facts,
) -> Result:
    name = release["course"]["id"]
    rule = own.get(name, release["course"].get("complete") or "modules")
    inside = [modules[m["id"]] for m in release["modules"] if m["lessons"]]
    if rule in ("modules", "all", "any") or isinstance(rule, int):
        return _of_parts(name, inside, counted(rule, len(inside)), release, index, facts)
    result = _of_parts(name, inside, len(inside), release, index, facts)
    scope = Scope(name, facts, index.all_required_steps, index.questions_in[name])
    verdict = check(rule, scope)
    state = result.state if verdict.holds or not result.done else "started"
    met_, missing = result.met + verdict.met, result.missing + verdict.missing
    return _held(replace(result, state=state, met=met_, missing=missing), facts.of(name))


def _of_parts(
    name: str,
    inside: list[Result],
    need: int,
    release: Mapping[str, Any],
    index: Index,
    facts: Facts,
) -> Result:
    """Return the result of a module or course from the results of what it consists of."""
    score = mean_mark(facts, index.questions_in[name])
    done = [part for part in inside if part.done]
    state = "started" if index.touched(name, facts) else "none"
    holds = bool(inside) and len(done) >= need
    if holds and state != "none":
        pass_mark = release["course"].get("pass_mark") or 0
        state = "passed" if score is not None and score >= pass_mark else "done"
    missing = () if holds else tuple(Missing("done", part.id) for part in inside if not part.done)
    proofs = tuple(_last(part) for part in done if part.met)
    return _held(Result(name, state, score, proofs, missing), facts.of(name))


def _last(part: Result) -> Met:
    latest = max(part.met, key=lambda proof: (proof.date, proof.event))
    return Met("done", part.id, latest.event, latest.date)


def _held(result: Result, known: ObjectFacts) -> Result:
    """Return the result between the floor of ``rule_met`` and the ceiling of ``withdrawn``."""
    floor, proof = _floor(known)
    if proof is not None and STATES.index(floor) > STATES.index(result.state):
        proofs = (*result.met, met("rule_met", result.id, proof))
        missing = () if floor in RECORDED else result.missing
        result = replace(result, state=floor, met=proofs, missing=missing)
    ceiling = _ceiling(known)
    if STATES.index(result.state) > STATES.index(ceiling):
        result = replace(result, state=ceiling, missing=(Missing("withdrawn", result.id),))
    return result


def _floor(known: ObjectFacts) -> tuple[str, Stamp | None]:
    floors = known.get("floors", {})
    state = max(floors, key=STATES.index, default="none")
    return state, floors.get(state)


def _ceiling(known: ObjectFacts) -> str:
    taken: Scored | None = known.get("withdrawn")
    if taken is None:
        return STATES[-1]
    since = [s for s, at in known.get("renewed", {}).items() if at > taken[:2]]
    return max([taken[2], *since], key=STATES.index)


def _rose(result: Result, known: ObjectFacts) -> bool:
    return result.state in RECORDED and STATES.index(result.state) > STATES.index(_floor(known)[0])


def _new_since_done(
    index: Index, verdicts: Mapping[str, Verdict], facts: Facts
) -> dict[str, tuple[str, ...]]:
    """Return, for lessons done for good, what joined since and has not been touched.

    The manifest says what joined, or the rule does: what it misses now it cannot have missed then.
    """
    found = {}
    for lesson, verdict in verdicts.items():
        floors = facts.of(lesson).get("floors", {})
        dates = [at[0] for state, at in floors.items() if state in RECORDED]
        if not dates:
            continue
        lacking = [] if verdict.holds else [gap.object for gap in verdict.missing]
        untouched = [i for i in lacking if i in index.inside[lesson] and not facts.of(i)]
        new = dict.fromkeys([*index.unseen(lesson, min(dates), facts), *untouched])
        if new:
            found[lesson] = tuple(new)
    return found
