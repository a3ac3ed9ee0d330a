"""Two members write to each other directly: muting, blocking, reporting; a lost phone; a new
identity. One story: each test goes on where the one before ended."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.chatting_people import Member, Stage, bodies, cast, compare, holds
from tests.e2e.serving import Site

ADA, BRUNO, GITA = "Ada Lindholm", "Bruno Keita", "Gita Moreau"
BLOCKED = "Direct messages between you two cannot be sent at present."
CHANGED = f"{BRUNO}'s security identity has changed. Nothing is sent to this room until this is checked."  # fmt: skip
REMOVED = "This device was removed from your account. Its messages were deleted here."
DISCLOSED, KEPT = "Zaunkönig at the kiosk", "Rotkehlchen at the harbour"  # found nowhere else


@dataclass
class Story:
    """The people at the devices they use at present."""

    stage: Stage
    ada: Member
    bruno: Member


@pytest.fixture(scope="module")
def story(site: Site, chromium: Browser) -> Iterator[Story]:
    """Ada has written to Bruno and he to her; both have set up for it."""
    stage = Stage(site, chromium, cast(site.data, ADA, BRUNO, moderator=GITA))
    ada, bruno = stage.member(ADA), stage.member(BRUNO)
    ada.set_up()
    bruno.set_up()
    ada.write_to(BRUNO)
    ada.tell("Good morning, Bruno.")
    bruno.enter(ADA)
    bruno.sees("Good morning, Bruno.")
    bruno.tell("Good morning, Ada.")
    ada.sees("Good morning, Ada.")
    yield Story(stage, ada, bruno)
    stage.close()


@pytest.fixture(autouse=True)
def watching(story: Story) -> Iterator[None]:
    """No page of anybody may break the rules every page keeps."""
    yield
    story.stage.guard.check()


def test_people_mute_and_block(story: Story) -> None:
    ada, bruno = story.ada, story.bruno
    bruno.room_menu("Mute")
    expect(bruno.page.get_by_text("The room is muted.")).to_be_visible()
    expect(bruno.row_of(ADA)).to_contain_text("Muted")
    expect(ada.row_of(BRUNO)).not_to_contain_text("Muted")

    ada.room_menu("Block this person")
    dialog = ada.page.get_by_role("dialog")
    expect(dialog).to_contain_text(
        re.compile(rf"\W{BRUNO}\W+cannot write to you directly or invite you any more")
    )
    dialog.get_by_role("button", name="Block").click()
    expect(ada.page.get_by_text(re.compile(rf"{BRUNO}\W+is blocked\."))).to_be_visible()
    bruno.tell("Can you read this?")
    refused = bruno.sees("Can you read this?")
    expect(refused).to_contain_text(f"Not sent\n\nWarning:\n\n{BLOCKED}", use_inner_text=True)
    expect(bruno.page.locator(".connection-line")).to_be_hidden()  # nothing is on its way
    # Nothing tells who blocked whom, and nothing arrived.
    assert "block" not in bruno.page.locator("main").inner_text().lower()
    assert bodies(ada.page) == ["Good morning, Bruno.", "Good morning, Ada."]
    found = bruno.look_for("Ada")
    assert not [line for line in found if ADA in line], "who has blocked one is not found"

    page = ada.reader.open("account/devices/")
    page.get_by_role("button", name=re.compile(f"Unblock .*{BRUNO}")).click()
    expect(page.get_by_text(re.compile(rf"{BRUNO}\W+is no longer blocked"))).to_be_visible()
    bruno.enter(ADA)
    bruno.sees("Can you read this?").get_by_role("button", name="Try again").click()
    ada.enter(BRUNO)
    ada.sees("Can you read this?")


def test_a_report_discloses_what_the_reporter_agrees_to(story: Story) -> None:
    ada, bruno = story.ada, story.bruno
    for text in (DISCLOSED, KEPT):
        bruno.tell(text)
        ada.sees(text)
    ada.report(DISCLOSED, "This is an insult.", copy=True)
    ada.report(KEPT, "And so is this.", copy=False)
    data = ada.reader.site.data
    assert holds(data, DISCLOSED), (
        "the copy of the report is found, so what is not found is not there"
    )
    assert not holds(data, KEPT)

    gita = story.stage.member(GITA)
    page = gita.reader.open("community/moderation/")
    reports = page.locator("li.task")
    expect(reports).to_have_count(2)
    expect(reports.nth(1)).to_contain_text("No copy of the message")
    reports.nth(1).get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("The reporter attached no copy.")
    expect(page.locator("main")).not_to_contain_text(KEPT)
    page.get_by_role("link", name="All reported messages").click()
    expect(reports.first).to_contain_text("A copy of the message is attached")
    reports.first.get_by_role("link").click()
    expect(page.locator("blockquote")).to_have_text(DISCLOSED)
    expect(page.locator("main")).to_contain_text("This is an insult.")
    page.get_by_label("Warn the person").check()
    page.get_by_label("Your reasons").fill("Both were asked to be polite.")
    page.get_by_role("button", name="Save my decision").click()
    expect(page.get_by_text("Your decision is saved.")).to_be_visible()
    expect(reports).to_have_count(1)


def test_a_lost_phone_is_cut_off(story: Story) -> None:
    phone = story.ada
    laptop = story.stage.member(ADA, stale=True)
    laptop.restore(phone.key)
    laptop.page.get_by_role("button", name="Continue").click()
    expect(laptop.row_of(BRUNO)).to_be_visible()
    phone.enter(BRUNO)
    kept = set(phone.kept())
    assert kept

    page = laptop.reader.open("account/devices/")
    lost = page.locator("li.device:not([data-current])")
    remove = lost.get_by_role("button", name=re.compile("^Remove device"))
    remove.click()
    page.get_by_role("dialog").get_by_role("button", name="Remove device").click()
    expect(lost).to_contain_text("Please confirm that it is you.")
    lost.get_by_role("button", name="Confirm", exact=True).click()
    laptop.confirm()
    page.wait_for_url("**/account/devices/")
    remove.click()
    page.get_by_role("dialog").get_by_role("button", name="Remove device").click()
    expect(page.get_by_text("was removed.")).to_be_visible()
    expect(page.locator("li.device")).to_have_count(1)

    expect(phone.page.get_by_text(REMOVED)).to_be_visible()
    expect(phone.page.locator("ol.timeline")).to_have_count(0)
    page = phone.reader.open("community/messages/")
    expect(page.get_by_role("heading", name="Confirm this device")).to_be_visible()
    assert not kept & set(phone.kept())
    laptop.enter(BRUNO)
    laptop.tell("My phone is lost.")
    story.bruno.sees("My phone is lost.")
    story.ada = laptop


def test_a_new_identity_stops_sending_until_it_is_checked_and_signed(story: Story) -> None:
    ada, before = story.ada, story.bruno
    bruno = story.stage.member(BRUNO, stale=True)
    bruno.start_again()
    story.bruno = bruno
    # The device that belonged to the identity before is told, and reads and writes no more.
    expect(before.page.get_by_role("heading", name="Confirm this device")).to_be_visible()
    expect(before.page.locator("main")).to_contain_text(f"{BRUNO}'s security identity has changed")

    ada.enter(BRUNO)
    notice = ada.page.locator(".room-notices")
    expect(notice).to_contain_text(CHANGED)
    expect(ada.row_of(BRUNO)).to_contain_text("Sending stopped")
    ada.tell("Is it you?")
    expect(ada.page.locator("form.composer [role=alert]")).to_have_text(
        "Sending is stopped until the changed identity is checked."
    )
    notice.get_by_role("button", name="Check now").click()
    compare(ada, bruno)
    expect(notice).to_contain_text(CHANGED)  # a check is no signature
    ada.accept_identity(BRUNO)
    expect(ada.page.locator("main")).not_to_contain_text(CHANGED)
    ada.say("Is it you?")
    bruno.enter(ADA)
    bruno.sees("Is it you?")
    bruno.tell("Yes, with new keys.")
    expect(ada.sees("Yes, with new keys.").locator(".trust")).to_have_text("Checked")
    # Nothing from before has come back to him.
    expect(bruno.page.locator("ol.timeline")).not_to_contain_text("Good morning")
