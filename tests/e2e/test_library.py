"""The library: found in one's language, narrowed, kept, asked for, lent, read with one's name."""

import io
import re
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.e2e import shelving
from tests.e2e.browsing import Newcomer, Reader, tab_to
from tests.e2e.pages import unfold
from tests.e2e.serving import Site
from tests.e2e.shelving import FOUND_BY, NAME, OPEN, OWNER, READER, RESTRICTED, SECRET, TITLES
from tests.e2e.test_layout import MEASURE
from tests.e2e.words import said

REQUEST = "We prepare the training of parcel officers."
ROW = ".library-list .library-row"


@pytest.fixture(scope="module", autouse=True)
def _stocked(site: Site) -> None:
    shelving.stock(site)


def search(page: Page, words: str) -> None:
    """Search the library from its results page."""
    page.locator("#library-q").fill(words)
    with page.expect_navigation():
        page.locator("#library-search button[type=submit]").click()


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press a button of the page and wait for what comes."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=isinstance(name, str)).click()


def total(page: Page) -> int:
    """Return how many documents the page says it found."""
    found = re.search(r"\d+", page.locator("#library-found + [role=status]").inner_text())
    assert found
    return int(found[0])


def chosen(page: Page) -> list[str]:
    return page.locator(".chips .chip").all_inner_texts()


def titles(page: Page) -> list[str]:
    return page.locator(f"{ROW} .result-link").all_inner_texts()


def option(name: str, value: str) -> str:
    return f".facets input[name='{name}'][value='{value}']"


# A visitor


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_visitor_finds_a_document_in_her_language_and_cites_it(
    newcomer: Newcomer, language: str
) -> None:
    reader = newcomer()
    page = reader.open("", language)
    page.locator(f".site-nav a[href='/{language}/library/']:visible").click()
    page.wait_for_url(f"**/{language}/library/")
    search(page, FOUND_BY[language])
    link = page.locator(f"{ROW} .result-link").first
    assert link.inner_text() == TITLES[language]
    with page.expect_navigation():
        link.click()
    heading = page.locator("main h1")
    assert heading.inner_text() == TITLES[language]
    assert heading.get_attribute("lang") is None, "the title is in the page's own language"
    assert "TLP:CLEAR" in page.locator(".tlp-banner").first.inner_text()
    assert TITLES[language] in page.locator(".library-cite").inner_text()
    for name in ("BibTeX", "RIS"):
        with page.expect_download() as got:
            page.get_by_role("link", name=name).click()
        assert TITLES[language] in Path(got.value.path()).read_text(encoding="utf-8")
    address = page.locator(".resource a[hreflang=fr]").get_attribute("href")
    answer = reader.context.request.get(f"{reader.site.base}{address}")
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF")


def test_visitor_is_led_from_an_old_version_to_the_newest(newcomer: Newcomer) -> None:
    page = newcomer().open(f"library/{shelving.OLD}/")
    notice = page.locator(".notice-warning")
    assert "There is a newer version." in notice.inner_text()
    notice.get_by_role("link").click()
    page.wait_for_url(f"**/library/{OPEN}/")


def test_visitor_never_meets_what_is_for_members(newcomer: Newcomer) -> None:
    reader = newcomer()
    page = reader.open("library/?q=parcel+cases")
    assert SECRET not in page.content()
    assert page.locator("input[name=label]").count() == 0
    reader.guard.forgive("status of 404")
    assert SECRET not in reader.open(f"library/{RESTRICTED}/", status=404).content()


def test_what_does_not_fit_is_helped_on(newcomer: Newcomer) -> None:
    page = newcomer().open("library/?q=handbook&kind=resolution&from=1900&to=1901")
    help_box = page.locator(".empty")
    assert "No document fits all of this." in help_box.inner_text()
    with page.expect_navigation():
        help_box.get_by_role("link").first.click()
    page.goto(page.url.split("?")[0] + "?q=zzzzqqqq")
    with page.expect_navigation():
        page.get_by_role("link", name="See all documents").click()
    assert total(page) > 60


# A member


@pytest.mark.parametrize(
    ("script", "email"), [(True, READER), (False, "tomas@demo.invalid")], ids=["script", "none"]
)
def test_member_narrows_keeps_and_shelves(newcomer: Newcomer, script: bool, email: str) -> None:
    reader = newcomer(java_script_enabled=script)
    reader.sign_in(email)
    page = reader.open("community/library/")
    everything = total(page)
    _narrow(page, everything, script)
    _keep(page)
    _shelve(reader)


def _narrow(page: Page, everything: int, script: bool) -> None:
    """Choose two values, take one away, and have all again by the address alone."""
    assert page.locator(".facets").is_visible() == script, "the filters open by script alone"
    unfold(page)
    page.locator(option("label", "GREEN")).check()
    box = page.locator(option("kind", "handbook"))
    promised = box.locator("xpath=..").locator(".facet-count").inner_text()
    box.check()
    press(page, "Show results")
    assert "label=GREEN" in page.url
    assert "kind=handbook" in page.url
    both = total(page)
    assert 0 < both <= int(promised)
    assert both == len(titles(page))
    assert len(chosen(page)) == 2, chosen(page)
    with page.expect_navigation():
        page.locator(".chips .chip", has_text="Handbook").click()
    assert "kind=" not in page.url
    assert both < total(page) < everything
    address = page.url
    page.locator(".site-nav a").first.click()
    page.goto(address)
    assert ["GREEN" in chip for chip in chosen(page)] == [True]


def _keep(page: Page) -> None:
    """Keep the search and come back to its results from the list."""
    page.get_by_label("Name of the search").fill("Green ones")
    page.get_by_label("Tell me when something new is found").check()
    press(page, "Keep this search")
    assert page.url.endswith("/community/library/saved/")
    assert "Nothing new since you last looked" in page.locator("main").inner_text()
    press(page, re.compile("Show results"))
    assert page.url.endswith("?label=GREEN")


def _shelve(reader: Reader) -> None:
    page = reader.open("community/library/shelves/")
    page.get_by_label("Name of the shelf").fill("For the course")
    press(page, "Make the shelf")
    page = reader.open(f"community/library/{OPEN}/")
    press(page, "Put on this shelf")
    assert "“For the course”" in page.locator(".notice-success").inner_text()
    page = reader.open("community/library/shelves/")
    page.get_by_role("link", name="For the course").click()
    expect(page.locator(f"{ROW} .result-link")).to_have_text(TITLES["en"])
    press(page, re.compile("Take from this shelf"))
    assert "This shelf is empty." in page.locator("main").inner_text()


# Asking and lending


def test_restricted_document_is_asked_for_lent_and_read_with_her_name(newcomer: Newcomer) -> None:
    reader = newcomer()
    reader.sign_in(READER)
    page = reader.open("community/library/?q=parcel+cases")
    page.get_by_role("link", name=SECRET).click()
    page.wait_for_url(f"**/{RESTRICTED}/")
    banners = page.locator(".tlp-banner .tlp")
    assert banners.all_inner_texts() == ["TLP:AMBER", "TLP:AMBER"]
    assert page.locator(".resource a").count() == 0, "no file before it is granted"
    page.locator("main").get_by_role("link", name="Request access").click()
    page.get_by_label("What do you need it for?").fill(REQUEST)
    press(page, "Send request")

    _grant(newcomer)

    page = reader.open(f"community/library/{RESTRICTED}/")
    page.locator(".resource a[hreflang=en]").click()
    assert "your name" in page.locator("main").inner_text()
    press(page, "Prepare my copy")
    with page.expect_download() as got:
        page.get_by_role("link", name="Download my copy").click()
    pages = pypdf.PdfReader(io.BytesIO(Path(got.value.path()).read_bytes())).pages
    assert len(pages) == 2
    for one in pages:
        words = one.extract_text()
        assert NAME in words
        assert "TLP:AMBER" in words
        assert shelving.SENTENCE in words


def _grant(newcomer: Newcomer) -> None:
    """The owner finds the request in her list and lends until the day that is proposed."""
    owner = newcomer()
    owner.sign_in(OWNER)
    page = owner.open("community/library/requests/")
    page.locator(".task-link", has_text=SECRET).first.click()
    page.wait_for_url("**/requests/*-*/")
    main = page.locator("main").inner_text()
    assert REQUEST in main
    assert NAME in main
    press(page, "Lend until that day")
    assert "Lent at present" in page.locator("main").inner_text()


# Ways to use it


def test_library_is_used_by_keyboard_alone(newcomer: Newcomer) -> None:
    page = newcomer().open("library/")
    tab_to(page, page.locator("#library-q"))
    page.keyboard.type("handbook")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, page.locator(option("kind", "handbook")))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Show results"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert len(chosen(page)) == 2
    tab_to(page, page.locator(ROW).get_by_role("link", name=TITLES["en"], exact=True))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    sums = page.locator(".library-sum > summary").first
    tab_to(page, sums)
    page.keyboard.press("Enter")
    assert page.locator(".library-sum code").first.is_visible()
    tab_to(page, page.get_by_role("link", name="RIS"))
    with page.expect_download():
        page.keyboard.press("Enter")


def test_arabic_on_a_phone(newcomer: Newcomer) -> None:
    page = newcomer(viewport={"width": 360, "height": 740}, has_touch=True).open("library/", "ar")
    assert page.locator("html").get_attribute("dir") == "rtl"
    search(page, FOUND_BY["ar"])
    filters = page.locator(".filters-summary")
    assert page.locator(".facets").is_hidden(), "the filters cover the results"
    filters.tap()
    page.locator(".facet-option", has=page.locator("[name=kind][value=handbook]")).tap()
    assert page.evaluate(MEASURE) == []
    with page.expect_navigation():
        page.get_by_role("button", name=said("Show results", "ar")).tap()
    assert titles(page)[0] == TITLES["ar"]
    assert page.evaluate(MEASURE) == []
    with page.expect_navigation():
        page.locator(f"{ROW} .result-link").first.tap()
    assert page.evaluate(MEASURE) == []
    edge = page.locator("main h1").evaluate(
        "node => document.documentElement.clientWidth - node.getBoundingClientRect().right"
    )
    assert edge == 16, "the title does not begin at the right edge"
    symbol = page.locator(".facts bdi[translate=no]")
    assert symbol.inner_text() == "V.21-00001"
