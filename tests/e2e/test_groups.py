"""Groups: made by a focal point, asked for, let in, a paper written by two, what changed."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.browsing import Newcomer, Reader
from tests.e2e.test_layout import MEASURE
from tests.e2e.test_library import press
from tests.e2e.words import said

LEADER, MEMBER, OTHER = "kofi@demo.invalid", "lucia@demo.invalid", "anna@demo.invalid"
NAME, PURPOSE = "Parcel standard", "We write a standard for parcel controls."
TITLE = "Standard for parcels"


def make(reader: Reader, name: str, joining: str) -> None:
    page = reader.open("community/")
    page.locator("main").get_by_role("link", name="Groups", exact=True).click()
    page.get_by_role("link", name="Make a group").click()
    page.get_by_label("Name of the group").fill(name)
    page.get_by_role("textbox", name="Purpose").fill(PURPOSE)
    page.get_by_label("Expert drafting group").check()
    page.get_by_label(joining).check()
    press(page, "Make the group")


def opened(reader: Reader, name: str) -> Page:
    """The page of a group, from the list."""
    page = reader.open("community/groups/")
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_url("**/groups/*-*/")
    return page


def in_group(page: Page, name: str) -> None:
    """Go to a section of the group."""
    with page.expect_navigation():
        page.locator(".section-nav").get_by_role("link", name=re.compile(name)).click()


def test_a_group_is_asked_for_and_writes_a_paper(newcomer: Newcomer) -> None:
    kofi, lucia = newcomer(), newcomer(java_script_enabled=False)
    kofi.guard.forgive("status of 409")
    kofi.come_in(LEADER)
    lucia.come_in(MEMBER)
    make(kofi, NAME, "Members ask to join")
    page = opened(lucia, NAME)
    assert page.locator(".section-nav").count() == 0, "nothing of the inside is shown outside"
    page.get_by_role("link", name="Ask to join").click()
    page.get_by_label("Reason").fill("I control parcels.")
    press(page, "Send request")
    asked = opened(kofi, NAME)
    asked.get_by_role("link", name="1 person asks to join").click()
    assert "I control parcels." in asked.locator("main").inner_text()
    press(asked, re.compile("Let in"))
    page = opened(lucia, NAME)
    in_group(page, "Papers")
    page.get_by_role("link", name="Begin a paper").click()
    page.get_by_label("Title").fill(TITLE)
    page.locator("[name=text]").fill("# Aim\n\nControl every parcel twice.")
    press(page, "Begin the paper")
    assert page.locator(".prose h3").inner_text() == "Aim"
    assert page.locator(".tlp-banner .tlp").all_inner_texts() == ["TLP:GREEN", "TLP:GREEN"]
    _two_write(kofi, page)


def _two_write(kofi: Reader, lucia: Page) -> None:
    """Both write on the first version; the later is told and loses nothing."""
    page = opened(kofi, NAME)
    in_group(page, "Papers")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="Write a new version").click()
    lucia.get_by_role("link", name="Write a new version").click()
    lucia.locator("[name=text]").fill("# Aim\n\nControl every parcel once.")
    press(lucia, "Save as a new version")
    mine = "# Aim\n\nControl every parcel twice. Keep a list."
    page.locator("[name=text]").fill(mine)
    press(page, "Save as a new version")
    expect(page.get_by_role("alert").first).to_contain_text("Nothing you typed is lost")
    assert page.locator("[name=text]").input_value() == mine
    shown = " ".join(page.locator(".difference ins").inner_text().split())
    assert shown == "[+ put in: once+]"
    press(page, "Save as a new version")
    page.get_by_label("Your comment").fill("Who keeps the list?")
    press(page, "Comment")
    assert "Who keeps the list?" in page.locator(".comment").inner_text()
    press(page, "Compare")
    assert page.locator(".difference del").count() > 0
    assert page.evaluate(MEASURE) == []


def test_arabic_on_a_phone(newcomer: Newcomer) -> None:
    samir = newcomer(viewport={"width": 360, "height": 740}, has_touch=True)
    samir.come_in("samir@demo.invalid", "ar")
    page = samir.open("community/groups/new/", "ar")
    assert page.evaluate(MEASURE) == []
    page.locator("[name=name]").fill("شبكة المختبرات")
    page.locator("[name=purpose]").fill("نقارن الأساليب.")
    page.locator("[name=kind][value=drafting]").check()
    page.locator("[name=joining][value=open]").check()
    press(page, said("Make the group", "ar"))
    assert page.evaluate(MEASURE) == []
    page.get_by_role("link", name="شبكة المختبرات").click()
    page.wait_for_url("**/groups/*-*/")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.evaluate(MEASURE) == []
    for name in ("members/", "shelf/", "papers/", "papers/new/", "members/invite/", "leave/"):
        page.goto(re.sub(r"(groups/[^/]+/).*", rf"\1{name}", page.url))
        assert page.evaluate(MEASURE) == [], name
