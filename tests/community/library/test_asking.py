"""Addresses of the results page: read strictly, what is not understood is said."""

import pytest
from django.http import QueryDict

from community.library import asking


def read(query):
    return asking.read(QueryDict(query))


def test_everything_that_is_chosen_stands_in_the_address_and_comes_back():
    query = (
        "q=firearms+parts&kind=study&kind=report&language=fr&topic=research&region=sahel"
        "&country=SN&instrument=att&label=GREEN&from=2001&to=2020&sort=title"
    )
    asked = read(query)
    assert asked.notes == ()
    assert asked.query() == query
    assert read(asked.query()) == asked
    assert read(asked.query(page=3)).page == 3


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("kind=nonsense", "Kind of document"), ("label=PINK", "Handling label"),
        ("country=sn", "Country"), ("language=xx1", "Language of the document"),
        ("from=19", "year"), ("to=abcd", "year"), ("from=%D9%A2%D9%A0%D9%A1%D9%A9", "year"),
        ("page=0", "page"), ("page=-1", "page"), ("page=999999", "page"), ("sort=oldest", "order"),
        ("topic=" + "x" * 500, "Topic"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_left_out_with_a_sentence(query, words):
    asked = read(query)
    assert len(asked.notes) == 1
    assert words in asked.notes[0]
    assert asked.chosen == {}
    assert (asked.start, asked.end, asked.page, asked.sort) == (None, None, 1, "")


def test_years_the_wrong_way_round_are_turned():
    asked = read("from=2020&to=2001")
    assert (asked.start, asked.end) == (2001, 2020)


def test_other_parameters_are_nobodys_business():
    assert read("utm_source=x").is_open
    assert read("").is_open
    assert not read("topic=research").is_open


@pytest.mark.parametrize("query", ["q=%21%21", "q=a", "q=" + "x" * 300])
def test_words_that_cannot_be_searched_for_say_why(query):
    asked = read(query)
    assert asked.error
    assert asked.terms == ()


def test_one_thing_less():
    asked = read("q=x1&kind=study&kind=report&from=2000&page=4")
    assert asked.without("kind", "study").query() == "q=x1&kind=report&from=2000"
    assert asked.without("q", "").query() == "kind=study&kind=report&from=2000"
    assert asked.without("years", "").query() == "q=x1&kind=study&kind=report"
