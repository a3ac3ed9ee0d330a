"""A visitor comes for the first time, tries, and makes an account that keeps what she did."""

import re

from tests.e2e import key
from tests.e2e.browsing import Newcomer, card_at, check, fill, state

ADDRESS = "nadia.fall@learner.invalid"
PASSWORD = "a-long-quiet-river-1936"


def test_visitor_learns_in_her_language_and_keeps_all_by_signing_up(newcomer: Newcomer) -> None:
    reader = newcomer(locale="fr-FR")
    page = reader.page
    page.goto(reader.site.base)
    assert page.url == f"{reader.site.base}/fr/"
    assert page.locator("html").get_attribute("lang") == "fr"
    page.locator("main a[href='/fr/courses/']").first.click()
    page.locator(f"main a[href='/fr/courses/{key.COURSE}/']").first.click()
    page.locator(f"form[action$='/{key.COURSE}/start/'] button").click()
    first = key.places_of_questions()[0]
    page.wait_for_url(f"**/fr/courses/{key.COURSE}/{first.lesson}/1/**")
    steps = 0
    while not page.url.split("#")[0].endswith(first.path):
        page.locator("form.step-complete button").click()
        steps += 1
        page.wait_for_url(f"**/{first.lesson}/{steps + 1}/**")
    card = card_at(page, first)
    fill(card, first.question.wrong)
    check(card)
    assert state(card) == "wrong"
    assert card.locator(".option[data-mark=wrong] .option-why").is_visible()
    assert card.locator(".option[data-mark=right]").count() == 0, "the key is shown too early"
    fill(card, first.question.right)
    check(card)
    assert state(card) == "right"
    page.locator("form.step-complete button").click()
    page.wait_for_url(f"**/{first.lesson}/{steps + 2}/**")
    _sign_up(reader, page)
    page = reader.open("learning/", "fr")
    bar = page.locator("main .resume progress")
    assert bar.get_attribute("value") == str(steps + 1)
    assert bar.get_attribute("max") == str(key.number_of_steps())
    page = reader.open(first.path, "fr")
    assert state(card_at(page, first)) == "right"


def _sign_up(reader, page) -> None:
    page.locator("main a[href='/fr/account/sign-up/']").click()
    page.locator("main [name=email]").fill(ADDRESS)
    page.locator("main [name=password1]").fill(PASSWORD)
    page.locator("main form.form button[type=submit]").click()
    page.wait_for_url("**/account/confirm/**")
    page.locator("main [name=code]").fill(reader.newest_code(ADDRESS))
    page.locator("main button[value=verify]").click()
    page.wait_for_url(re.compile(r"/fr/(?!account/confirm)"))


def test_code_from_another_mail_is_refused_with_a_way_out(newcomer: Newcomer) -> None:
    reader = newcomer()
    reader.guard.forgive(r"status of 4\d\d")
    page = reader.open("account/sign-up/")
    page.locator("main [name=email]").fill("someone.else@learner.invalid")
    page.locator("main [name=password1]").fill(PASSWORD)
    page.locator("main form.form button[type=submit]").click()
    page.locator("main [name=code]").fill("AAAA-0000")
    page.locator("main button[value=verify]").click()
    page.locator(".error-summary").wait_for()
    assert page.title().startswith("Error:")
    assert page.evaluate("document.activeElement.closest('.error-summary') !== null")
    assert page.locator("main [name=code]").get_attribute("aria-invalid") == "true"


def test_unknown_address_leads_on_instead_of_ending(newcomer: Newcomer) -> None:
    reader = newcomer()
    reader.guard.forgive("status of 404")
    page = reader.open("courses/no-such-course/", status=404)
    assert page.locator("main a").count() >= 1
    assert page.locator("html").get_attribute("lang") == "en"
