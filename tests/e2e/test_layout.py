"""Rules of the look that a machine can measure: widths, targets, sizes, one primary button, focus."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.browsing import Newcomer, Reader
from tests.e2e.pages import COURSE, FIRST, INSIDE, MEMBERS, OPEN, OWN, Sight, walk

MEASURE = Path(__file__).with_name("measure.js").read_text(encoding="utf-8")
EXPECTED = r"status of 4\d\d"
STOPS = 15


def measured(reader: Reader, sights: tuple[Sight, ...], language: str) -> dict[str, list[str]]:
    """Return what is wrong with the look, by page."""
    found = {}
    for sight, page in walk(reader, sights, language):
        faults = page.evaluate(MEASURE)
        if faults:
            found[sight.name] = faults[:6]
    return found


def report(found: dict[str, list[str]]) -> str:
    return json.dumps(found, indent=1, ensure_ascii=False)


@pytest.mark.parametrize(
    ("language", "width"), [("en", 320), ("ar", 320), ("en", 360), ("ru", 320), ("zh-hans", 360)]
)
def test_nothing_clips_or_is_too_small_on_a_phone_and_one_action_leads(
    newcomer: Newcomer, language: str, width: int
) -> None:
    whole = width == 320 and language in {"en", "ar"}
    phone = {"viewport": {"width": width, "height": 640}}
    visitor = newcomer(**phone)
    visitor.guard.forgive(EXPECTED)
    found = measured(visitor, tuple(s for s in OPEN if whole or s.main), language)
    if whole:
        learner = newcomer(**phone)
        learner.come_in("claire@demo.invalid", language)
        found |= measured(learner, OWN, language)
    member = newcomer(**phone)
    member.guard.forgive(EXPECTED)
    member.sign_in(f"{MEMBERS[language]}@demo.invalid", language)
    found |= measured(member, tuple(s for s in INSIDE if whole or s.main), language)
    assert found == {}, report(found)


def test_measure_sees_what_it_is_there_for(newcomer: Newcomer) -> None:
    page = newcomer(viewport={"width": 320, "height": 640}).open("account/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").wait_for()  # shown by script
    page.evaluate(
        """() => {
            const wide = document.createElement('div')
            wide.style.cssText = 'width: 900px; height: 20px'
            const tiny = document.createElement('button')
            tiny.style.cssText = 'width: 12px; height: 12px; min-height: 0; padding: 0; font-size: 9px'
            tiny.textContent = 'x'
            const second = document.createElement('button')
            second.className = 'button'
            second.textContent = 'Also'
            document.querySelector('main').append(wide, tiny, second)
        }"""
    )
    faults = " ".join(page.evaluate(MEASURE))
    for sign in (
        "scrolls sideways",
        "target of 12",
        "text of 9 px",
        "primary buttons: Sign in with a passkey | Also",
    ):
        assert sign in faults, sign


@pytest.mark.parametrize("language", ["en", "ru"])
def test_text_of_twice_the_size_does_not_break_a_page(newcomer: Newcomer, language: str) -> None:
    visitor = newcomer(viewport={"width": 1280, "height": 800})
    visitor.context.add_init_script(
        "addEventListener('DOMContentLoaded', () => {"
        " document.documentElement.style.fontSize = '32px' })"
    )
    found = measured(visitor, tuple(sight for sight in OPEN if sight.main), language)
    assert visitor.page.evaluate("getComputedStyle(document.body).fontSize") == "32px"
    assert found == {}, report(found)


def focus_faults(page: Page) -> list[str]:
    """Press Tab and look at each stop: is there a ring of 3 px, and is it in sight?"""
    faults = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        faults += page.evaluate(
            """() => {
                const node = document.activeElement
                if (node === document.body) return []
                const name = `${node.localName}.${node.className} ${(node.textContent ?? '').trim().slice(0, 30)}`
                const near = node.closest('label') ?? node
                const ringed = [node, near].some(one => {
                    const style = getComputedStyle(one)
                    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 3
                })
                const box = node.getBoundingClientRect()
                const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 10)]
                const top = document.elementFromPoint(x, y)
                const seen = top && (near.contains(top) || top.contains(node))
                return [...(ringed ? [] : [`no ring: ${name}`]), ...(seen ? [] : [`covered: ${name}`])]
            }"""
        )
    return faults


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    "path", ["", COURSE, f"{COURSE}{FIRST}/3/", "account/sign-in/", "library/?q=protocol"]
)
def test_focus_is_seen_and_not_covered(newcomer: Newcomer, path: str, width: int) -> None:
    page = newcomer(viewport={"width": width, "height": 740}, color_scheme="dark").open(path)
    assert focus_faults(page) == []
    assert page.evaluate("document.activeElement !== document.body")


FRAME = ".site-name, .site-nav a, .search-field .input, .menu-button, .footer-links a, .switch"
BOXES = """selector => [...document.querySelectorAll(selector)].filter(n => n.checkVisibility())
    .map(n => n.getBoundingClientRect()).map(b => [b.left, b.right, b.top])"""


@pytest.mark.parametrize("width", [360, 1280])
def test_frame_right_to_left_is_the_mirror_of_left_to_right(newcomer: Newcomer, width: int) -> None:
    page = newcomer(viewport={"width": width, "height": 800}).open("courses/")
    there = page.evaluate(BOXES, FRAME)
    page.evaluate("document.documentElement.dir = 'rtl'")
    back = page.evaluate(BOXES, FRAME)
    inner = page.evaluate("document.documentElement.clientWidth")
    assert len(there) >= 8
    for (left, right, top), (mirror_left, mirror_right, mirror_top) in zip(
        there, back, strict=True
    ):
        assert abs(left - (inner - mirror_right)) <= 2
        assert abs(right - (inner - mirror_left)) <= 2
        assert abs(top - mirror_top) <= 2


def test_frame_stands_at_the_right_edge_in_arabic(newcomer: Newcomer) -> None:
    edges = {}
    for language in ("en", "ar"):
        page = newcomer(viewport={"width": 1280, "height": 800}).open("courses/", language)
        inner = page.evaluate("document.documentElement.clientWidth")
        boxes = page.evaluate(BOXES, ".site-name, .header-tools > :last-child, main h1")
        edges[language] = [box[0] if language == "en" else inner - box[1] for box in boxes]
    name, _, heading = (
        abs(english - arabic) for english, arabic in zip(edges["en"], edges["ar"], strict=True)
    )
    assert name <= 2
    assert heading <= 2


@pytest.mark.parametrize(
    ("language", "width"),
    [("en", 1280), ("fr", 1280), ("ru", 1280), ("ar", 1280), ("zh-hans", 1280), ("en", 768)],
)
def test_header_is_one_row_for_who_has_most_in_it(
    newcomer: Newcomer, language: str, width: int
) -> None:
    member = newcomer(viewport={"width": width, "height": 800})
    member.sign_in("kofi@demo.invalid", language)
    page = member.open("community/", language)
    rows = page.evaluate(BOXES, ".site-header .site-name, .site-header .menu-button, .site-nav a")
    assert max(row[2] for row in rows) - min(row[2] for row in rows) < 20
    if width == 1280:
        assert page.locator(".header-wide .site-nav a:visible").count() == 5
    else:
        page.locator(".menu-narrow > summary").click()
    page.locator(".search-field button:visible").click()
    page.wait_for_url("**/search/**")


@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
def test_lines_of_reading_are_not_too_long(newcomer: Newcomer, language: str) -> None:
    page = newcomer(viewport={"width": 1280, "height": 800}).open(f"{COURSE}{FIRST}/1/", language)
    width, size = page.locator(".prose p").last.evaluate(
        "node => [node.getBoundingClientRect().width, parseFloat(getComputedStyle(node).fontSize)]"
    )
    assert width / size <= 42
