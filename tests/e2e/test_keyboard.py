"""Every kind of question is done by keyboard alone, in both directions of writing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from tests.e2e import key
from tests.e2e.browsing import IS_FOCUSED, Newcomer, card_at, state, tab_to


def choose_one(card: Locator, answer: dict[str, list[str]]) -> None:
    """Walk to the group and on with the arrow keys."""
    page, options = card.page, card.locator("[name=answer]")
    tab_to(page, options.first)
    page.keyboard.press("Space")
    wanted = card.locator(f"[name=answer][value='{answer['answer'][0]}']")
    for _ in range(options.count()):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError("The arrow keys do not reach the option.")


def choose_many(card: Locator, answer: dict[str, list[str]]) -> None:
    for value in card.locator("[name=answer]").evaluate_all("boxes => boxes.map(b => b.value)"):
        if value in answer["answer"]:
            tab_to(card.page, card.locator(f"[name=answer][value='{value}']"))
            card.page.keyboard.press("Space")


def type_number(card: Locator, answer: dict[str, list[str]]) -> None:
    tab_to(card.page, card.locator("[name=answer]"))
    card.page.keyboard.type(answer["answer"][0])


def choose_in(field: Locator, value: str) -> None:
    """Bring a list to a value with the arrow keys."""
    page = field.page
    tab_to(page, field)
    values = field.evaluate("list => [...list.options].map(option => option.value)")
    while field.input_value() != value:
        here = values.index(field.input_value())
        page.keyboard.press("ArrowDown" if here < values.index(value) else "ArrowUp")
        assert values.index(field.input_value()) != here, "The arrow key changes nothing."


def pair(card: Locator, answer: dict[str, list[str]]) -> None:
    for name in card.locator(".match select").evaluate_all("lists => lists.map(l => l.name)"):
        choose_in(card.locator(f"[name='{name}']"), answer[name][0])


def restart(page: Page) -> None:
    """Go back to the start of the page, as Tab only goes forward."""
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+Home")
    page.evaluate("getSelection().removeAllRanges(); document.querySelector('.skip-link').focus()")


def order_by_numbers(card: Locator, answer: dict[str, list[str]]) -> None:
    for name, (place,) in sorted(answer.items(), key=lambda row: row[1]):
        restart(card.page)
        choose_in(card.locator(f"[name='{name}']"), place)


def order_by_buttons(card: Locator, answer: dict[str, list[str]]) -> None:
    for name, (place,) in sorted(answer.items(), key=lambda row: row[1]):
        row = card.locator("[data-order-row]", has=card.page.locator(f"[name='{name}']"))
        up = row.locator("[data-order-move=up]")
        if row.locator("select").input_value() != place:
            restart(card.page)
            tab_to(card.page, up)
        while row.locator("select").input_value() != place:
            before = row.locator("select").input_value()
            card.page.keyboard.press("Enter")
            assert row.locator("select").input_value() != before, "The button moves nothing."
            assert up.evaluate(IS_FOCUSED), "The focus is lost on moving."
            assert card.locator("[data-order-status]").inner_text(), "The move is not announced."


WAYS: dict[str, tuple[str, Callable[[Locator, dict[str, list[str]]], None]]] = {
    "single": ("single", choose_one),
    "truefalse": ("truefalse", choose_one),
    "multiple": ("multiple", choose_many),
    "numeric": ("numeric", type_number),
    "match": ("match", pair),
    "order by numbers": ("order", order_by_numbers),
    "order by buttons": ("order", order_by_buttons),
}


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("way", WAYS)
def test_question_is_answered_by_keyboard_alone(
    newcomer: Newcomer, way: str, language: str
) -> None:
    kind, answer_with = WAYS[way]
    place = key.place_of(kind)
    page = newcomer().open(place.path, language)
    card = card_at(page, place)
    answer_with(card, place.question.right)
    tab_to(page, card.locator("form.question-form .question-actions button").first)
    page.keyboard.press("Enter")
    card.locator(".feedback").wait_for()
    assert state(card) == "right"
    page.wait_for_function("document.activeElement.closest('.feedback') !== null")


def test_skip_link_leads_past_the_header(newcomer: Newcomer) -> None:
    page = newcomer().open("courses/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('skip-link')")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_menu_of_languages_opens_and_closes_by_keyboard(newcomer: Newcomer) -> None:
    page = newcomer().open("courses/")
    button = page.locator("summary.menu-button", has_text="English")
    tab_to(page, button)
    page.keyboard.press("Enter")
    assert page.locator("a[hreflang=ar]").first.is_visible()
    page.keyboard.press("Escape")
    assert page.locator("a[hreflang=ar]").first.is_hidden()
    assert button.evaluate(IS_FOCUSED)
