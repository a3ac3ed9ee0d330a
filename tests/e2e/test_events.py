"""Events and case digests: a place is taken, the link opens in its time, a case becomes a lesson."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page

from tests.e2e.browsing import Newcomer, Reader

TRAINER, MEMBER = "tomas@demo.invalid", "lucia@demo.invalid"
TITLE = "Tracing across borders"


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).click()


def make_event(reader: Reader, title: str) -> None:
    """Make a webinar that begins in 20 minutes, with two places."""
    page = reader.open("community/events/new/")
    starts = datetime.now(UTC) + timedelta(minutes=20)
    page.select_option("#id_kind", "webinar")
    page.fill("#id_title", title)
    page.select_option("#id_zone", "UTC")
    for name, moment in (("starts", starts), ("ends", starts + timedelta(hours=1))):
        page.fill(f"#id_{name}", moment.strftime("%Y-%m-%dT%H:%M"))
    page.check("input[name=spoken][value=en]")
    page.fill("#id_join_link", "https://meet.example/room")
    page.fill("#id_capacity", "2")
    press(page, "Make the event")


@pytest.mark.parametrize("script", [True, False], ids=["script", "none"])
def test_a_member_takes_a_place_and_joins(newcomer: Newcomer, script: bool) -> None:
    title = f"{TITLE} {script}"
    organiser = newcomer()
    organiser.sign_in(TRAINER)
    make_event(organiser, title)
    reader = newcomer(java_script_enabled=script)
    reader.sign_in(MEMBER)
    page = reader.open("community/events/?kind=webinar")
    with page.expect_navigation():
        page.get_by_role("link", name=title).click()
    assert "meet.example" not in page.content()
    press(page, "Register")
    assert "You are registered." in page.content()
    press(page, "Join now")
    link = page.get_by_role("link", name="Open the event")
    assert link.get_attribute("href") == "https://meet.example/room"
    page.go_back()
    press(page, "Give my place back")
    assert page.get_by_role("button", name="Register").is_visible()


def test_a_message_is_read_by_who_has_a_place(newcomer: Newcomer) -> None:
    organiser, reader = newcomer(), newcomer(java_script_enabled=False)
    organiser.sign_in(TRAINER)
    make_event(organiser, "Seals and samples")
    reader.sign_in(MEMBER)
    page = reader.open("community/events/")
    with page.expect_navigation():
        page.get_by_role("link", name="Seals and samples").click()
    press(page, "Register")
    desk = organiser.page
    desk.goto(f"{page.url}news/")
    desk.fill("#id_text", "Bring **samples**.")
    press(desk, "Send")
    page.reload()
    assert page.locator(".prose strong", has_text="samples").is_visible()
    press(page, "Give my place back")
    assert page.locator(".prose strong").count() == 0


def test_times_follow_the_zone_she_chooses(newcomer: Newcomer) -> None:
    reader = newcomer()
    reader.sign_in(MEMBER)
    page = reader.open("community/events/calendar/")
    page.select_option("#id_zone", "Asia/Almaty")
    press(page, "Save")
    press(page, "Make an address")
    address = page.locator("#feed-address").input_value()
    answer = reader.context.request.get(address)
    assert answer.body().startswith(b"BEGIN:VCALENDAR")
    assert "Asia/Almaty" in reader.open("community/events/").locator("main").inner_text()


def test_an_author_writes_a_digest_and_goes_through_the_checklist(newcomer: Newcomer) -> None:
    reader = newcomer()
    reader.sign_in(MEMBER)
    page = reader.open("community/cases/new/")
    press(page, "Begin")
    page.fill("#id_title", "Parcels that were too light")
    page.check("input[name=topics][value=research]")
    for area in page.locator("textarea[name]").all()[:8]:
        area.fill("The buyer wrote to somebody@agency.example on 3 April.")
    press(page, "Save and go to the checklist")
    assert page.locator("#hints").is_visible()
    reader.guard.forgive("status of 400")
    press(page, "Send for review")
    assert page.locator("[data-error-summary]").is_visible()
    for box in page.locator("input[type=checkbox][name^=done_]").all():
        box.check()
    press(page, "Send for review")
    assert "In review" in page.locator("main .lead").inner_text()
