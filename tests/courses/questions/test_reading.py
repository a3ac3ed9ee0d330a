"""What posted fields may hold, and which fault is told otherwise."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.questions.kinds import CODES, Answer, Fault, read
from courses.questions.kinds.numbers import read_number, write_number
from tests.courses.questions.samples import EVERY, Q01, Q03, Q04, Q14, Q15, STEPS

GOOD_ORDER = {"item-m": ["1"], "item-k": ["2"], "item-q": ["3"], "item-b": ["4"]}
GOOD_ROWS = {"row-r23": ["a"], "row-r24": ["b"], "row-r25": ["c"], "row-r26": ["d"]}


@pytest.mark.parametrize(
    ("payload", "raw", "code"),
    [
        (Q01, {}, "missing"),
        (Q01, {"answer": [""]}, "missing"),
        (Q01, {"answer": ["  \u200f "]}, "missing"),
        (Q01, {"answer": ["z"]}, "unknown"),
        (Q01, {"answer": ["C"]}, "unknown"),
        (Q01, {"answer": ["a", "c"]}, "repeated"),
        (Q01, {"answer": ["c"], "row-x": ["c"]}, "unknown"),
        (Q01, {"answer": ["c" * 101]}, "too_long"),
        (Q01, {"answer": ["c\x00"]}, "bad_text"),
        (Q01, {"answer": ["\ufffd\ufffd"]}, "bad_text"),
        (Q01, {"answer": ["\ud800"]}, "bad_text"),
        (Q03, {}, "missing"),
        (Q03, {"answer": ["a", "a"]}, "repeated"),
        (Q03, {"answer": ["a", "z"]}, "unknown"),
        (Q04, {"answer": ["True"]}, "unknown"),
        (Q15, {"answer": ["a hundred"]}, "not_a_number"),
        (Q15, {"answer": ["122", "122"]}, "repeated"),
        (Q15, {"answer": ["1" * 101]}, "too_long"),
        (Q14, {}, "incomplete"),
        (Q14, {**GOOD_ROWS, "row-r25": [""]}, "incomplete"),
        (Q14, {**GOOD_ROWS, "row-r25": ["x"]}, "unknown"),
        (Q14, {**GOOD_ROWS, "row-r27": ["a"]}, "unknown"),
        (Q14, {**GOOD_ROWS, "row-r25": ["a", "b"]}, "repeated"),
        (STEPS, {**GOOD_ORDER, "item-b": [""]}, "incomplete"),
        (STEPS, {**GOOD_ORDER, "item-b": ["3"]}, "same_position"),
        (STEPS, {**GOOD_ORDER, "item-b": ["5"]}, "not_a_position"),
        (STEPS, {**GOOD_ORDER, "item-b": ["0"]}, "not_a_position"),
        (STEPS, {**GOOD_ORDER, "item-b": ["-4"]}, "not_a_position"),
        (STEPS, {**GOOD_ORDER, "item-b": ["4.0"]}, "not_a_position"),
        (STEPS, {**GOOD_ORDER, "item-z": ["1"]}, "unknown"),
    ],
)
def test_read_refuses_what_is_no_answer(
    payload: dict[str, Any], raw: dict[str, list[str]], code: str
) -> None:
    result = read(payload, raw)
    assert isinstance(result, Fault)
    assert result.code == code
    assert result.fields


def test_read_names_the_fields_that_are_wrong() -> None:
    result = read(Q14, {**GOOD_ROWS, "row-r24": [""], "row-r26": [""]})
    assert isinstance(result, Fault)
    assert result.fields == ("row-r24", "row-r26")


def test_a_fault_keeps_what_was_entered() -> None:
    rows = read(Q14, {**GOOD_ROWS, "row-r25": ["nonsense"]})
    assert isinstance(rows, Fault)
    assert dict(rows.kept.given) == {"r23": "a", "r24": "b", "r26": "d"}
    number = read(Q15, {"answer": ["about 120"]})
    assert isinstance(number, Fault)
    assert number.kept.value("answer") == "about 120"


def test_other_fields_of_the_form_are_not_looked_at() -> None:
    raw = {"answer": ["c"], "csrfmiddlewaretoken": ["x" * 500], "event": ["\x00"]}
    assert read(Q01, raw) == Answer("single", (("answer", "c"),))


@pytest.mark.parametrize(
    ("payload", "raw", "given"),
    [
        (Q01, {}, {}),
        (Q03, {}, {}),
        (Q14, {"row-r24": ["b"], "row-r23": [""]}, {"r24": "b"}),
        (STEPS, {"item-m": ["2"], "item-k": ["2"]}, {"m": "2", "k": "2"}),
        (Q15, {"answer": ["12 or so"]}, {"answer": "12 or so"}),
    ],
)
def test_partial_keeps_half_answers(
    payload: dict[str, Any], raw: dict[str, list[str]], given: dict[str, str]
) -> None:
    result = read(payload, raw, partial=True)
    assert isinstance(result, Answer)
    assert dict(result.given) == given


@pytest.mark.parametrize(
    ("payload", "raw", "code"),
    [
        (Q01, {"answer": ["z"]}, "unknown"),
        (Q14, {"row-r24": ["b" * 101]}, "too_long"),
        (STEPS, {"item-m": ["99"]}, "not_a_position"),
        (Q15, {"answer": ["1\x00"]}, "bad_text"),
    ],
)
def test_partial_refuses_what_no_form_could_send(
    payload: dict[str, Any], raw: dict[str, list[str]], code: str
) -> None:
    result = read(payload, raw, partial=True)
    assert isinstance(result, Fault)
    assert result.code == code


@pytest.mark.parametrize("text", ["٣", "۳", "３", "३", "3\u200f"])
def test_order_positions_may_be_in_the_digits_of_any_script(text: str) -> None:
    result = read(STEPS, {**GOOD_ORDER, "item-q": [text]})
    assert isinstance(result, Answer)
    assert result.value("q") == "3"


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("122", "en", "122"),
        ("١٢٢", "ar", "122"),
        ("۱۲۲", "ar", "122"),
        ("１２２", "zh-hans", "122"),
        ("١٢٫٥", "ar", "12.5"),
        ("١٬٢٣٤٫٥", "ar", "1234.5"),
        ("١٢،٥", "ar", "12.5"),
        ("0.5", "fr", "0.5"),
        ("0,5", "en", "0.5"),
        (".5", "en", "0.5"),
        ("5.", "en", "5"),
        ("-3", "en", "-3"),
        ("\u22123,25", "uk", "-3.25"),
        ("+7", "ru", "7"),
        ("1 234,5", "fr", "1234.5"),
        ("1\u202f234,5", "fr", "1234.5"),
        ("1\u00a0234\u2009567", "ru", "1234567"),
        ("1,234.5", "fr", "1234.5"),
        ("1.234,5", "en", "1234.5"),
        ("1’234.5", "de", "1234.5"),
        ("1,234,567", "fr", "1234567"),
        ("1.234.567", "en", "1234567"),
        ("12,34,567", "en", "1234567"),
        ("1.000", "en", "1"),
        ("1.000", "zh-hans", "1"),
        ("1.000", "ar", "1"),
        ("1.000", "fr", "1000"),
        ("1.000", "es", "1000"),
        ("1.000", "ru", "1000"),
        ("1.000", "uk-UA", "1000"),
        ("1,000", "en", "1000"),
        ("1,000", "fr", "1"),
        ("0,125", "en", "0.125"),
        ("0.125", "fr", "0.125"),
        ("1234.567", "fr", "1234.567"),
        ("\u200e122\u200f", "ar", "122"),
    ],
)
def test_numbers_are_read_as_the_reader_means_them(text: str, language: str, value: str) -> None:
    answer = read(Q15, {"answer": [text]}, language=language)
    assert isinstance(answer, Answer)
    assert Fraction(answer.value("value") or "") == Fraction(value)


@pytest.mark.parametrize(
    "text",
    ["", ".", "-", "1e5", "1/2", "½", "1 2", "12 34", "1,2,3", "1.2,3.4", "1,23.456,7", "--1", "1-",
     "0x10", "1_000", "1d5", "nan", "inf", "一百", "1٫2٫3", "1.2.3", "²", "1 000 00"],
)  # fmt: skip
def test_what_is_no_number_is_not_guessed(text: str) -> None:
    assert read_number(text, "en") is None


@given(
    st.fractions(max_denominator=1).map(int) | st.integers(-(10**9), 10**9),
    st.sampled_from(["en", "fr", "es", "ru", "ar", "zh-hans", "uk"]),
    st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９"]),
)
def test_whole_numbers_read_the_same_in_every_script(
    number: int, language: str, digits: str
) -> None:
    text = str(number).translate(str.maketrans("0123456789", digits))
    assert read_number(text, language) == number


@given(st.decimals(-10000, 10000, places=2), st.sampled_from(["en", "fr", "ru", "ar", "uk"]))
def test_what_we_write_for_a_reader_we_read_back(number: Any, language: str) -> None:
    assert read_number(write_number(str(number), language), language) == Fraction(number)


@given(
    st.sampled_from(EVERY),
    st.dictionaries(
        st.sampled_from(["answer", "row-r23", "row-", "item-m", "item-k", "item-", "x"]),
        st.lists(
            st.text(max_size=8) | st.sampled_from(["a", "c", "1", "122", "9" * 120]), max_size=2
        ),
        max_size=4,
    ),
    st.booleans(),
)
def test_nothing_posted_ever_fails_otherwise(
    payload: dict[str, Any], raw: dict[str, list[str]], partial: bool
) -> None:
    result = read(payload, raw, partial=partial)
    assert isinstance(result, Answer) or result.code in CODES
