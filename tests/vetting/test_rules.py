"""The table of an application's way, held by properties."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.organisations.models import Unit
from portal.vetting import flow, rules
from portal.vetting.models import Application, Tier
from portal.vetting.rules import CLOSED, DECIDES, OPEN, WAY, Deed, State, Who, next_state

states = st.sampled_from(list(State))
deeds = st.sampled_from(list(Deed))
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_states_of_table_are_those_of_model() -> None:
    assert {str(state) for state in State} == set(Application.State.values)


def test_every_deed_belongs_to_somebody_and_leads_somewhere() -> None:
    assert set(DECIDES) == set(Deed)
    assert {deed for _state, deed in WAY} == set(Deed)


@given(states, deeds, st.sampled_from(["member", "courier"]))
def test_next_state_is_in_table_or_refused(state: State, deed: Deed, tier: str) -> None:
    if rules.may(state, deed):
        assert next_state(state, deed, tier=tier) in State
    else:
        with pytest.raises(ValueError, match="not possible"):
            next_state(state, deed, tier=tier)


@given(st.lists(deeds, max_size=30), st.sampled_from(["member", "courier"]))
def test_any_walk_reaches_approval_only_over_two_decisions(walk: list[Deed], tier: str) -> None:
    state, path = State.DRAFT, []
    for deed in walk:
        if not rules.may(state, deed):
            continue
        state = next_state(state, deed, tier=tier)
        path.append(deed)
    if state in (State.APPROVED, State.REFUSED):
        assert path[-1] in (Deed.APPROVE, Deed.REFUSE)
        assert path[-2] == Deed.PROPOSE
        assert path[0] == Deed.SUBMIT
        assert tier == "courier" or Deed.SPONSOR_CONFIRM in path


@given(states)
def test_closed_states_end_but_for_appeal(state: State) -> None:
    leads = {deed for at, deed in WAY if at == state}
    if state in CLOSED:
        assert leads <= {Deed.APPEAL}
        assert (Deed.APPEAL in leads) == (state == State.REFUSED)
    else:
        assert Deed.WITHDRAW in leads
        assert state in OPEN


def test_silence_of_approvers_never_expires_an_application() -> None:
    assert not rules.may(State.REVIEW, Deed.EXPIRE)
    assert not rules.may(State.CONFIRMATION, Deed.EXPIRE)


def test_courier_has_no_sponsor_to_wait_for() -> None:
    assert next_state("draft", "submit", tier="courier") == State.REVIEW
    assert next_state("draft", "submit") == State.SPONSOR


@pytest.mark.parametrize("name", ["", "approved!", "nothing"])
def test_unknown_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a valid"):
        next_state(name, "submit")
    with pytest.raises(ValueError, match="not a valid"):
        next_state("draft", name)


def test_nobody_decides_for_another() -> None:
    assert rules.deeds_of(Who.APPLICANT, State.CONFIRMATION) == {Deed.WITHDRAW}
    assert rules.deeds_of(Who.SPONSOR, State.REVIEW) == frozenset()
    assert Deed.APPROVE not in rules.deeds_of(Who.APPLICANT, State.CONFIRMATION)


def test_appeal_once_and_within_thirty_days() -> None:
    facts = {"state": "refused", "appeals": 0, "decided_at": NOW}
    assert rules.may_appeal(**facts, now=NOW + timedelta(days=30))
    assert not rules.may_appeal(**facts, now=NOW + timedelta(days=30, seconds=1))
    assert not rules.may_appeal(**(facts | {"appeals": 1}), now=NOW)
    assert not rules.may_appeal(**(facts | {"state": "review"}), now=NOW)


def test_new_application_after_refusal_waits_as_long_as_appeal() -> None:
    assert not rules.may_apply_again(state="refused", decided_at=NOW, now=NOW + timedelta(days=30))
    assert rules.may_apply_again(state="refused", decided_at=NOW, now=NOW + timedelta(days=31))
    assert rules.may_apply_again(state="withdrawn", decided_at=None, now=NOW)
    assert not rules.may_apply_again(state="sponsor", decided_at=None, now=NOW)


@pytest.mark.parametrize("unit", Unit.values)
def test_each_kind_of_work_leads_to_a_tier(unit: str) -> None:
    expected = {"courier": Tier.COURIER, "civil": ""}.get(unit, Tier.MEMBER)
    assert flow.tier_for(unit) == expected


def test_work_that_is_not_offered_is_refused() -> None:
    assert flow.tier_for("none") == ""
    with pytest.raises(ValueError, match="valid"):
        flow.tier_for("spy")
