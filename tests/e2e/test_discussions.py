"""Discussions: asked, answered while the page is open, kept while typing, readable on a phone."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import serving
from tests.e2e.browsing import Newcomer
from tests.e2e.serving import Site
from tests.e2e.test_layout import MEASURE

ASKER, COLLEAGUE = "samir@demo.invalid", "lucia@demo.invalid"
TITLE = "Who checks deactivation certificates?"
PLACE = "community/discussions/"
SHOTS = os.environ.get("DISCUSSION_SHOTS", "")


@pytest.fixture(scope="module", autouse=True)
def _spaces(site: Site) -> None:
    code = "from community.discussions.spaces import begin; begin()"
    serving.manage(site.data, "shell", "-v", "0", "-c", code)


def shot(page: Page, name: str) -> None:
    """Keep a picture where one is asked for."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def ask(page: Page, title: str = TITLE) -> None:
    """Fill in the form and publish."""
    page.locator("select[name=space]").select_option(index=1)
    page.locator("input[name=kind][value=question]").check()
    page.locator("input[name=title]").fill(title)
    page.locator("textarea[name=text]").fill("Which **office** do you ask?\n\n- police\n- customs")
    page.locator("input[name=label][value=GREEN]").check()
    with page.expect_navigation():
        page.locator(".composer-form > .button-row > .button").first.click()


def test_a_colleague_answers_while_the_page_is_open(newcomer: Newcomer) -> None:
    samir, lucia = newcomer(), newcomer()
    samir.come_in(ASKER)
    lucia.come_in(COLLEAGUE)
    page = samir.open(f"{PLACE}ask/")
    ask(page)
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator(".open-banner")).to_contain_text("Everybody in the community")
    assert page.locator(".tlp-banner").count() == 2
    address = page.url.partition("/en/")[2]
    hers = lucia.open(address)
    hers.locator("textarea[name=text]").fill("The national registry.")
    with hers.expect_navigation():
        hers.locator(".composer-form > .button-row > .button").first.click()
    new = page.locator("#newer a")
    expect(new).to_be_visible()
    new.click()
    expect(page.locator("#post-2 .post-text")).to_contain_text("The national registry.")
    page.reload()
    with page.expect_navigation():
        page.locator("#post-2").get_by_role("button", name="Accept this answer").click()
    expect(page.locator("#post-2")).to_contain_text("Accepted answer")
    hers.goto(f"{lucia.site.base}/en/{PLACE}search/?q=deactivation")
    expect(hers.locator(".result-link").first).to_have_text(TITLE)


def test_what_is_typed_is_not_lost(newcomer: Newcomer) -> None:
    reader = newcomer()
    reader.guard.forgive(r"status of 400")
    reader.come_in(COLLEAGUE)
    page = reader.open(f"{PLACE}ask/")
    page.locator("input[name=title]").fill("A title that stays")
    page.locator("textarea[name=text]").fill("Words that stay")
    expect(page.locator("[data-draft-state]")).to_have_attribute("data-state", "saved")
    page = reader.open(f"{PLACE}ask/")
    expect(page.locator("textarea[name=text]")).to_have_value("Words that stay")
    page.locator("input[name=label][value=GREEN]").check()
    with page.expect_navigation():
        page.locator(".composer-form > .button-row > .button").first.click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    expect(page.locator("textarea[name=text]")).to_have_value("Words that stay")
    shot(page, "error")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_fit_narrow_and_wide_screens(newcomer: Newcomer, language: str, width: int) -> None:
    reader = newcomer()
    reader.page.set_viewport_size({"width": width, "height": 800})
    reader.come_in(ASKER, language)
    reader.open(f"{PLACE}ask/", language)
    ask(reader.page, f"{TITLE} {language} {width}")
    topic = reader.page.url.partition(f"/{language}/")[2]
    for name, path in (
        ("home", PLACE), ("ask", f"{PLACE}ask/"), ("topic", topic), ("news", f"{PLACE}new/"),
        ("search", f"{PLACE}search/?q=office"),
    ):  # fmt: skip
        page = reader.open(path, language)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{path} is {wide} wide"
        faults = page.evaluate(MEASURE)
        assert not faults, (path, faults)
        shot(page, f"{name}-{language}-{width}")
