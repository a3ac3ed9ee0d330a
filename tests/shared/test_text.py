"""Cleaning and comparing text."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.shared.text import (
    DIRECTION_MARKS,
    found_at,
    has_unseen,
    plain,
    search_terms,
    search_text,
)

MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("mark", MARKS)
def test_plain_with_direction_mark_removes_it(mark: str) -> None:
    assert plain(f"invoice{mark}fdp.exe") == "invoicefdp.exe"


def test_plain_with_joiners_keeps_them() -> None:
    assert plain("می\u200cخواهم \u200d") == "می\u200cخواهم \u200d"


def test_plain_with_decomposed_letters_composes_them() -> None:
    assert plain("e\u0301") == "é"


@settings(deadline=None)
@given(st.text())
def test_plain_of_any_text_is_stable_and_free_of_marks(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert not DIRECTION_MARKS.search(once)
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Éléments d’enquête", "elements enquete"),
        ("STRASSE Straße", "strasse"),
        ("ёлка Й", "елка и"),
        ("الأسلحة", "الاسلحه"),
        ("مُسَدَّس", "مسدس"),
        ("مـســدس", "مسدس"),
        ("على", "علي"),
        ("ＡＢＣ １２３", "abc 123"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_search_form_with_variant_spelling_is_the_same(written: str, asked: str) -> None:
    assert set(search_terms(asked)) <= set(search_text(written).split())


@pytest.mark.parametrize("asked", ["枪", "枪支", "支贩", "枪支贩运", "贩运的"])
def test_chinese_words_inside_a_sentence_are_found(asked: str) -> None:
    index = set(search_text("打击枪支贩运的合作").split())
    assert set(search_terms(asked)) <= index


def test_chinese_word_in_other_order_is_not_found() -> None:
    assert not set(search_terms("运贩")) <= set(search_text("打击枪支贩运的合作").split())


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_every_word_of_a_text_finds_the_text(before: str, after: str) -> None:
    text = f"{before} {after}"
    assert set(search_terms(text)) <= set(search_text(text).split())


@settings(deadline=None)
@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=5), max_size=3))
def test_places_found_lie_in_the_text_in_order(text: str, words: list[str]) -> None:
    terms = [term for word in words for term in search_terms(word)]
    last = 0
    for start, end in found_at(text, terms):
        assert last <= start < end <= len(text)
        last = end


def test_places_found_of_chinese_pairs_are_joined() -> None:
    assert found_at("打击枪支贩运", search_terms("枪支贩运")) == [(2, 6)]


def test_places_found_start_at_the_beginning_of_words_only() -> None:
    assert found_at("firearm arm", ["arm"]) == [(8, 11)]


@pytest.mark.parametrize(
    "text", ["Ana\u2060", "\u3164", "A\u2800", "Ana\U000e0041", "A\u200dna", "Ana\u200c", "x\ufe0f"]
)
def test_what_cannot_be_seen_is_found(text: str) -> None:
    assert has_unseen(text)


@pytest.mark.parametrize("text", ["می\u200cخواهم", "क्\u200dष", "Ana Bel", "王小明", "О’Ніл", ""])
def test_joiners_between_letters_that_need_them_are_seen(text: str) -> None:
    assert not has_unseen(text)
