"""Records as a table: what is written is read again, what is bad is named by line and column."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from community.library import csv_records
from community.library.csv_records import COLUMNS, csv_lines, neutral, parse, restored
from community.library.kinds import KINDS
from community.library.vocabulary import choices
from portal.markings.labels import Label
from portal.shared.tables import FORMULA

line = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Cn", "Co"]),
    max_size=30,
).map(lambda text: csv_records.CELLS["body"](text.strip()).strip())
codes = {
    name: st.lists(
        st.sampled_from([code for code, _name in choices(facet)]), unique=True, max_size=3
    )
    for name, facet in csv_records.FACETS.items()
}
records = st.fixed_dictionaries(
    {
        "id": st.none() | st.uuids(),
        "title": line.filter(bool),
        "summary": line,
        "title_fr": line.filter(bool),
        "summary_fr": line,
        "title_given": st.booleans(),
        "body": line,
        "symbol": line,
        "kind": st.sampled_from(list(KINDS)),
        "year": st.none() | st.integers(1000, 9999),
        "source_url": st.sampled_from(["", "https://example.org/a?b=c%20d#e"]),
        "asked_for": st.booleans(),
        "courses": st.lists(st.sampled_from(["firearms-basics", "one"]), unique=True),
        "label": st.sampled_from(["", *map(str, Label)]),
        **codes,
    }
)


def table(*lines: str) -> str:
    return "\r\n".join(lines)


def faults(*lines: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.column) for fault in parse(table(*lines)).faults]


@given(st.lists(records, max_size=5, unique_by=lambda row: row["id"] or id(row)))
def test_what_is_written_is_read_again(rows):
    names = list(rows[0]) if rows else ["title"]
    found = parse("".join(csv_lines(rows, names)))
    assert found.faults == []
    assert [dict(row.cells) for row in found.rows] == rows


@given(st.text(st.sampled_from([*FORMULA, "'", " ", "a", "1"]), max_size=8) | st.text())
@example("=1+1")
@example("'=1+1")
@example(" =1+1")
@example("\t=1+1")
@example("＝1+1")
def test_no_cell_is_a_formula_and_none_is_changed_for_good(text):
    cell = neutral(text)
    assert restored(cell) == text
    assert not cell.startswith(FORMULA)
    assert not cell.lstrip(" ").startswith(FORMULA)


def test_the_written_table_has_no_formula():
    lines = "".join(csv_lines([{"title": "=HYPERLINK(1)", "body": "@x"}], ["title", "body"]))
    assert list(csv.reader(io.StringIO(lines)))[1] == ["'=HYPERLINK(1)", "'@x"]


def test_columns_are_in_any_order_and_separators_are_found_out():
    for separator in ",;\t":
        found = parse(table(separator.join(["kind", "title"]), separator.join(["study", "A"])))
        assert [dict(row.cells) for row in found.rows] == [{"kind": "study", "title": "A"}]


def test_a_table_of_a_spreadsheet_with_its_mark_is_read():
    found = parse("\ufefftitle;summary_fr;title_fr\r\nA;b;Ç\r\n".encode())
    assert found.rows[0].cells["title_fr"] == "Ç"
    assert found.faults == []


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("title", ""), ("title", "x" * 501), ("title", "a\x07b"), ("title", '"two\nlines"'),
        ("kind", "novel"), ("kind", ""), ("year", "20"), ("year", "20x0"), ("year", "٢٠٢٠"),
        ("year", "99999"),
        ("languages", "en; tlh-klingon"), ("countries", "SN; sn"), ("countries", "EU"),
        ("regions", "moon"), ("topics", "love"), ("instruments", "lute"),
        ("source_url", "javascript:alert(1)"), ("source_url", "ftp://example.org/"),
        ("source_url", "example"), ("label", "PINK"), ("title_given", "maybe"),
        ("asked_for", "1"), ("id", "7"), ("courses", "../x"), ("body", "x" * 301),
        ("summary", "a\x00b"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named(column, cell):
    if column == "title":
        lines = ("title,body", f"{cell},b", "good,b")
    else:
        lines = (f"title,{column}", f"bad,{cell}", "good," + ("study" if column == "kind" else ""))
    found = parse(table(*lines))
    assert [(fault.line, fault.column) for fault in found.faults] == [(2, column)]
    assert str(found.faults[0].words)
    assert [row.cells["title"] for row in found.rows] == ["good"]


def test_lines_are_counted_as_an_editor_does():
    assert faults("title,summary", 'A,"two', 'lines"', "", "B,x,y", ",z") == [(5, ""), (6, "title")]


def test_a_title_is_needed_for_every_summary_in_another_language():
    assert faults("title,summary_fr,title_fr", "A,résumé,") == [(2, "title_fr")]


def test_the_same_record_twice_is_a_fault():
    one = "0190c5f0-0000-7000-8000-000000000001"
    assert faults("id,title", f"{one},A", ",B", ",C", f"{one},D") == [(5, "id")]


@pytest.mark.parametrize("head", ["", "body", "title,title", "title,colour", "title,"])
def test_a_bad_first_line_is_named(head):
    assert faults(head, "a") == [(1, "")]


def test_what_is_no_table_is_refused():
    for data in (b"\xff\xfe\x00", b"title\n" + b"x" * csv_records.MOST_BYTES, b'title\n"a" b\n'):
        assert [fault.line for fault in parse(data).faults] == [0]


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(csv_records, "MOST_ROWS", 2)
    found = parse(table("title", "A", "B", "C", "D"))
    assert (len(found.rows), [fault.line for fault in found.faults]) == (2, [4])


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_nothing_crashes_it(data):
    parse(data)
    parse(
        b"title,kind,year,id\n"
        + (data if isinstance(data, bytes) else data.encode("utf-8", "replace"))
    )


def test_every_column_has_a_reader():
    found = parse(table(",".join(COLUMNS), ""))
    assert found.faults == []
