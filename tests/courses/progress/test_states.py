"""States rise only: recorded states hold through regrades, later releases and any event."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from courses.progress.facts import Event, Facts, absorb, fold
from courses.progress.rules import STATES, Evaluation, Missing, evaluate
from tests.courses.progress.samples import (
    RELEASE,
    START,
    answer,
    event,
    finishing,
    lesson,
    module,
    of,
    one_lesson,
    question,
    release,
    step,
    text,
)
from tests.courses.progress.test_facts import events, histories


def recorded(history: list[Event], manifest: dict[str, Any] = RELEASE) -> Facts:
    """Return the facts as the site keeps them: every rise is recorded as soon as it happens."""
    facts = Facts()
    for one in history:
        facts = absorb(facts, one)
        for object_id, state in evaluate(manifest, facts, START).rises:
            facts = absorb(facts, event("rule_met", object_id, 60, state=state))
    return facts


def test_rises_lists_each_state_once() -> None:
    facts = recorded(finishing())
    assert evaluate(RELEASE, facts, START).rises == ()
    assert {k: sorted(v["floors"]) for k, v in facts.objects.items() if "floors" in v} == {
        "l1": ["done"], "l2": ["passed"], "l3": ["done"], "m1": ["passed"], "m2": ["done"],
        "course": ["passed"],
    }  # fmt: skip


def test_a_regrade_never_takes_away_what_was_reached() -> None:
    history = finishing()
    facts = recorded(history)
    for one in history:
        if one.verb == "answered":
            lower = event("regraded", str(one.object), 90, of=one.id, mark="0", fraction="0")
            facts = absorb(facts, lower)
    result = evaluate(RELEASE, facts, START)
    assert result.course.state == "passed"
    assert result.course.score == 0
    assert ("rule_met", "course") in [(m.leaf, m.object) for m in result.course.met]


LATER = release(
    module(
        "m1",
        "all",
        lesson(
            "l1",
            "viewed",
            step("s1", text("t1")),
            step("s2", text("t2"), question("q1"), question("q9", since="2026-12-01T00:00:00Z")),
            step("s9", text("t9")),
        ),
        lesson(
            "l2",
            {"all": ["viewed", {"score": 90}]},
            step("s3", question("q2"), question("q3"), question("q8")),
        ),
        lesson("l9", "viewed", step("s10")),
    ),
    module(
        "m2", "all", lesson("l3", {"time": 999}, step("s4")), lesson("l4", "marked", step("s5"))
    ),
)


def test_a_later_release_never_reopens_what_was_finished() -> None:
    facts = recorded(finishing())
    result = evaluate(LATER, facts, START)
    assert result.course.state == "passed"
    assert result.lessons["l1"].state == "done"
    assert result.lessons["l1"].missing == ()
    assert result.lessons["l9"].state == "none"
    assert result.new_since_done == {"l1": ("q9", "s9"), "l2": ("q8",)}


def test_what_joined_since_stops_being_new_once_it_was_seen() -> None:
    facts = recorded([*finishing(), event("opened", "s9", 99), answer("q9", "0", 99)])
    assert "l1" not in evaluate(LATER, facts, START).new_since_done


def test_a_new_text_in_a_step_seen_before_is_new_until_the_step_is_opened_again() -> None:
    manifest = one_lesson("viewed", step("s", text("t", since="2026-11-02T09:30:00Z")))
    facts = recorded([event("opened", "s", 1)], manifest)
    assert evaluate(manifest, facts, START).new_since_done == {"l": ("t",)}
    facts = absorb(facts, event("opened", "s", 120))
    assert evaluate(manifest, facts, START).new_since_done == {}


def test_without_recorded_states_the_later_release_would_reopen() -> None:
    """Shows that the floor is what holds the state, not an accident of the sample."""
    assert evaluate(LATER, fold(finishing()), START).course.state == "started"


def test_withdrawing_lowers_a_state_until_it_is_given_again() -> None:
    facts = recorded(finishing())
    facts = absorb(facts, event("withdrawn", "course", 100, state="started", reason="two accounts"))
    taken = evaluate(RELEASE, facts, START)
    assert taken.course.state == "started"
    assert taken.course.missing == (Missing("withdrawn", "course"),)
    assert taken.rises == ()
    assert taken.lessons["l1"].state == "done"
    facts = absorb(facts, event("rule_met", "course", 200, state="passed"))
    assert evaluate(RELEASE, facts, START).course.state == "passed"


def states(result: Evaluation) -> dict[tuple[str, str], int]:
    levels = {
        "module": result.modules, "lesson": result.lessons,
        "step": result.steps, "question": result.questions, "course": {"course": result.course},
    }  # fmt: skip
    return {
        (level, key): STATES.index(row.state)
        for level, rows in levels.items()
        for key, row in rows.items()
    }


def lower(before: Evaluation, after: Evaluation) -> list[tuple[str, str]]:
    now, was = states(after), states(before)
    return [key for key in was if now[key] < was[key]]


@given(
    st.lists(events(but=("withdrawn", "regraded")), max_size=25),
    events(but=("withdrawn", "regraded")),
)
def test_adding_any_event_never_lowers_a_state(history: list[Event], more: Event) -> None:
    assert lower(of(history), of([*history, more])) == []


@given(st.lists(events(but=("withdrawn",)), max_size=15), events(but=("withdrawn",)))
def test_regrades_never_lower_a_recorded_state(history: list[Event], more: Event) -> None:
    facts = recorded(history)
    assert (
        lower(evaluate(RELEASE, facts, START), evaluate(RELEASE, absorb(facts, more), START)) == []
    )


@given(
    st.lists(events(but=("withdrawn",)), max_size=15),
    st.sampled_from(["best", "last", "first", "mean"]),
)
def test_a_rule_on_any_mark_never_lowers_a_recorded_state(history: list[Event], which: str) -> None:
    manifest = one_lesson({"score": 50, "which": which}, step("s1", question("q1"), question("q2")))
    highest = 0
    facts = Facts()
    for one in history:
        facts = absorb(facts, one)
        for object_id, state in evaluate(manifest, facts, START).rises:
            facts = absorb(facts, event("rule_met", object_id, 60, state=state))
        state_now = STATES.index(evaluate(manifest, facts, START).lessons["l"].state)
        assert state_now >= highest
        highest = state_now


@given(histories, st.randoms())
def test_the_cache_equals_the_recomputation(history: list[Event], random: Any) -> None:
    facts = Facts()
    for one in random.sample(history, k=len(history)):
        facts = absorb(facts, one)
    assert evaluate(RELEASE, facts, START) == of(history)


@st.composite
def editions(draw: st.DrawFn) -> dict[str, Any]:
    """A later release: steps, questions and lessons come, go, move, and change their rules."""
    names = draw(st.permutations(["s1", "s2", "s3", "s4", "s5", "s6"]))
    blocks = draw(st.permutations(["q1", "q2", "q3", "q4"]))
    steps = [step(name, *(question(b) for b in blocks[n : n + 1])) for n, name in enumerate(names)]
    rules = st.sampled_from(
        ["viewed", "marked", {"score": 70}, {"all": ["viewed", {"score": 100}]}, {"time": 500}]
    )
    cuts = sorted(draw(st.lists(st.integers(1, 5), min_size=3, max_size=3)))
    parts = [steps[a:b] for a, b in zip([0, *cuts], [*cuts, 6], strict=True)]
    lessons = [lesson(f"l{n}", draw(rules), *part) for n, part in enumerate(parts, start=1)]
    return release(
        module("m1", draw(st.sampled_from(["all", "any", 2])), *lessons[:2]),
        module("m2", draw(st.sampled_from(["all", "any"])), *lessons[2:]),
        pass_mark=draw(st.sampled_from([0, 70, 100])),
    )


@given(st.data())
def test_random_histories_of_editing_publishing_and_moving_lose_no_completion(data: Any) -> None:
    manifest, facts = RELEASE, Facts()
    reached: dict[str, int] = {}
    for _ in range(data.draw(st.integers(1, 12))):
        if data.draw(st.booleans()):
            manifest = data.draw(editions())
            facts = absorb(facts, event("migrated", "course", 30))
        else:
            facts = absorb(facts, data.draw(events(but=("withdrawn",))))
        for object_id, state in evaluate(manifest, facts, START).rises:
            facts = absorb(facts, event("rule_met", object_id, 60, state=state))
        result = evaluate(manifest, facts, START)
        for row in (result.course, *result.modules.values(), *result.lessons.values()):
            level = STATES.index(row.state)
            if row.done or reached.get(row.id):
                assert level >= reached.get(row.id, 0)
                reached[row.id] = level
