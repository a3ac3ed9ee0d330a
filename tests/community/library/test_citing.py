"""Citations: nothing in a title or publisher becomes a command or a field of its own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.library.citing import Citation, as_bibtex, as_ris, as_text

ARABIC = "دراسة عالمية عن الاتجار بالأسلحة النارية 2020"
CHINESE = "2020年全球枪支贩运问题研究"
NUMBER = "0190aaaa-0000-7000-8000-00000000abcd"
# Signs, controls, line ends, marks of direction: whatever a person may paste.
TEXT = st.text(max_size=60)


def row(title="Global Study on Firearms Trafficking 2020", **fields):
    return Citation(**{"title": title, "body": "UNODC", "year": "2020", "number": NUMBER} | fields)


def test_text_says_publisher_title_symbol_year_and_address():
    made = row(symbol="CTOC/COP/2020/1", url="https://example.org/a.pdf")
    assert as_text(made) == (
        "UNODC, Global Study on Firearms Trafficking 2020 (CTOC/COP/2020/1, 2020). "
        "https://example.org/a.pdf"
    )


def test_a_title_of_our_own_stands_in_brackets():
    assert as_text(row("Film on data", given=False)) == "UNODC, [Film on data] (2020)."
    assert "title = {{[Film on data]}}" in as_bibtex(row("Film on data", given=False))


@pytest.mark.parametrize(("title", "language"), [(ARABIC, "ar"), (CHINESE, "zh-hans")])
def test_arabic_and_chinese_titles_stay_as_they_are(title, language):
    made = row(title, language=language)
    assert title in as_text(made)
    assert f"title = {{{{{title}}}}}," in as_bibtex(made)
    assert f"language = {{{language}}}," in as_bibtex(made)
    assert f"TI  - {title}\r\n" in as_ris(made)


def test_bibtex_escapes_what_tex_takes_for_commands():
    made = as_bibtex(row(r"50% of $9 & \input{x}_#1 ~^ {", kind="report"))
    assert made.startswith("@techreport{UNODC-2020-00000000abcd,\n")
    assert r"50\% of \$9 \& \textbackslash{}input\{x\}\_\#1 \textasciitilde{}" in made
    assert r"\textasciicircum{} \{" in made


def test_key_has_no_sign_that_other_programs_read():
    made = as_bibtex(row(body="Bureau, of {all} = things"))
    assert re.match(r"@misc\{[A-Za-z0-9-]+,\n", made)
    assert re.match(r"@misc\{[A-Za-z0-9-]+,\n", as_bibtex(row(body="联合国", year="")))


def test_a_date_that_is_no_year_is_a_note():
    made = row(year="due 2022")
    assert "year = {2022}," in as_bibtex(made)
    assert "note = {due 2022}," in as_bibtex(made)
    assert "PY  - 2022\r\nN1  - due 2022\r\n" in as_ris(made)
    assert "year =" not in as_bibtex(row(year=""))


def test_ris_begins_and_ends_as_the_format_says():
    made = as_ris(row(kind="handbook"))
    assert made.startswith("TY  - BOOK\r\n")
    assert made.endswith("ER  - \r\n")


@given(title=TEXT, body=TEXT, symbol=TEXT, year=TEXT)
def test_no_text_begins_a_field_or_leaves_its_braces(title, body, symbol, year):
    made = Citation(title=title, body=body, symbol=symbol, year=year, number=NUMBER)
    for line in as_ris(made).split("\r\n")[:-1]:
        assert re.fullmatch(r"(TY|TI|AU|PB|PY|N1|M1|M3|LA|UR|ID|ER)  - [^\r\n]*", line), line
    assert as_ris(made).count("TY  - ") - as_ris(made).replace("\r\nTY", "").count("TY  - ") == 0
    depth = 0
    bare = re.sub(r"\\[{}]", "", as_bibtex(made))
    for sign in bare:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0
    assert as_bibtex(made).count("\n@") == 0
    assert "\n" not in as_text(made)
