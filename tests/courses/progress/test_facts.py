"""Facts: what is kept of events, whatever order and however often they come."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.progress.facts import BadEvent, Event, Facts, absorb, fold
from tests.courses.progress.samples import START, answer, event

OBJECTS = [
    "course",
    "m1",
    "m2",
    "l1",
    "l2",
    "l3",
    "l4",
    "s1",
    "s2",
    "s3",
    "s4",
    "s5",
    "q1",
    "q2",
    "q3",
]
VERBS = [
    "opened", "viewed", "marked_complete", "saved_answer", "answered", "attempt_started",
    "attempt_finished", "language_changed", "migrated", "rule_met", "withdrawn", "regraded",
]  # fmt: skip
STATES = ["none", "started", "done", "passed"]
SHARES = ["0", "1/3", "1/2", "2/3", "1"]


@st.composite
def events(draw: st.DrawFn, but: tuple[str, ...] = ()) -> Event:
    """Any event a learner or the site could produce."""
    verb = draw(st.sampled_from([v for v in VERBS if v not in but]))
    data: dict[str, Any] = {}
    if verb in {"answered", "regraded"}:
        share = draw(st.sampled_from(SHARES))
        data = {"mark": share, "fraction": share}
        if verb == "regraded":
            data["of"] = f"event-{draw(st.integers(1, 60)):06}"
    if verb == "viewed":
        data = {"seconds": draw(st.integers(0, 100)), "block": "t1"}
    if verb == "attempt_finished":
        data = {"score": draw(st.integers(0, 100)), "passed": draw(st.booleans())}
    if verb in {"rule_met", "withdrawn"}:
        data = {"state": draw(st.sampled_from(STATES))}
    return event(verb, draw(st.sampled_from(OBJECTS)), draw(st.integers(0, 8)), **data)


histories = st.lists(events(), max_size=25)


@given(histories, st.randoms())
def test_order_and_repetition_of_events_do_not_matter(history: list[Event], random: Any) -> None:
    again = history + random.choices(history, k=len(history)) if history else []
    random.shuffle(again)
    assert fold(again) == fold(history)


@given(histories, st.randoms())
def test_absorbing_one_by_one_in_any_order_equals_folding_all(
    history: list[Event], random: Any
) -> None:
    facts = Facts()
    for one in random.sample(history, k=len(history)):
        facts = absorb(facts, one)
    assert facts == fold(history)


@given(histories, events())
def test_facts_survive_being_stored_as_json(history: list[Event], more: Event) -> None:
    stored = Facts.from_json(json.loads(json.dumps(fold(history).to_json())))
    assert stored == fold(history)
    assert absorb(stored, more) == fold([*history, more])


@given(histories, events())
def test_absorb_leaves_the_given_facts_alone(history: list[Event], more: Event) -> None:
    facts = fold(history)
    before = json.dumps(facts.to_json(), sort_keys=True)
    absorb(facts, more)
    assert json.dumps(facts.to_json(), sort_keys=True) == before


def test_no_facts_yet_is_an_empty_mapping() -> None:
    assert Facts.from_json({}) == fold([])


def test_facts_of_another_version_must_be_folded_anew() -> None:
    with pytest.raises(ValueError, match="version 0"):
        Facts.from_json({"v": 0, "objects": {}, "place": None})


def test_place_is_where_the_learner_was_last() -> None:
    history = [
        event("viewed", "s2", 5, block="t2"),
        event("opened", "s1", 9),
        answer("q1", "1", 12),
    ]
    place = fold(history).place
    assert place is not None
    assert place[2:] == ["s1", ""]


def test_two_thirds_stored_as_a_float_counts_as_two_thirds() -> None:
    history = [event("answered", "q1", 0, mark=2 / 3, fraction=1.0)]
    assert fold(history).of("q1")["best"][2] == "2/3"
    assert "right" in fold(history).of("q1")


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("answered", {}),
        ("answered", {"mark": "much", "fraction": "1"}),
        ("answered", {"mark": "1/0", "fraction": "1"}),
        ("answered", {"mark": float("nan"), "fraction": 1}),
        ("viewed", {"seconds": None}),
        ("rule_met", {}),
        ("rule_met", {"state": "finished"}),
        ("withdrawn", {"state": 3}),
        ("attempt_finished", {"score": "all"}),
    ],
)
def test_an_event_that_cannot_be_read_is_refused(verb: str, data: dict[str, Any]) -> None:
    with pytest.raises(BadEvent, match="event-"):
        fold([event(verb, "q1", 0, **data)])


def test_an_event_without_time_zone_is_refused() -> None:
    with pytest.raises(BadEvent, match="zone"):
        fold([Event("e", "opened", "s1", START.replace(tzinfo=None))])


def test_facts_stay_small_however_many_events_there_are() -> None:
    many = [answer("q1", SHARES[n % 5], n) for n in range(3000)]
    many += [event("viewed", "s1", n, seconds=n) for n in range(3000)]
    assert len(json.dumps(fold(many).to_json())) < 3000
