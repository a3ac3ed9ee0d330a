"""Changing the language keeps the place; a text that is missing is announced and marked."""

import pytest

from tests.e2e import key
from tests.e2e.browsing import Newcomer, card_at, saved, state

NUMERIC = key.place_of("numeric")
MULTIPLE = key.place_of("multiple")
DIRECTION = {"ar": "rtl", "ru": "ltr", "zh-hans": "ltr", "fr": "ltr"}


@pytest.mark.parametrize("language", DIRECTION)
def test_change_of_language_keeps_step_and_half_answer(newcomer: Newcomer, language: str) -> None:
    page = newcomer().open(NUMERIC.path)
    card_at(page, NUMERIC).locator("[name=answer]").fill("23")
    saved(card_at(page, NUMERIC))
    page.locator("summary.menu-button", has_text="English").click()
    page.locator(f"a.menu-item[hreflang={language}]").click()
    page.wait_for_url(f"**/{language}/{NUMERIC.path}**")
    html = page.locator("html")
    assert html.get_attribute("lang") == language
    assert html.get_attribute("dir") == DIRECTION[language]
    assert card_at(page, NUMERIC).locator("[name=answer]").input_value() == "23"
    assert state(card_at(page, NUMERIC)) == "unanswered"


def test_choices_made_in_one_language_are_chosen_in_another(newcomer: Newcomer) -> None:
    reader = newcomer()
    page = reader.open(MULTIPLE.path)
    chosen = card_at(page, MULTIPLE).locator("[name=answer]").nth(1)
    value = chosen.get_attribute("value")
    chosen.check()
    saved(card_at(page, MULTIPLE))
    page = reader.open(MULTIPLE.path, "ar")
    boxes = card_at(page, MULTIPLE).locator("[name=answer]:checked")
    assert boxes.evaluate_all("all => all.map(box => box.value)") == [value]


@pytest.mark.parametrize(
    ("language", "shown"), [("fr", "en"), ("ar", "en"), ("es", "en"), ("ru", "en")]
)
def test_lesson_missing_in_a_language_is_announced_and_marked(
    newcomer: Newcomer, language: str, shown: str
) -> None:
    page = newcomer().open("courses/mini/three/1/", language)
    notice = page.locator(".language-notice")
    assert notice.is_visible()
    assert notice.evaluate("node => node.closest('[lang]').lang") == language
    article = page.locator("article.step")
    assert article.get_attribute("lang") == shown
    assert article.get_attribute("dir") == "ltr"
    frame = page.locator("nav.step-nav").evaluate("node => node.closest('[lang]').lang")
    assert frame == language


def test_lesson_offered_in_the_language_shows_no_notice(newcomer: Newcomer) -> None:
    page = newcomer().open("courses/mini/one/1/", "fr")
    assert page.locator(".language-notice").count() == 0
    assert page.locator("article.step").get_attribute("lang") is None
    assert "Un agent voit" in page.locator("article.step").inner_text()


def test_words_of_the_frame_inside_a_foreign_question_bear_their_own_language(
    newcomer: Newcomer,
) -> None:
    page = newcomer().open("courses/mini/three/1/", "ar")
    card = page.locator("section.question").first
    language_of = "node => node.closest('[lang]').lang"
    assert card.locator(".question-prompt").evaluate(language_of) == "en"
    for part in (".question-title", ".question-help", ".question-actions button"):
        assert card.locator(part).first.evaluate(language_of) == "ar", part


def test_search_finds_words_of_a_page_and_not_the_names_of_its_settings(newcomer: Newcomer) -> None:
    page = newcomer().open("search/?q=TLP:RED", "ru")
    assert page.locator("article.result").count() >= 1
    assert "First row and first column" not in page.locator("main").inner_text()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("ar-MA", "ar"), ("zh-CN", "zh-hans"), ("uk-UA", "uk"), ("de-DE", "en")],
)
def test_front_door_leads_to_the_language_of_the_browser(
    newcomer: Newcomer, accepted: str, language: str
) -> None:
    reader = newcomer(locale=accepted)
    reader.page.goto(reader.site.base)
    assert reader.page.url == f"{reader.site.base}/{language}/"
