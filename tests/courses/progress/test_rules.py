"""Completion: what makes a lesson, module and course done or passed, and why not."""

from fractions import Fraction
from typing import Any

import pytest

from courses.progress.rules import (
    Missing,
    UnknownRule,
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
    of,
    one_lesson,
    question,
    release,
    step,
)


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
