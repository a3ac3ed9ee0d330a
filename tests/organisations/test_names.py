"""Names: kept on one line, found by any word, recognised in another spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.organisations import names
from portal.shared.text import search_terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Direction générale des douanes", "DIRECTION GENERALE DES DOUANES"),
        ("Office of the Prosecutor", "Office Prosecutor"),
        ("Ministère de l’Intérieur", "Ministere de l'Interieur"),
        ("وزارة الداخلية", "وزارة  الداخليه"),
    ],
)
def test_spellings_of_one_name_share_a_key(one, other):
    assert names.key(one) == names.key(other)
    assert names.likeness(one, other) == 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("National Firearms Unit", "Firearms Unit, National"),
        ("Direction des douanes", "Direction generale des douanes"),
        ("Polis Nasional", "Polis Nacional"),
    ],
)
def test_names_written_slightly_differently_are_likely_the_same(one, other):
    assert names.likeness(one, other) >= names.LIKELY


@pytest.mark.parametrize(
    ("one", "other"),
    [("Customs", "National Police"), ("Ministry of Health", "Tracing centre"), ("", "Customs")],
)
def test_different_names_are_not_taken_for_the_same(one, other):
    assert names.likeness(one, other) < names.LIKELY


def test_tidy_name_has_one_line_and_no_direction_marks():
    assert names.tidy("  Customs\u202e \n of  Senegal\u200f ") == "Customs of Senegal"


def test_union_keeps_each_name_once_and_leaves_out_the_main_name():
    found = names.union(["DGD", "Douanes", "dgd", "Customs", " "], but="customs")
    assert found == ["DGD", "Douanes"]


@given(st.text(max_size=60), st.lists(st.text(max_size=30), max_size=4))
def test_every_word_of_every_name_finds_the_organisation(name, others):
    kept = names.found_by(name, others)
    for text in (name, *others):
        for term in search_terms(text):
            assert f" {term}" in kept


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_lies_between_nothing_and_the_same(one, other):
    assert 0 <= names.likeness(one, other) <= 1
    assert (names.likeness(one, other) == 0) or (names.key(one) and names.key(other))
