"""Counts beside the values of the filter: those made by hand, of what the reader may know of."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.events import asking, narrowing, pages
from community.events.permissions import fits, visible
from portal.permissions import forget
from portal.shared import clock
from tests import people
from tests.community.events.meetings import group, meeting, place, verified

KINDS = ("workshop", "webinar", "case")
REGIONS = (None, "west-africa", "SN", "caribbean")
TERMS = [(facet, code) for facet in ("spoken", "interpreted") for code in ("fr", "es")]
TERMS += [("topic", code) for code in ("cases", "guidance")]
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(KINDS), st.sampled_from(["GREEN", "AMBER", "RED"]), st.booleans(),
        st.sampled_from(REGIONS), st.sets(st.sampled_from(TERMS)), st.booleans(), st.booleans(),
    ),
    max_size=7,
)  # fmt: skip
ASKED = st.builds(
    asking.Asked,
    past=st.booleans(), mine=st.booleans(), kind=st.sampled_from(["", *KINDS]),
    language=st.sampled_from(["", "fr", "es"]), topic=st.sampled_from(["", "cases", "guidance"]),
    region=st.sampled_from(["", "SN", "west-africa", "caribbean"]),
)  # fmt: skip
VALUES = {
    "kind": KINDS, "language": ("fr", "es", "en"), "topic": ("cases", "guidance"),
    "region": ("west-africa", "SN", "caribbean"),
}  # fmt: skip


class Counts(TestCase):
    """Each event: kind, label, of a foreign group or not, region, terms, past, hers."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(EVENTS, ASKED, st.booleans())
    def test_each_count_is_what_the_list_would_show(self, rows, asked, is_gone):
        person, organiser = verified(people.member()), people.staff("trainer")
        foreign = group()
        made = [self._make(row, foreign, person, organiser) for row in rows]
        if is_gone:
            person.membership.state = "suspended"
            person.membership.save()
            forget(person)
        allowed = {row.pk for row in made if fits(person, row)}
        assert not (is_gone and allowed)
        found = narrowing.counts(visible(person), asked, person)
        for name, values in VALUES.items():
            for value in values:
                wanted = replace(asked, **{name: value})
                shown = (
                    narrowing.listed(type(made[0]).objects.all(), wanted, person) if made else ()
                )
                expected = sum(row.pk in allowed for row in shown)
                assert found[name].get(value, 0) == expected, (name, value)
        mine = replace(asked, mine=True)
        assert found["mine"]["1"] == narrowing.listed(visible(person), mine, person).count()
        assert all(count <= len(allowed) for one in found.values() for count in one.values())

    def _make(self, row, foreign, person, organiser):
        kind, label, of_group, region, terms, is_past, is_hers = row
        starts = clock.now() + timedelta(days=-3 if is_past else 3)
        made = meeting(
            kind=kind, label=label, group=foreign if of_group else None, region_id=region,
            terms=sorted(terms), starts_at=starts, organiser=organiser,
        )  # fmt: skip
        if is_hers:
            place(made, person)
        return made


@pytest.mark.django_db
def test_the_page_shows_counts_and_closes_what_would_be_empty():
    meeting(kind="webinar", terms=(("spoken", "fr"), ("interpreted", "fr")))
    meeting(kind="webinar", label="RED")
    browser = people.signed_in(people.member())
    text = browser.get("/en/community/events/").content.decode()
    for mark in ("\u2066", "\u2067", "\u2068", "\u2069", "&#8296;", "&#8297;"):
        text = text.replace(mark, "")
    assert '<option value="webinar">Webinar (1)</option>' in text
    assert '<option value="fr">Français (1)</option>' in text
    assert '<option value="workshop" disabled>Workshop (0)</option>' in text


@pytest.mark.django_db
@pytest.mark.parametrize("count", [0, 4])
def test_counts_cost_five_queries_for_any_number_of_events(count, django_assert_num_queries):
    person = verified(people.member())
    for _ in range(count):
        meeting(terms=(("spoken", "fr"), ("topic", "cases")), region_id="caribbean")
    rows = visible(person)
    with django_assert_num_queries(5):
        narrowing.counts(rows, asking.Asked(kind="workshop", topic="cases"), person)


@pytest.mark.django_db
def test_counts_of_a_group_are_of_its_events_alone():
    person = verified(people.member())
    circle = group(person)
    meeting(group=circle)
    meeting()
    context = pages.list_page(person, asking.Asked(), circle)
    kinds = {one["value"]: one["count"] for one in context["filters"][0]["options"]}
    assert kinds == {"workshop": 1, "webinar": 0, "case": 0}
