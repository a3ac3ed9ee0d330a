"""The table of a class: every faulty row is named by line and column, and nothing makes it fail."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.vetting.invitation_table import MOST_ROWS, read


def test_good_table_is_read_whatever_separates_and_in_any_order() -> None:
    for separator in ",;\t":
        text = f"name{separator}EMAIL\nAmina{separator}A@Example.org\n\n"
        table = read(text.encode("utf-8-sig"), needs_organisation=False, language="fr")
        assert not table.faults
        assert [(row.email, row.name, row.language) for row in table.rows] == [
            ("a@example.org", "Amina", "fr")
        ]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", [(0, "")]),
        ("name\nx\n", [(1, "email")]),
        ("email,age\na@b.org,3\n", [(1, "age")]),
        ("email,email\na@b.org,a@b.org\n", [(1, "email")]),
        ("email\n", [(0, "")]),
        ("email\nnobody\n", [(2, "email")]),
        ("email,language\na@b.org,de\n", [(2, "language")]),
        ("email,country\na@b.org,Senegal\nc@d.org,XX\n", [(2, "country"), (3, "country")]),
        ("email\na@b.org\nA@b.org\n", [(3, "email")]),
        ("email\na@b.org,1,2\n", [(2, "")]),
        ('email\n"a@b.org\n', [(0, "")]),
        ("email\n" + "".join(f"a{n}@b.org\n" for n in range(MOST_ROWS + 1)), [(0, "")]),
        (b"email\n\xff\xfe\n", [(0, "")]),
        (b"email\n" + b"x" * 300_000, [(0, "")]),
    ],
)
def test_every_faulty_row_is_named_by_line_and_column(
    text: Any, places: list[tuple[int, str]]
) -> None:
    table = read(text, needs_organisation=False, language="en")
    assert [(fault.line, fault.column) for fault in table.faults] == places


def test_members_and_couriers_need_country_and_organisation() -> None:
    table = read("email\na@b.org\n", needs_organisation=True, language="en")
    assert [(fault.line, fault.column) for fault in table.faults] == [
        (2, "country"),
        (2, "organisation"),
    ]


@given(st.one_of(st.text(max_size=400), st.binary(max_size=400)))
def test_no_table_makes_the_reader_fail(data: Any) -> None:
    table = read(data, needs_organisation=True, language="en")
    assert table.rows or table.faults
