"""Rules every style sheet keeps: logical properties, tokens, three breakpoints, no fonts."""

import re

import pytest

from tests.frontend.sources import STATIC, style_sheets

SHEETS = style_sheets()
PHYSICAL = re.compile(
    r"(?:^|[;{\s])((?:margin|padding|border)-(?:left|right|top|bottom)[\w-]*"
    r"|left|right|top|bottom|(?:min-|max-)?(?:width|height)|float)\s*:",
)
SIDE_VALUE = re.compile(r"(?:text-align|float|clear|justify-\w+)\s*:\s*(?:left|right)\b")
FOUR_VALUES = re.compile(
    r"(?:margin|padding|inset)\s*:\s*([^;\s]+)\s+([^;\s]+)\s+([^;\s]+)\s+([^;\s]+)\s*;",
)
COLOUR = re.compile(r"#[0-9A-Fa-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(")
MEDIA_WIDTH = re.compile(r"\((?:min|max)-width:\s*([\d.]+)rem\)")


def outside_media_queries(css: str) -> str:
    return re.sub(r"@media[^{]*", "@media ", css)


@pytest.mark.parametrize("name", SHEETS)
def test_style_sheet_uses_logical_properties_only(name):
    css = outside_media_queries(SHEETS[name])
    assert PHYSICAL.findall(css) == []
    assert SIDE_VALUE.findall(css) == []
    assert [four for four in FOUR_VALUES.findall(css) if four[1] != four[3]] == []


@pytest.mark.parametrize("name", sorted(set(SHEETS) - {"tokens.css", "print.css"}))
def test_style_sheet_takes_colours_from_tokens(name):
    assert COLOUR.findall(SHEETS[name]) == []


def test_every_token_that_is_used_is_defined():
    everything = "\n".join(SHEETS.values())
    defined = set(re.findall(r"(--[\w-]+)\s*:", everything))
    used = set(re.findall(r"var\((--[\w-]+)", everything))
    assert used - defined == set()


def test_breakpoints_are_the_three_of_the_design():
    widths = {float(width) for css in SHEETS.values() for width in MEDIA_WIDTH.findall(css)}
    alone = {10}  # not of a page: the search field of the header, by its own width
    assert widths - alone <= {29.99, 30, 47.99, 48, 72}


def test_no_font_is_loaded():
    assert all("@font-face" not in css and "url(" not in css for css in SHEETS.values())


def test_every_component_sheet_is_part_of_one_sheet_and_says_its_html():
    """The one sheet of all pages, or the one that sealed messages load on top."""
    whole = [
        (STATIC / "css" / name).read_text(encoding="utf-8") for name in ("main.css", "chat.css")
    ]
    for path in sorted((STATIC / "css" / "components").glob("*.css")):
        line = f'"./components/{path.name}" layer(components)'
        assert [line in sheet for sheet in whole].count(True) == 1, path.name
        assert path.read_text(encoding="utf-8").startswith("/*"), path.name


def test_nothing_is_hidden_from_the_keyboard_ring():
    """An outline is only removed from what is focused by script, never from :focus-visible."""
    for name, css in SHEETS.items():
        for selector in re.findall(r"([^{}]+)\{[^}]*outline:\s*(?:none|0)", css):
            allowed = selector.strip().replace("\n", " ")
            assert allowed == 'main:focus, [tabindex="-1"]:focus:not(:focus-visible)', name


def test_component_styles_stay_within_three_hundred_lines():
    for path in (STATIC / "css").rglob("*.css"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path.name
