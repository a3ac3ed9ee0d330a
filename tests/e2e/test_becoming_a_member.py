"""A customs officer applies, is vouched for, is approved by two people, and is inside."""

import re
import time

from playwright.sync_api import Page

from tests.e2e.browsing import Newcomer, Reader
from tests.e2e.test_passkeys import Keyring, press, sign_up

SPONSOR = "lucia@demo.invalid"
APPROVERS = ("kofi@demo.invalid", "mariam@demo.invalid")
REASON = "We telephoned her office at the number we have known for years."


def go_on(page: Page) -> None:
    """Press the one primary button of the page and wait for the next one."""
    with page.expect_navigation():
        page.locator("main .button:not(.button-secondary, .button-quiet):visible").first.click()


def answer(page: Page, key: str) -> None:
    """Fill in one question of the application."""
    main = page.locator("main")
    if key == "name":
        main.locator("[name=name]").fill("Awa Diallo")
    elif key == "country":
        main.locator("[name=country]").select_option("GH")
    elif key == "organisation":
        main.locator("input[type=radio][name=organisation]").first.check()
    elif key == "post":
        main.locator("[name=post]").fill("Customs inspector")
        main.locator("[name=work]").fill("I check parcels at the airport.")
    elif key == "sponsor":
        main.locator("[name=sponsor_email]").fill(SPONSOR)
    elif key == "terms":
        main.locator("[name=accept]").check()


def fill_in(page: Page) -> list[str]:
    """Answer one question after the other; return them in the order they were asked."""
    asked = []
    while "/application/check/" not in page.url:
        found = re.search(r"/application/(\w+)/$", page.url)
        assert found, page.url
        asked.append(found[1])
        assert len(asked) < 12, asked
        answer(page, found[1])
        go_on(page)
    return asked


def apply(reader: Reader, address: str) -> str:
    """Apply from the first question to the confirmation; return the number."""
    page = reader.open("account/application/start/")
    page.locator("main [name=work][value=customs]").check()
    go_on(page)
    begin = page.url
    sign_up(reader, address)
    page.goto(begin)
    go_on(page)
    asked = fill_in(page)
    assert asked[0] == "name", asked
    assert asked[-1] == "terms", asked
    go_on(page)
    page.wait_for_url("**/application/sent/")
    found = re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", page.locator("main").inner_text())
    assert found
    return found[0]


def vouch(newcomer: Newcomer, number: str) -> None:
    """The sponsor says that she knows the applicant."""
    sponsor = newcomer()
    sponsor.sign_in(SPONSOR)
    page = sponsor.open(f"account/sponsoring/{number}/")
    assert "Awa Diallo" in page.locator("main").inner_text()
    page.locator("main [name=knows]").first.check()
    page.locator("main [name=how]").fill("We worked in the same operation.")
    page.locator("main [name=vouches]").first.check()
    go_on(page)


def decide(newcomer: Newcomer, number: str, approver: str) -> Page:
    """An approver looks at the case and approves."""
    person = newcomer()
    person.sign_in(approver)
    page = person.open(f"vetting/applications/{number}/")
    page.locator("main [name=choice]").first.check()
    page.locator("main [name=reason]").fill("Welcome.")
    page.locator("main [name=note]").fill(REASON)
    go_on(page)
    return page


def test_applicant_becomes_a_member_with_a_passkey(newcomer: Newcomer) -> None:
    applicant = newcomer()
    keyring = Keyring(applicant.context.new_cdp_session(applicant.page))
    applicant.context.add_init_script(
        "PublicKeyCredential.isConditionalMediationAvailable = async () => false"
    )
    number = apply(applicant, f"awa-{time.monotonic_ns()}@customs.invalid")
    status = applicant.open("account/application/").locator("main")
    assert "sponsor" in status.inner_text().lower()
    assert applicant.open("community/").url.find("/account/factor/set-up/") > 0, "not inside yet"

    vouch(newcomer, number)
    first = decide(newcomer, number, APPROVERS[0])
    assert "A second approver has to decide" in first.locator("main").inner_text()
    decide(newcomer, number, APPROVERS[1])

    page = applicant.open("account/application/")
    assert "/account/factor/set-up/" in page.content()
    page = applicant.open("account/factor/set-up/")
    press(page)
    page.wait_for_url("**/account/recovery-codes/")
    assert keyring.count() == 1
    go_on(page)
    code = page.locator("main .recovery-codes li").first.inner_text()
    page.locator("main [name=code]").fill(code)
    with page.expect_navigation():
        page.locator("main form:has([name=code]) button[type=submit]").click()
    page = applicant.open("community/")
    assert "Awa Diallo" in page.locator("h1").inner_text()
