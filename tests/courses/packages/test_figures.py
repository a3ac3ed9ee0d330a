"""Drawings: only what is known gets through, words are translated, mirroring keeps them readable."""

import re
from xml.etree import ElementTree

import pytest

from courses.packages.figures import Figure, clean, render, wrapped

NS = 'xmlns="http://www.w3.org/2000/svg"'
GOOD = f"""<svg {NS} viewBox="0 0 200 100" data-mirror="yes">
<title>Old title</title>
<defs><marker id="tip" viewBox="0 0 10 10" refX="5" refY="5" orient="auto"><path d="M0 0 L10 5z"
 class="fill-ink"/></marker></defs>
<g class="stroke-line"><rect x="10" y="10" width="50" height="20" class="fill-surface"/>
<text x="15" y="24" data-label="first" class="fill-ink"/></g>
<line x1="60" y1="20" x2="120" y2="20" marker-end="url(#tip)" class="stroke-ink"/>
<text x="150" y="24" text-anchor="middle" data-label="second" data-chars="10"/><text x="5" y="5">10 %</text>
</svg>""".encode()


def _good():
    figure = clean(GOOD)
    assert isinstance(figure, Figure)
    return figure


def _elements(svg, name):
    return list(ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}" + name))


def test_clean_names_the_labels_of_a_drawing():
    assert _good().labels == ("first", "second")
    assert _good().mirror


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        '<rect onload="x()" width="1" height="1"/>',
        '<rect style="fill:red" width="1" height="1"/>',
        '<rect fill="red" width="1" height="1"/>',
        '<rect class="evil" width="1" height="1"/>',
        '<rect class="fill-ink" width="1" height="1" href="https://x.org"/>',
        '<image href="https://x.org/a.png"/>',
        '<a href="https://x.org"><rect width="1" height="1"/></a>',
        '<use href="#a"/>',
        "<style>*{}</style>",
        "<foreignObject/>",
        '<text x="1" y="1">Words</text>',
        '<text x="1" y="1" transform="scale(2)" data-label="a"/>',
        '<g transform="scale(2)"><text x="1" y="1" data-label="a"/></g>',
        '<line x1="0" y1="0" x2="1" y2="1" marker-end="url(https://x.org#a)"/>',
        '<line x1="0" y1="0" x2="1" y2="1" marker-end="url(#nobody)"/>',
        '<path d="M0 0&quot;/>"/>',
        '<animate attributeName="x"/>',
        '<x:rect xmlns:x="https://x.org"/>',
    ],
)
def test_clean_refuses_what_is_not_known(inner):
    found = clean(f'<svg {NS} viewBox="0 0 10 10">{inner}</svg>'.encode(), "media/a.svg")
    assert isinstance(found, list)
    assert found
    assert {finding.path for finding in found} == {"media/a.svg"}


@pytest.mark.parametrize(
    "svg",
    [
        b"",
        b"<svg",
        f"<svg {NS}/>".encode(),
        b'<svg viewBox="0 0 1 1"/>',
        f'<svg {NS} viewBox="0 0 1e9 1"/>'.encode(),
        f'<!DOCTYPE svg [<!ENTITY a "b">]><svg {NS} viewBox="0 0 1 1"><text x="1">&a;</text></svg>'.encode(),
        b"\xff\xfe\x00",
        b"x" * 300_000,
        (f'<svg {NS} viewBox="0 0 1 1">' + "<g>" * 3000 + "</g>" * 3000 + "</svg>").encode(),
    ],
)
def test_clean_refuses_what_is_no_drawing(svg):
    assert isinstance(clean(svg), list)


def test_render_fills_and_escapes_words_and_names_the_figure():
    svg = render(_good(), {"first": "<b>&", "second": "b"}, "ltr", "Who & what", "Long <words>")
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    names = root.get("aria-labelledby").split()
    assert [node.get("id") for node in root[:2]] == names
    assert [node.text for node in root[:2]] == ["Who & what", "Long <words>"]
    assert _elements(svg, "text")[0].text == "<b>&"
    assert "Old title" not in svg
    assert "style=" not in svg
    assert "data-" not in svg


def test_render_without_a_title_is_hidden_from_screen_readers():
    root = ElementTree.fromstring(render(_good(), {}, "ltr", ""))
    assert root.get("aria-hidden") == "true"
    assert root.get("aria-labelledby") is None


def test_render_right_to_left_mirrors_shapes_and_only_moves_words():
    svg = render(_good(), {"first": "أ", "second": "ب"}, "rtl", "عنوان")
    texts = _elements(svg, "text")
    assert [text.get("x") for text in texts] == ["185", "50", "195"]
    assert texts[0].get("text-anchor") is None
    assert ElementTree.fromstring(svg).get("direction") == "rtl"
    parents = {child: parent for parent in ElementTree.fromstring(svg).iter() for child in parent}
    for child, parent in parents.items():
        if child.tag.endswith("}rect") or child.tag.endswith("}line"):
            assert parent.get("transform") == "matrix(-1 0 0 1 200 0)"
        if child.tag.endswith("}text"):
            assert "transform" not in "".join(parent.attrib)


def test_render_right_to_left_without_mirroring_keeps_places_and_swaps_anchors():
    figure = clean(GOOD.replace(b'data-mirror="yes"', b""))
    svg = render(figure, {"first": "أ", "second": "ب"}, "rtl", "عنوان")
    assert [t.get("x") for t in _elements(svg, "text")] == ["15", "150", "5"]
    assert [t.get("text-anchor") for t in _elements(svg, "text")] == ["end", "middle", "end"]
    assert "matrix" not in svg


def test_render_of_two_languages_on_one_page_has_no_common_ids():
    one, two = (render(_good(), {"first": w}, "ltr", w) for w in ("a", "b"))
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (one, two)]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_wrapped_breaks_between_words_and_between_chinese_signs():
    assert wrapped("Working Group on Firearms", 13) == ["Working Group", "on Firearms"]
    assert wrapped("枪支问题工作组", 6) == ["枪支问", "题工作", "组"]
    assert wrapped("short", 10) == ["short"]


def test_wrapped_keeps_brackets_stops_and_no_break_spaces_with_their_word():
    assert wrapped("《枪支议定书》，可以", 12) == ["《枪支议定", "书》，可以"]
    assert wrapped("les armes\u00a0: oui", 9) == ["les", "armes\u00a0:", "oui"]


def test_render_centres_wrapped_words_on_their_place_when_the_drawing_asks_for_it():
    svg = f'<svg {NS} viewBox="0 0 9 9"><text x="4" y="5" data-label="a" data-chars="5"{{}}/></svg>'
    steps = {}
    for baseline in ("", ' dominant-baseline="middle"'):
        drawn = render(clean(svg.format(baseline).encode()), {"a": "one two three"}, "ltr", "t")
        steps[baseline] = [line.get("dy") for line in _elements(drawn, "tspan")]
    assert list(steps.values()) == [["0em", "1.25em", "1.25em"], ["-1.25em", "1.25em", "1.25em"]]


def test_render_gives_the_box_as_width_so_that_a_small_drawing_is_not_blown_up():
    assert ElementTree.fromstring(render(_good(), {}, "ltr", "t")).get("width") == "200"


def test_wrapped_makes_lines_of_much_the_same_length():
    assert wrapped("one two three four five", 19) == ["one two three", "four five"]
    assert wrapped("有规则而没有处罚吗", 16) == ["有规则而没", "有处罚吗"]


def test_render_right_to_left_draws_arabic_letters_larger():
    svg = f'<svg {NS} viewBox="0 0 9 9"><text x="4" y="5" data-label="a" font-size="20"/></svg>'
    sizes = [
        _elements(render(clean(svg.encode()), {"a": "أ"}, side, "t"), "text")[0].get("font-size")
        for side in ("ltr", "rtl")
    ]
    assert sizes == ["20", "22.4"]
