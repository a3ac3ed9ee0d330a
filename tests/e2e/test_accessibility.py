"""axe finds nothing on any page, in four languages, light and dark."""

import json

import pytest

from launcher import places
from tests.e2e.browsing import Newcomer, Reader
from tests.e2e.pages import INSIDE, MEMBERS, OPEN, OWN, Sight, walk

AXE = places.STATIC / "node_modules" / "axe-core" / "axe.min.js"
OPTIONS = {"resultTypes": ["violations"], "preload": False}
RUN = """options => axe.run(document, options).then(result => result.violations.map(found =>
    `${found.id}: ${found.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')}`))"""
EXPECTED = r"status of 4\d\d"


def violations(reader: Reader, sights: tuple[Sight, ...], language: str) -> dict[str, list[str]]:
    """Return what axe finds, by page."""
    source = AXE.read_text(encoding="utf-8")
    found = {}
    for sight, page in walk(reader, sights, language):
        page.evaluate(source)
        faults = page.evaluate(RUN, OPTIONS)
        if faults:
            found[sight.name] = faults
    return found


def _only_main(sights: tuple[Sight, ...], whole: bool) -> tuple[Sight, ...]:
    return tuple(sight for sight in sights if whole or sight.main)


@pytest.mark.parametrize(
    ("language", "theme", "whole"),
    [
        ("en", "light", True),
        ("ar", "dark", True),
        ("en", "dark", False),
        ("ar", "light", False),
        ("ru", "light", False),
        ("ru", "dark", False),
        ("zh-hans", "light", False),
        ("zh-hans", "dark", False),
    ],
)
def test_no_page_has_a_barrier(newcomer: Newcomer, language: str, theme: str, whole: bool) -> None:
    visitor = newcomer(color_scheme=theme)
    visitor.guard.forgive(EXPECTED)
    found = violations(visitor, _only_main(OPEN, whole), language)
    learner = newcomer(color_scheme=theme)
    learner.come_in("claire@demo.invalid", language)
    found |= violations(learner, _only_main(OWN, whole), language)
    member = newcomer(color_scheme=theme)
    member.guard.forgive(EXPECTED)
    member.sign_in(f"{MEMBERS[language]}@demo.invalid", language)
    found |= violations(member, _only_main(INSIDE, whole), language)
    assert found == {}, json.dumps(found, indent=1, ensure_ascii=False)


def test_axe_sees_a_barrier_where_there_is_one(newcomer: Newcomer) -> None:
    reader = newcomer()
    page = reader.open("courses/")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert any(fault.startswith("image-alt") for fault in page.evaluate(RUN, OPTIONS))


def test_narrow_pages_have_no_barrier_either(newcomer: Newcomer) -> None:
    visitor = newcomer(viewport={"width": 360, "height": 740})
    found = violations(visitor, _only_main(OPEN, False), "en")
    assert found == {}, json.dumps(found, indent=1, ensure_ascii=False)
