"""The directory: a member enters, is found by a colleague abroad, is asked, agrees; both write."""

import re
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Page

from tests.e2e.browsing import Newcomer
from tests.e2e.pages import unfold

ASKS, ASKED = "lucia@demo.invalid", "kofi@demo.invalid"
REASON = "I prepare a training on parcels and look for a colleague in customs."
MAIL = "kofi@customs.example"


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press a button of the page and wait for what comes."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=isinstance(name, str)).click()


def follow(page: Page, name: str) -> None:
    """Follow a link of the page."""
    with page.expect_navigation():
        page.locator("main").get_by_role("link", name=name, exact=True).first.click()


def names(page: Page) -> list[str]:
    return page.locator(".directory-card .result-link").all_inner_texts()


def _enter(page: Page) -> None:
    """Fill in one's entry, shown to every member, and look at it as another."""
    assert "You are not in the directory" in page.locator("main").inner_text()
    page.get_by_label("Case material").first.check()
    page.get_by_label("About your work", exact=False).first.fill("Parcels at the airport.")
    page.get_by_label("E-mail address", exact=False).first.fill(MAIL)
    for field in ("name", "organisation", "expertise", "work", "country"):
        page.locator(f"[name=show_{field}]").select_option("everybody")
    press(page, "Enter the directory")
    assert page.url.endswith("/mine/preview/")
    shown = page.locator("main dl").inner_text()
    assert "Parcels at the airport." in shown
    assert MAIL not in shown


@pytest.mark.parametrize("script", [True, False], ids=["script", "none"])
def test_member_enters_is_found_asked_and_agrees(newcomer: Newcomer, script: bool) -> None:
    kofi = newcomer(java_script_enabled=script)
    kofi.sign_in(ASKED)
    page = kofi.open("community/members/mine/")
    if page.get_by_role("button", name="Delete my entry").count():
        press(page, "Delete my entry")
        page = kofi.open("community/members/mine/")
    _enter(page)

    lucia = newcomer(java_script_enabled=script)
    lucia.sign_in(ASKS)
    page = lucia.open("community/")
    follow(page, "Directory")
    page.locator("#directory-q").fill("parcels")
    press(page, "Search")
    assert names(page) == ["Kofi Mensah"]
    unfold(page)
    page.locator(".facets input[name=topic][value=cases]").check()
    press(page, "Show results")
    assert "topic=cases" in page.url
    assert names(page) == ["Kofi Mensah"]
    follow(page, "Kofi Mensah")
    assert MAIL not in page.content()
    follow(page, "Request contact")
    page.get_by_label("Why do you ask?").fill(REASON)
    press(page, "Send request")
    assert "Waits for an answer" in page.locator("main").inner_text()

    page = kofi.open("community/members/contacts/")
    follow(page, "Lucía Ortega")
    assert REASON in page.locator("main").inner_text()
    press(page, "Accept the request")

    page = lucia.open("community/members/contacts/")
    assert MAIL in page.locator("main").inner_text()
    link = page.get_by_role("link", name=re.compile("Start a direct message"))
    address = link.get_attribute("href") or ""
    assert "q=Kofi Mensah" in unquote_plus(address)
    press(page, re.compile("End this contact"))
    assert MAIL not in page.content()


@pytest.mark.parametrize(
    ("language", "width"), [("en", 360), ("en", 1280), ("ar", 360), ("ar", 1280)]
)
def test_nothing_clips(newcomer: Newcomer, language: str, width: int) -> None:
    reader = newcomer(viewport={"width": width, "height": 900})
    reader.sign_in(ASKS)
    for place in ("", "?q=nobody", "mine/", "contacts/", "focal-points/"):
        page = reader.open(f"community/members/{place}", language)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, (place, wide)
        assert page.locator("html").get_attribute("lang") == language
