"""A learner takes the whole course, from the first step to the result."""

import re

import pytest
from playwright.sync_api import Locator, Page

from tests.e2e import key
from tests.e2e.browsing import Newcomer, Reader, card_at, cards, check, fill, state


def answer_all(page: Page) -> int:
    """Answer every question of the step from the key and see it called right; return how many."""
    for index in range(cards(page).count()):
        card = cards(page).nth(index)
        question = key.by_prompt()[card.locator(".question-prompt").inner_text()]
        fill(card, question.right)
        check(card)
        assert state(card) == "right", question.code
    return cards(page).count()


def test_learner_who_answers_from_the_key_passes_and_sees_it(newcomer: Newcomer) -> None:
    reader = newcomer()
    reader.come_in("claire@demo.invalid")
    page = reader.open(f"courses/{key.COURSE}/")
    page.get_by_role("button", name="Start the course").click()
    steps = asked = 0
    while "/result/" not in page.url:
        assert steps <= key.number_of_steps(), page.url
        asked += answer_all(page)
        steps += 1
        before = page.url
        page.locator("form.step-complete button").click()
        page.wait_for_url(lambda url, before=before: url.split("#")[0] != before.split("#")[0])
    assert steps == key.number_of_steps()
    assert asked == len(key.places_of_questions())
    assert "You have passed the course with 100% of the marks." in page.locator("main").inner_text()
    page = reader.open("learning/")
    assert "Passed" in page.locator("main .task-list").inner_text()
    page = reader.open(f"courses/{key.COURSE}/why/")
    assert page.locator("main h1").is_visible()


@pytest.mark.parametrize("kind", key.KINDS)
def test_question_without_script_is_marked_on_a_page_of_its_own(
    newcomer: Newcomer, kind: str
) -> None:
    reader = newcomer(java_script_enabled=False)
    place = key.place_of(kind)
    page = reader.open(place.path)
    card = card_at(page, place)
    _send(reader, card, place.question.wrong)
    assert page.url.split("#")[0].endswith(place.path)
    assert state(card) == "wrong"
    assert card.locator(".option-why, .feedback-body").first.is_visible()
    if card.locator(".question-form .question-actions").count():
        _send(reader, card, place.question.right)
        assert state(card) == "right"


def _send(reader: Reader, card: Locator, answer: dict[str, list[str]]) -> None:
    fill(card, answer)
    with reader.page.expect_navigation():
        card.locator("form.question-form .question-actions button.button").first.click()


def test_first_lesson_without_script_is_completed_and_kept(newcomer: Newcomer) -> None:
    reader = newcomer(java_script_enabled=False)
    reader.sign_in("tomas@demo.invalid")
    page = reader.open(f"courses/{key.COURSE}/")
    page.get_by_role("button", name="Start the course").click()
    lesson = page.url.rstrip("/").split("/")[-2]
    steps = 0
    while f"/{lesson}/" in page.url:
        if cards(page).count():
            card = cards(page).first
            question = key.by_prompt()[card.locator(".question-prompt").inner_text()]
            _send(reader, card, question.right)
            assert state(cards(page).first) == "right"
        with page.expect_navigation():
            page.locator("form.step-complete button").click()
        steps += 1
        assert steps <= 20
    page = reader.open("learning/")
    assert (
        f"{steps} of {key.number_of_steps()} steps completed" in page.locator("main").inner_text()
    )
    with page.expect_navigation():
        page.get_by_role("link", name="Continue").click()
    assert page.url.rstrip("/").endswith("/1")
    page = reader.open(f"courses/{key.COURSE}/result/")
    assert re.search(r"\b1 of \d+ questions? right", page.locator("main").inner_text())
