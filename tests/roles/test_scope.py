"""Scopes: covering, containment, and that containment means what it says."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.roles.scope import Scope, covers, is_unlimited, within

COURSES = [uuid.UUID(int=1), uuid.UUID(int=2)]
COUNTRIES = ["SN", "GH", "UA", "DE", "XK"]
REGIONS = [None, "west-africa", "eastern-europe", *COUNTRIES]

scopes = st.builds(
    Scope,
    region_id=st.sampled_from(REGIONS),
    organisation_id=st.sampled_from([None, 1, 2]),
    course=st.sampled_from([None, *COURSES]),
    language=st.sampled_from(["", "fr", "es"]),
)
things = st.fixed_dictionaries(
    {
        "country": st.sampled_from([None, *COUNTRIES]),
        "organisation_id": st.sampled_from([None, 1, 2]),
        "course": st.sampled_from([None, *COURSES]),
        "language": st.sampled_from([None, "fr", "es"]),
    }
)
ALL_THINGS = [
    {"country": country, "organisation_id": organisation, "course": course, "language": language}
    for country in [None, *COUNTRIES, "ML", "MD"]
    for organisation in (None, 1, 2)
    for course in (None, *COURSES)
    for language in (None, "fr", "es")
]


@given(inner=scopes, outer=scopes, thing=things)
def test_what_an_inner_scope_covers_the_outer_covers(inner, outer, thing):
    if within(inner, outer) and covers(inner, **thing):
        assert covers(outer, **thing)


@given(inner=scopes, outer=scopes)
def test_scopes_not_within_differ_in_some_thing(inner, outer):
    if not within(inner, outer):
        assert any(covers(inner, **thing) and not covers(outer, **thing) for thing in ALL_THINGS)


@given(one=scopes, two=scopes, three=scopes)
def test_within_is_an_order(one, two, three):
    assert within(one, one)
    assert within(one, Scope())
    if within(one, two) and within(two, three):
        assert within(one, three)
    if within(one, two) and within(two, one):
        assert one == two


@given(thing=things)
def test_empty_scope_covers_everything(thing):
    assert covers(Scope(), **thing)
    assert is_unlimited(Scope())


@pytest.mark.parametrize(
    ("region", "country", "expected"),
    [
        ("west-africa", "SN", True),
        ("west-africa", "west-africa", True),
        ("west-africa", "UA", False),
        ("SN", "SN", True),
        ("SN", "west-africa", False),
        ("SN", None, False),
        ("west-africa", "nowhere", False),
        ("west-africa", "", False),
    ],
)
def test_regions_are_a_tree(region, country, expected):
    assert covers(Scope(region_id=region), country=country) is expected


def test_course_is_compared_by_value_not_by_type():
    assert covers(Scope(course=COURSES[0]), course=str(COURSES[0]))
    assert not covers(Scope(course=COURSES[0]), course=None)


def test_all_filled_parts_must_hold():
    both = Scope(region_id="SN", organisation_id=1)
    assert covers(both, country="SN", organisation_id=1)
    assert not covers(both, country="SN", organisation_id=2)
    assert not covers(both, country="GH", organisation_id=1)
