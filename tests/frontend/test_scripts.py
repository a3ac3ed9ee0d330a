"""Rules every script keeps: small islands, no words of its own, no HTML from text."""

import re

import pytest

from tests.frontend.sources import scripts

SCRIPTS = scripts()
LITERAL = re.compile(r"'([^'\n]*)'|\"([^\"\n]*)\"|`([^`]*)`")
WORDS = re.compile(r"^[A-Za-z][a-z’']*(?: [A-Za-z][a-z’']*)+[.!?…]?$")
SHOWN = re.compile(
    r"(?:textContent|innerText|title|placeholder|ariaLabel)\s*=\s*['\"`]\s*\S"
    r"|(?:(?<![.\w])|window\.)(?:alert|confirm|prompt)\("
    r"|setAttribute\(\s*'(?:title|aria-label|placeholder|alt)'"
)
# Nobody reads these on a page: errors, and the reason a problem of the messages has for the log.
FOR_DEVELOPERS = re.compile(
    r"new (?:(?:Type|Range)?Error|DOMException|BadRoster)\([^)]*\)|\bdetail: (?:'[^'\n]*'|`[^`]*`)"
)


def without_comments(text: str) -> str:
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"^\s*//.*$", "", text, flags=re.M)
    return FOR_DEVELOPERS.sub("", text)


def words_in(text: str) -> list[str]:
    literals = ("".join(groups) for groups in LITERAL.findall(without_comments(text)))
    return [literal for literal in literals if WORDS.match(literal)]


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_brings_no_words_of_its_own(name):
    """What a person reads comes from the template, so that it is translated in one place."""
    assert words_in(SCRIPTS[name]) == []
    assert SHOWN.findall(without_comments(SCRIPTS[name])) == []


def test_rule_about_words_finds_a_sentence():
    assert words_in("line.textContent = 'Not saved yet.'") == ["Not saved yet."]
    assert SHOWN.search("line.textContent = 'Saved'")


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_is_of_a_size_to_be_read(name):
    """An island that helps a page is small; a part of the messages' program may be larger."""
    if name == "community/crypto/interface.ts":
        return  # types only: the one list of everything pages may ask of the engine
    most = 300 if name.startswith("community/") else 150
    assert len(SCRIPTS[name].splitlines()) <= most


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_writes_no_html_and_evaluates_nothing(name):
    text = without_comments(SCRIPTS[name])
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
    assert [word for word in forbidden if word in text] == []
    assert "new Function" not in text
    assert ".style." not in text
    assert "cssText" not in text


@pytest.mark.parametrize("name", [name for name in SCRIPTS if name.endswith("-data.ts")])
def test_data_module_knows_no_page(name):
    text = without_comments(SCRIPTS[name])
    assert re.findall(r"\b(?:document|window|localStorage|navigator)\b", text) == []
