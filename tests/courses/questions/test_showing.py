"""What a page may show before and after answering, and in which order."""

import json
from copy import deepcopy
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.questions.draw import option_order, seed
from courses.questions.kinds import Answer, feedback, read, shown, telltale
from tests.courses.questions.samples import EVERY, Q01, Q03, Q04, Q14, Q15, STEPS, STEPS_ALL

SECRET_FIELDS = {
    "fraction",
    "why",
    "match",
    "value",
    "tolerance",
    "explained_by",
    "hint",
    "marking",
}


def planted(payload: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the payload with a canary in every secret field, and the canaries."""
    canaries: list[str] = []

    def canary() -> str:
        canaries.append(f"CANARY{len(canaries)}X")
        return canaries[-1]

    def plant(node: Any) -> Any:
        if isinstance(node, list):
            return [plant(entry) for entry in node]
        if not isinstance(node, dict):
            return node
        copy = {}
        for key, value in node.items():
            if key in SECRET_FIELDS:
                copy[key] = (
                    {lang: canary() for lang in value} if isinstance(value, dict) else canary()
                )
            else:
                copy[key] = plant(value)
        return copy

    full = {**payload, "explained_by": "x", "hint": {"en": "h"}, "marking": "m", "difficulty": 3}
    return plant(deepcopy(full)), canaries


@pytest.mark.parametrize("payload", EVERY, ids=lambda p: p["code"] + p["kind"])
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_shown_never_holds_a_key_a_fraction_or_a_why(
    payload: dict[str, Any], language: str
) -> None:
    secret, canaries = planted(payload)
    page = json.dumps(shown(secret, language, option_order(secret, b"seed"), None))
    assert len(canaries) >= 4
    assert [word for word in canaries if word in page] == []


@pytest.mark.parametrize("payload", EVERY, ids=lambda p: p["code"] + p["kind"])
def test_shown_does_not_depend_on_the_key(payload: dict[str, Any]) -> None:
    other = deepcopy(payload)
    for name in ("options", "accept"):
        for part in other.get(name, []):
            part["fraction"] = "0"
    for row in other.get("rows", []):
        row["match"] = "a"
    order = option_order(payload, b"seed")
    assert shown(other, "en", order) == shown(payload, "en", order)


def test_shown_says_which_language_it_is_in() -> None:
    assert shown(Q01, "fr", ["a"])["language"] == "fr"
    assert shown(Q01, "fr", ["a"])["prompt"] == "prompt of C1-Q01 (fr)"
    assert shown(Q01, "ar", ["a"])["language"] == "en"


def test_shown_gives_back_a_half_answer() -> None:
    half = read(Q14, {"row-r24": ["b"]}, partial=True)
    assert isinstance(half, Answer)
    rows = shown(Q14, "en", ["d", "c", "b", "a"], half)["rows"]
    assert [row["chosen"] for row in rows] == [None, "b", None, None]


def answered(payload: dict[str, Any], raw: dict[str, list[str]]) -> Answer:
    answer = read(payload, raw)
    assert isinstance(answer, Answer)
    return answer


def test_feedback_before_the_last_try_explains_only_what_was_chosen() -> None:
    told = feedback(Q01, answered(Q01, {"answer": ["a"]}), "en", reveal=False)
    assert [(o["id"], o["right"], o["why"]) for o in told["options"]] == [
        ("a", False, "why a"),
        ("b", None, ""),
        ("c", None, ""),
        ("d", None, ""),
    ]
    assert told["hint"] == "the hint"
    assert not told["all_right"]


def test_feedback_after_the_last_try_explains_every_option() -> None:
    told = feedback(Q01, answered(Q01, {"answer": ["a"]}), "fr", reveal=True)
    assert [(o["id"], o["right"]) for o in told["options"]] == [
        ("a", False), ("b", False), ("c", True), ("d", False),
    ]  # fmt: skip
    assert all(o["why"].endswith("(fr)") for o in told["options"])
    assert told["hint"] == ""


def test_feedback_on_multiple_before_the_last_try_names_no_other_right_option() -> None:
    told = feedback(Q03, answered(Q03, {"answer": ["a", "e"]}), "en", reveal=False)
    assert {o["id"]: o["right"] for o in told["options"] if o["right"] is not None} == {
        "a": True, "e": False,
    }  # fmt: skip


def test_feedback_on_a_number_before_the_last_try_does_not_name_it() -> None:
    missed = feedback(Q15, answered(Q15, {"answer": ["7"]}), "en", reveal=False)
    assert "122" not in json.dumps(missed)
    usual = feedback(Q15, answered(Q15, {"answer": ["111"]}), "en", reveal=False)
    assert (usual["right"], usual["why"]) == (False, "why old")
    assert "122" not in json.dumps(usual)


def test_feedback_on_a_number_after_the_last_try_names_it() -> None:
    told = feedback(Q15, answered(Q15, {"answer": ["7"]}), "en", reveal=True)
    assert (told["right_value"], told["why"]) == ("122", "it is 122")


def test_feedback_on_a_number_writes_it_as_the_reader_does() -> None:
    accept = [{"id": "x", "value": "0.5", "fraction": "1", "why": {"en": "w"}}]
    payload = {**Q15, "accept": accept}
    told = feedback(payload, answered(payload, {"answer": ["7"]}), "fr", reveal=True)
    assert told["right_value"] == "0,5"


def test_feedback_on_pairs_before_the_last_try_names_no_right_pair_not_found() -> None:
    raw = {"row-r23": ["c"], "row-r24": ["a"], "row-r25": ["b"], "row-r26": ["a"]}
    told = feedback(Q14, answered(Q14, raw), "en", reveal=False)["rows"]
    assert [(r["right"], r["why"], r["right_text"]) for r in told] == [
        (True, "why r23", "articles 3 and 4"), (False, "", ""), (False, "", ""), (False, "", ""),
    ]  # fmt: skip


def test_feedback_on_pairs_after_the_last_try_names_them_all() -> None:
    raw = {"row-r23": ["d"], "row-r24": ["a"], "row-r25": ["b"], "row-r26": ["a"]}
    told = feedback(Q14, answered(Q14, raw), "en", reveal=True)["rows"]
    assert [r["right_text"] for r in told] == [
        "articles 3 and 4", "article 5", "article 1", "articles 6 and 9",
    ]  # fmt: skip


def test_feedback_on_order_before_the_last_try_keeps_the_order_given() -> None:
    raw = {"item-m": ["4"], "item-k": ["2"], "item-q": ["1"], "item-b": ["3"]}
    told = feedback(STEPS_ALL, answered(STEPS_ALL, raw), "en", reveal=False)["items"]
    assert [(i["id"], i["right"], i["right_position"]) for i in told] == [
        ("q", False, None), ("k", True, None), ("b", False, None), ("m", False, None),
    ]  # fmt: skip
    assert [i["why"] for i in told] == ["", "why k", "", ""]


def test_feedback_on_order_by_neighbours_calls_right_what_was_marked_right() -> None:
    raw = {"item-k": ["1"], "item-q": ["2"], "item-m": ["3"], "item-b": ["4"]}
    told = feedback(STEPS, answered(STEPS, raw), "en", reveal=True)["items"]
    assert {i["id"]: i["right"] for i in told} == {"m": False, "k": True, "q": True, "b": False}
    assert [i["id"] for i in told] == ["m", "k", "q", "b"]


@given(st.uuids(), st.uuids(), st.sampled_from(EVERY))
def test_option_order_repeats_from_its_seed_and_holds_every_part(
    attempt: UUID, slot: UUID, payload: dict[str, Any]
) -> None:
    first = option_order(payload, seed(attempt, slot))
    assert first == option_order(payload, seed(str(attempt), str(slot)))
    assert sorted(first) == sorted(option_order({**payload, "shuffle": True}, b""))


@given(st.uuids(), st.sampled_from([{}, {"shuffle": False}, {"shuffle": True}]))
def test_order_items_are_never_shown_in_the_right_order(attempt: UUID, extra: Any) -> None:
    items = [item["id"] for item in STEPS["items"]]
    assert option_order({**STEPS, **extra}, seed(attempt, attempt)) != items
    two = {**STEPS, **extra, "items": STEPS["items"][:2]}
    assert option_order(two, seed(attempt, attempt)) == ["k", "m"]


def test_options_keep_the_order_of_the_file_unless_told_otherwise() -> None:
    orders = {tuple(option_order(Q01, seed(uuid4(), "s"))) for _ in range(20)}
    assert orders == {("a", "b", "c", "d")}
    mixed = {tuple(option_order({**Q01, "shuffle": True}, seed(str(n), "s"))) for n in range(20)}
    assert len(mixed) > 5
    assert option_order(Q04, b"") == ["true", "false"]


def test_match_choices_are_shuffled_unless_told_otherwise() -> None:
    assert len({tuple(option_order(Q14, seed(str(n), "s"))) for n in range(20)}) > 5
    assert option_order({**Q14, "shuffle": False}, b"") == ["a", "b", "c", "d"]


def test_telltale_finds_ids_that_give_the_answer_away() -> None:
    assert not telltale(Q14)
    assert not telltale(STEPS)
    in_step = [{**item, "id": f"i{n}"} for n, item in enumerate(STEPS["items"], start=8)]
    assert telltale({**STEPS, "items": in_step})
    assert telltale({**STEPS, "items": in_step[::-1]})
    rows = [{"id": f"r{n}", "match": f"c{n}", "text": {}} for n in range(1, 5)]
    assert telltale({**Q14, "rows": rows})
    assert telltale({**Q14, "rows": [{"id": "x", "match": "x", "text": {}}]})
