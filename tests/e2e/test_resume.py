"""What is half done is kept: over closed browsers, lost connections and two devices at once."""

import json
import sqlite3
from contextlib import closing

from tests.e2e import key
from tests.e2e.browsing import Newcomer, Reader, card_at, check, fill, saved, state

NUMERIC = key.place_of("numeric")
SINGLE = key.place_of("single")
OFFLINE = "ERR_INTERNET_DISCONNECTED|Failed to fetch|ERR_FAILED"


def responses(reader: Reader, block: str) -> list[dict[str, str]]:
    """Return the answers stored for a question, oldest first."""
    with closing(sqlite3.connect(reader.site.data / "portal.sqlite3")) as database:
        rows = database.execute(
            "select r.answer from courses_response r join courses_attempt a on a.id = r.attempt_id"
            " where replace(a.block, '-', '') = ? order by r.id",
            [block.replace("-", "")],
        ).fetchall()
    return [json.loads(row[0]) for row in rows]


def test_half_answer_is_there_again_on_another_device(newcomer: Newcomer) -> None:
    first = newcomer()
    first.come_in("oleh@demo.invalid")
    page = first.open(f"courses/{key.COURSE}/")
    page.get_by_role("button", name="Start the course").click()
    page = first.open(NUMERIC.path)
    card = card_at(page, NUMERIC)
    with page.expect_response(lambda reply: "/opened/" in reply.url):
        card.locator("[name=answer]").fill("17")
    saved(card)
    assert card.locator("[data-save-state]").inner_text() == "Saved"
    first.context.close()

    second = newcomer()
    page = second.come_in("oleh@demo.invalid")
    page.get_by_role("link", name="Continue").click()
    page.wait_for_url(lambda url: url.split("#")[0].endswith(NUMERIC.path))
    assert card_at(page, NUMERIC).locator("[name=answer]").input_value() == "17"
    assert state(card_at(page, NUMERIC)) == "unanswered"


def test_half_answer_offline_is_kept_on_the_device_and_sent_later(newcomer: Newcomer) -> None:
    reader = newcomer()
    reader.guard.forgive(OFFLINE)
    page = reader.open(NUMERIC.path)
    card = card_at(page, NUMERIC)
    reader.context.set_offline(True)
    card.locator("[name=answer]").fill("19")
    page.wait_for_timeout(1500)  # longer than the second after which it would be sent
    assert card.locator("[data-save-state]").inner_text() == "Saved on this device"
    assert '"19"' in reader.storage().replace("\\", "")
    assert page.locator("[data-offline-line]").is_visible()
    reader.context.set_offline(False)
    saved(card)
    assert card.locator("[data-save-state]").inner_text() == "Saved"
    assert '"19"' not in reader.storage().replace("\\", "")
    page.reload()
    assert card_at(page, NUMERIC).locator("[name=answer]").input_value() == "19"


def test_answer_typed_before_the_connection_broke_is_back_on_opening_the_page(
    newcomer: Newcomer,
) -> None:
    reader = newcomer()
    reader.guard.forgive(OFFLINE)
    page = reader.open(NUMERIC.path)
    card_at(page, NUMERIC).locator("[name=answer]").fill("20")
    saved(card_at(page, NUMERIC))
    reader.context.set_offline(True)
    card_at(page, NUMERIC).locator("[name=answer]").fill("21")
    page.wait_for_timeout(1200)
    page.close()
    reader.context.set_offline(False)
    reader.page = reader.context.new_page()
    page = reader.open(NUMERIC.path)
    saved(card_at(page, NUMERIC))
    assert card_at(page, NUMERIC).locator("[name=answer]").input_value() == "21"


def test_check_without_connection_keeps_the_answer_and_says_so(newcomer: Newcomer) -> None:
    reader = newcomer()
    reader.guard.forgive(OFFLINE)
    page = reader.open(SINGLE.path)
    card = card_at(page, SINGLE)
    reader.context.set_offline(True)
    fill(card, SINGLE.question.right)
    card.locator("form.question-form .question-actions button.button").first.click()
    card.locator("[data-save-state]:is([data-state=device], [data-state=failed])").wait_for()
    assert state(card) == "unanswered"
    value = SINGLE.question.right["answer"][0]
    assert card.locator(f"[name=answer][value='{value}']").is_checked()
    reader.context.set_offline(False)
    check(card)
    assert state(card) == "right"


def test_two_devices_that_answer_at_once_keep_both_answers_and_one_result(
    newcomer: Newcomer,
) -> None:
    readers = [newcomer(), newcomer()]
    page = readers[0].come_in("mei@demo.invalid")
    readers[1].come_in("mei@demo.invalid")
    page = readers[0].open(f"courses/{key.COURSE}/")
    page.get_by_role("button", name="Start the course").click()
    page.wait_for_url("**/1/**")
    for reader, answer in zip(readers, (SINGLE.question.wrong, SINGLE.question.right), strict=True):
        fill(card_at(reader.open(SINGLE.path), SINGLE), answer)
    block = str(card_at(readers[0].page, SINGLE).get_attribute("data-block"))
    before = len(responses(readers[0], block))
    send = "form => { form.requestSubmit() }"
    for reader in readers:
        card_at(reader.page, SINGLE).locator("form.question-form").evaluate(send)
    for reader in readers:
        reader.page.locator(f"#b-{block} .feedback").wait_for()
    assert len(responses(readers[0], block)) - before == 2
    shown = {state(card_at(reader.open(SINGLE.path), SINGLE)) for reader in readers}
    assert len(shown) == 1
    results = {
        reader.open(f"courses/{key.COURSE}/result/").locator("main").inner_text()
        for reader in readers
    }
    assert len(results) == 1


def test_half_answer_of_another_device_is_offered_not_overwritten_in_silence(
    newcomer: Newcomer,
) -> None:
    readers = [newcomer(), newcomer()]
    for reader in readers:
        reader.come_in("amina@demo.invalid")
    page = readers[0].open(f"courses/{key.COURSE}/")
    page.locator("form[action$='/start/'] button").click()
    page.wait_for_url("**/1/**")
    pages = [reader.open(NUMERIC.path) for reader in readers]
    for page, text in zip(pages, ("31", "32"), strict=True):
        card_at(page, NUMERIC).locator("[name=answer]").fill(text)
        saved(card_at(page, NUMERIC))
    page = readers[0].open(NUMERIC.path)
    card = card_at(page, NUMERIC)
    assert card.locator("[name=answer]").input_value() == "32"
    card.locator("details.question-hint summary").click()
    assert "31" in card.locator("details.question-hint").inner_text()
