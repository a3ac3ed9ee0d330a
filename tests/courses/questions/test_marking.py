"""From posted fields to the mark, on questions of course C1."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.questions.kinds import Answer, Fault, read
from courses.questions.marking import BEHAVIOURS, behaviour_mark, mark
from tests.courses.questions.samples import (
    EVERY,
    Q01,
    Q03,
    Q04,
    Q09_EXACT,
    Q14,
    Q15,
    STEPS,
    STEPS_ALL,
)


def marked(payload: dict[str, Any], raw: dict[str, list[str]]) -> Fraction:
    answer = read(payload, raw)
    assert isinstance(answer, Answer), answer
    return mark(payload, answer).fraction


@pytest.mark.parametrize(("option", "expected"), [("a", 0), ("b", 0), ("c", 1), ("d", 0)])
def test_single_gives_the_fraction_of_the_chosen_option(option: str, expected: int) -> None:
    assert marked(Q01, {"answer": [option]}) == expected


def test_true_false_gives_one_for_the_right_word() -> None:
    assert marked(Q04, {"answer": ["true"]}) == 1
    assert marked(Q04, {"answer": ["false"]}) == 0


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("abcd", Fraction(1)),
        ("abc", Fraction(3, 4)),
        ("abcde", Fraction(1, 2)),
        ("abcdef", Fraction(0)),
        ("ef", Fraction(0)),
        ("a", Fraction(1, 4)),
    ],
)
def test_multiple_adds_fractions_and_stays_within_0_and_1(chosen: str, expected: Fraction) -> None:
    assert marked(Q03, {"answer": list(chosen)}) == expected


@pytest.mark.parametrize(("chosen", "expected"), [("bcd", 1), ("bc", 0), ("abcd", 0), ("dcb", 1)])
def test_multiple_all_or_nothing_wants_the_exact_set(chosen: str, expected: int) -> None:
    assert marked(Q09_EXACT, {"answer": list(chosen)}) == expected


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ("cbad", Fraction(1)),
        ("cbda", Fraction(1, 2)),
        ("bcda", Fraction(0)),
        ("cccc", Fraction(1, 4)),
    ],
)
def test_match_gives_the_share_of_right_pairs(choices: str, expected: Fraction) -> None:
    rows = ["r23", "r24", "r25", "r26"]
    raw = {f"row-{row}": [choice] for row, choice in zip(rows, choices, strict=True)}
    assert marked(Q14, raw) == expected


@pytest.mark.parametrize(("text", "expected"), [("122", 1), ("121.999", 0), ("110", 0), ("7", 0)])
def test_numeric_gives_the_fraction_of_the_first_range_it_falls_in(
    text: str, expected: int
) -> None:
    assert marked(Q15, {"answer": [text]}) == expected


@pytest.mark.parametrize(
    ("text", "right"), [("9.9", True), ("10.1", True), ("9.8999999", False), ("10.1000001", False)]
)
def test_numeric_tolerance_includes_both_ends_exactly(text: str, right: bool) -> None:
    accept = [{"id": "x", "value": "10", "tolerance": "0.1", "fraction": "1", "why": {"en": "w"}}]
    assert marked({**Q15, "accept": accept}, {"answer": [text]}) == int(right)


def positions(order: str) -> dict[str, list[str]]:
    return {f"item-{item}": [str(n)] for n, item in enumerate(order, start=1)}


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("mkqb", Fraction(1)),
        ("kqbm", Fraction(2, 3)),
        ("qbmk", Fraction(2, 3)),
        ("bqkm", Fraction(0)),
        ("mkbq", Fraction(1, 3)),
    ],
)
def test_order_by_neighbours_gives_the_share_of_right_neighbours(
    order: str, expected: Fraction
) -> None:
    assert marked(STEPS, positions(order)) == expected


@pytest.mark.parametrize(("order", "expected"), [("mkqb", 1), ("kqbm", 0), ("mkbq", 0)])
def test_order_all_or_nothing_wants_every_place(order: str, expected: int) -> None:
    assert marked(STEPS_ALL, positions(order)) == expected


def test_an_answer_to_another_kind_is_not_marked() -> None:
    with pytest.raises(ValueError, match="single"):
        mark(Q14, Answer("single", (("answer", "c"),)))


@pytest.mark.parametrize(
    ("try_number", "behaviour", "expected"),
    [
        (1, "interactive", Fraction(1)),
        (2, "interactive", Fraction(2, 3)),
        (3, "interactive", Fraction(1, 3)),
        (4, "interactive", Fraction(0)),
        (9, "interactive", Fraction(0)),
        (3, "immediate", Fraction(1)),
        (3, "deferred", Fraction(1)),
    ],
)
def test_behaviour_sets_what_a_later_try_is_worth(
    try_number: int, behaviour: str, expected: Fraction
) -> None:
    assert behaviour_mark(Fraction(1), try_number, behaviour) == expected


@pytest.mark.parametrize(
    ("try_number", "behaviour", "reason"),
    [(0, "interactive", "count from 1"), (1, "adaptive", "unknown behaviour")],
)
def test_behaviour_refuses_what_it_does_not_know(
    try_number: int, behaviour: str, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        behaviour_mark(Fraction(1), try_number, behaviour)


@st.composite
def raw_answers(draw: st.DrawFn, payload: dict[str, Any]) -> dict[str, list[str]]:
    """Any whole answer a form could send for a question."""
    kind = payload["kind"]
    if kind == "match":
        ids = [choice["id"] for choice in payload["choices"]]
        return {f"row-{row['id']}": [draw(st.sampled_from(ids))] for row in payload["rows"]}
    if kind == "order":
        order = draw(st.permutations([item["id"] for item in payload["items"]]))
        return positions("".join(order))
    if kind == "numeric":
        number = draw(st.decimals(-1000, 1000, places=3))
        return {"answer": [str(number)]}
    ids = [option["id"] for option in payload["options"]]
    if kind == "multiple":
        return {"answer": draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))}
    return {"answer": [draw(st.sampled_from(ids))]}


@given(data=st.data(), payload=st.sampled_from(EVERY))
def test_any_mark_lies_between_0_and_1_and_is_the_sum_of_its_parts(
    data: st.DataObject, payload: dict[str, Any]
) -> None:
    answer = read(payload, data.draw(raw_answers(payload)))
    assert isinstance(answer, Answer)
    result = mark(payload, answer)
    assert 0 <= result.fraction <= 1
    assert result.fraction == min(1, max(0, sum(part.fraction for part in result.parts)))
    for behaviour in BEHAVIOURS:
        assert 0 <= behaviour_mark(result.fraction, 2, behaviour) <= result.fraction


@given(data=st.data(), payload=st.sampled_from([Q01, Q03, Q09_EXACT, Q04, Q14, STEPS, STEPS_ALL]))
def test_the_mark_does_not_depend_on_how_the_page_ordered_things(
    data: st.DataObject, payload: dict[str, Any]
) -> None:
    """Pointer and keyboard send the same fields, perhaps in another order; so do shuffled pages."""
    raw = data.draw(raw_answers(payload))
    mixed = {
        name: data.draw(st.permutations(raw[name]))
        for name in data.draw(st.permutations(list(raw)))
    }
    assert read(payload, mixed) == read(payload, raw)


@given(data=st.data(), payload=st.sampled_from(EVERY))
def test_an_answer_survives_being_stored(data: st.DataObject, payload: dict[str, Any]) -> None:
    answer = read(payload, data.draw(raw_answers(payload)))
    assert isinstance(answer, Answer)
    assert Answer.from_json(answer.to_json()) == answer


@given(data=st.data(), payload=st.sampled_from(EVERY))
def test_a_half_answer_is_marked_without_failing(
    data: st.DataObject, payload: dict[str, Any]
) -> None:
    raw = data.draw(raw_answers(payload))
    names = data.draw(st.lists(st.sampled_from(sorted(raw)), unique=True))
    half = read(payload, {name: raw[name] for name in names}, partial=True)
    assert not isinstance(half, Fault)
    assert 0 <= mark(payload, half).fraction <= 1
