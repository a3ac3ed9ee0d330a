"""Completion: what makes a lesson, module and course done or passed, and why not."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.progress.facts import Event, Facts, absorb, fold
from courses.progress.rules import (
    STATES,
    Evaluation,
    Missing,
    UnknownRule,
    evaluate,
    evaluate_events,
    validate,
)
from tests.courses.progress.samples import (
    RELEASE,
    START,
    answer,
    event,
    finishing,
    lesson,
    module,
    question,
    release,
    step,
    text,
)
from tests.courses.progress.test_facts import events, histories


def of(events_: list[Event], manifest: dict[str, Any] = RELEASE) -> Evaluation:
    return evaluate_events(manifest, None, events_, START)


def one_lesson(rule: Any, *steps: dict[str, Any]) -> dict[str, Any]:
    return release(module("m", "all", lesson("l", rule, *steps)))


def test_nothing_done_is_none_everywhere() -> None:
    result = of([])
    rows = [result.course, *result.modules.values(), *result.lessons.values(),
            *result.steps.values(), *result.questions.values()]  # fmt: skip
    assert {row.state for row in rows} == {"none"}
    assert result.course.score == 0
    assert result.rises == ()


def test_a_course_is_passed_when_its_modules_are_done_and_the_score_reaches_the_pass_mark() -> None:
    result = of(finishing())
    assert result.course.state == "passed"
    assert result.course.score == Fraction(100 * (1 + 1 + Fraction(2, 3)), 3)
    assert {key: row.state for key, row in result.modules.items()} == {"m1": "passed", "m2": "done"}
    assert {key: row.state for key, row in result.lessons.items()} == {
        "l1": "done", "l2": "passed", "l3": "done", "l4": "none",
    }  # fmt: skip


def test_a_course_is_done_but_not_passed_below_the_pass_mark() -> None:
    easy = release(
        module("m", "all", lesson("l", "viewed", step("s", question("a"), question("b"))))
    )
    result = of([event("opened", "s"), answer("a", "1")], easy)
    assert (result.course.state, result.course.score) == ("done", 50)
    assert of([event("opened", "s"), answer("a", "1"), answer("b", "2/5")], easy).course.score == 70
    better = of([event("opened", "s"), answer("a", "1"), answer("b", "2/5")], easy)
    assert better.course.state == "passed"


def test_optional_questions_and_steps_are_not_asked_for() -> None:
    easy = one_lesson("viewed", step("s", question("a", optional=True)), step("t", optional=True))
    result = of([event("opened", "s")], easy)
    assert result.course.state == "done"
    assert result.course.score is None


def test_the_best_mark_counts_for_the_score() -> None:
    easy = one_lesson("viewed", step("s", question("a")))
    history = [answer("a", "1/3", 1), answer("a", "1", 2), answer("a", "0", 3)]
    assert of(history, easy).questions["a"].score == 100


@pytest.mark.parametrize(
    ("which", "met"), [("best", True), ("last", False), ("first", False), ("mean", True)]
)
def test_score_looks_at_the_mark_the_rule_names(which: str, met: bool) -> None:
    manifest = one_lesson({"score": 50, "which": which}, step("s", question("a")))
    history = [answer("a", "1/3", 1), answer("a", "1", 2), answer("a", "1/3", 3)]
    assert (of(history, manifest).lessons["l"].state == "passed") is met


def test_viewed_asks_for_every_required_step() -> None:
    result = of([event("opened", "s1", 1)])
    assert result.lessons["l1"].state == "started"
    assert result.lessons["l1"].missing == (Missing("viewed", "s2"),)
    assert [(m.leaf, m.object, m.date) for m in result.lessons["l1"].met] == [
        ("viewed", "s1", "2026-11-02T08:01:00.000000Z")
    ]


def test_marked_takes_the_lesson_or_all_its_steps() -> None:
    manifest = one_lesson("marked", step("s"), step("t"))
    assert of([event("marked_complete", "s")], manifest).lessons["l"].state == "started"
    assert of([event("marked_complete", "l")], manifest).lessons["l"].state == "done"
    both = [event("marked_complete", "s"), event("marked_complete", "t")]
    assert of(both, manifest).lessons["l"].state == "done"


def test_time_adds_the_seconds_of_the_steps_and_takes_each_count_once() -> None:
    manifest = one_lesson({"time": 90}, step("s"), step("t"))
    history = [event("viewed", "s", 1, seconds=30), event("viewed", "s", 2, seconds=50)]
    assert of(history, manifest).lessons["l"].state == "started"
    history.append(event("viewed", "t", 3, seconds=40))
    assert of(history, manifest).lessons["l"].state == "done"


@pytest.mark.parametrize(
    ("need", "data", "state"),
    [
        ("finished", {"passed": False}, "done"),
        ("passed", {"passed": False}, "started"),
        ("passed", {"passed": True}, "passed"),
        (80, {"score": 79}, "started"),
        (80, {"score": 80}, "passed"),
    ],
)
def test_attempt_asks_for_a_finished_or_passed_test(need: Any, data: Any, state: str) -> None:
    manifest = one_lesson({"attempt": need}, step("s"))
    assert of([event("attempt_finished", "l", **data)], manifest).lessons["l"].state == state


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ({"all": ["viewed", "marked"]}, False),
        ({"any": ["viewed", "marked"]}, True),
        ({"n": 2, "of": ["viewed", "marked", {"score": 100}]}, True),
        ({"n": 3, "of": ["viewed", "marked", {"score": 100}]}, False),
        ({"all": [{"any": ["marked", {"all": ["viewed"]}]}, {"n": 1, "of": [{"score": 1}]}]}, True),
    ],
)
def test_combinations_nest(rule: Any, holds: bool) -> None:
    manifest = one_lesson(rule, step("s", question("a")))
    result = of([event("opened", "s"), answer("a", "1")], manifest).lessons["l"]
    assert (result.state in {"done", "passed"}) is holds
    assert bool(result.missing) is not holds


def test_rules_nest_to_any_depth() -> None:
    rule: Any = "viewed"
    for _ in range(200):
        rule = {"any": [rule, {"all": ["marked", rule]}]} if _ < 5 else {"all": [rule]}
    validate(rule)
    assert of([event("opened", "s")], one_lesson(rule, step("s"))).lessons["l"].state == "done"


@pytest.mark.parametrize(
    "rule",
    ["", "seen", None, 3, [], {}, {"all": []}, {"any": "viewed"}, {"all": ["viewed", "seen"]},
     {"n": 3, "of": ["viewed", "marked"]}, {"n": 0, "of": ["viewed"]},
     {"n": True, "of": ["viewed"]},
     {"score": 101}, {"score": "70"}, {"score": 70, "which": "worst"}, {"time": 0}, {"time": -5},
     {"attempt": "tried"}, {"all": ["viewed"], "any": ["marked"]}, {"posted": True}],
)  # fmt: skip
def test_an_unknown_rule_is_refused(rule: Any) -> None:
    with pytest.raises(UnknownRule):
        validate(rule)


def test_validate_survives_rules_nested_absurdly_deep() -> None:
    rule: Any = "seen"
    for _ in range(100_000):
        rule = {"all": [rule]}
    with pytest.raises(UnknownRule, match="seen"):
        validate(rule)


@pytest.mark.parametrize(
    ("rule", "done", "state"),
    [("all", 1, "started"), ("any", 1, "done"), (2, 1, "started"), (2, 2, "done"), (9, 3, "done")],
)
def test_a_module_is_done_by_its_rule(rule: Any, done: int, state: str) -> None:
    lessons = [lesson(f"l{n}", "viewed", step(f"s{n}")) for n in range(3)]
    manifest = release(module("m", rule, *lessons))
    assert of([event("opened", f"s{n}") for n in range(done)], manifest).modules["m"].state == state


def test_a_module_rule_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownRule):
        of([], release(module("m", "most", lesson("l", "viewed", step("s")))))


def test_an_empty_lesson_is_never_done_by_itself() -> None:
    result = of([], one_lesson("viewed", step("s", optional=True)))
    assert result.lessons["l"].state == "none"
    assert result.course.state == "none"


def test_a_course_may_ask_for_more_than_its_modules() -> None:
    manifest = release(
        module("m", "all", lesson("l", "viewed", step("s", question("a")))),
        complete={"score": 50},
    )
    opened = event("opened", "s")
    assert of([opened], manifest).course.state == "started"
    assert of([opened], manifest).course.missing == (Missing("score", "a"),)
    assert of([opened, answer("a", "1")], manifest).course.state == "passed"


def test_rules_given_beside_the_release_go_first() -> None:
    result = evaluate_events(RELEASE, {"l1": "marked"}, [event("opened", "s1")], START)
    assert result.lessons["l1"].missing == (Missing("marked", "s1"), Missing("marked", "s2"))


def test_question_states_go_from_half_answered_to_right() -> None:
    assert of([event("saved_answer", "q1")]).questions["q1"].state == "started"
    assert of([answer("q1", "1/2")]).questions["q1"].state == "done"
    assert of([answer("q1", "2/3", fraction="1")]).questions["q1"].state == "passed"


def test_a_step_is_started_when_opened_and_done_when_viewed_or_completed() -> None:
    assert of([event("opened", "s1")]).steps["s1"].state == "started"
    assert of([event("viewed", "s1")]).steps["s1"].state == "done"
    assert of([event("marked_complete", "s1")]).steps["s1"].state == "done"


def test_a_regraded_answer_counts_with_its_new_mark() -> None:
    given_ = answer("q1", "1", 1)
    after = event("regraded", "q1", 2, of=given_.id, mark="1/4", fraction="1/4")
    assert of([given_, after]).questions["q1"].score == 25
    assert of([after, given_]).questions["q1"].score == 25
    assert of([given_, after, answer("q1", "1/2", 3)]).questions["q1"].score == 50


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
