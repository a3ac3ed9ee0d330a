"""An investigator and a prosecutor in two browsers: set up, open a case room, check each other,
talk, lose a device, part. The server's folder is searched for what they said."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import Newcomer
from tests.e2e.chatting import Chatter
from tests.e2e.serving import Site

ANNA, DIEGO = "anna@demo.invalid", "diego@demo.invalid"
ROOT = Path(__file__).parents[2]
MARKS = ("Zaunkönigfeder", "Кобчик", "غراب", "翠鳥", "κίσσα", "गरुड़")  # six scripts


def hits(folder: Path, words: tuple[str, ...]) -> list[str]:
    """Return where a word stands in clear in any file of the server, in UTF-8 or as JSON escapes."""
    found = []
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        for word in words:
            escaped = word.encode("ascii", "backslashreplace")
            if (
                word.encode() in content
                or escaped in content
                or word.encode("utf-16-le") in content
            ):
                found.append(f"{word} in {path.name}")
    return found


@pytest.fixture(scope="module")
def secret() -> dict[str, list[str]]:
    """What one test leaves for the next: recovery keys by person."""
    return {}


def test_two_people_talk_in_a_case_room(newcomer: Newcomer, site: Site, secret: dict[str, list[str]]) -> None:  # fmt: skip
    anna, diego = Chatter(newcomer, ANNA).set_up(), Chatter(newcomer, DIEGO).set_up()
    secret[ANNA], secret[DIEGO] = anna.key, diego.key
    room = anna.open_case(f"Operation {MARKS[0]}", "Diego")
    diego.accept(f"Operation {MARKS[0]}")
    for mark in MARKS:
        anna.say(f"The word is {mark}.")
    for mark in MARKS:
        diego.sees(f"The word is {mark}.")
    expect(diego.message(MARKS[0]).locator(".trust")).to_have_text("Not checked yet")

    # reply, edit, reaction, removal
    diego.act(MARKS[2], "Reply")
    diego.say("We ask the post office.")
    anna.sees("We ask the post office.")
    diego.act("We ask the post office.", "Change")
    editor = diego.page.get_by_role("textbox", name="Change the message")
    editor.fill("We ask the post office tomorrow.")
    editor.press("Control+Enter")
    expect(anna.sees("post office tomorrow.")).to_contain_text("Changed")
    anna.act("post office tomorrow.", "React")
    anna.message("post office tomorrow.").get_by_role("button", name="Agreed", exact=True).click()
    expect(diego.message("post office tomorrow.")).to_contain_text("👍")
    anna.say("This was a slip.")
    diego.sees("This was a slip.")
    anna.act("This was a slip.", "Delete")
    anna.page.get_by_role("dialog").get_by_role("button", name=re.compile("Delete")).click()
    expect(diego.page.locator("ol.timeline")).not_to_contain_text("This was a slip.")

    # a file
    picture = site.data.parent / "label.png"
    picture.write_bytes((ROOT / "community/static/community/app-192.png").read_bytes())
    anna.page.locator("form.composer input[type=file]").set_input_files(picture)
    anna.say("The label of the parcel.")
    with diego.page.expect_download() as download:
        diego.sees("The label of the parcel.").get_by_role("button", name="Save").click()
    assert download.value.path().read_bytes() == picture.read_bytes()

    # both compare seven pictures
    anna.page.get_by_role("link", name="People").click()
    anna.page.get_by_role("button", name=re.compile("^What to do with \\W*Diego Salazar")).click()
    anna.page.get_by_role("menuitem", name="Check by emoji").click()
    diego.page.get_by_role("button", name="Compare now").click()
    for one in (anna, diego):
        dialog = one.page.get_by_role("dialog")
        dialog.get_by_role("button", name="They match").wait_for()
    shown = [
        one.page.get_by_role("dialog").locator("ol, ul").first.inner_text() for one in (anna, diego)
    ]
    assert shown[0] == shown[1]
    for one in (anna, diego):
        one.page.get_by_role("dialog").get_by_role("button", name="They match").click()
    expect(diego.page.get_by_role("dialog")).to_contain_text(
        re.compile("Anna Moroz\\W* is checked")
    )
    diego.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(diego.message(MARKS[0]).locator(".trust")).to_have_text("Checked")

    # what was not sent survives a reload and the loss of the network
    diego.reader.guard.forgive("ERR_INTERNET_DISCONNECTED")
    diego.reader.context.set_offline(True)
    diego.say("Written in the tunnel.")
    diego.sees("Written in the tunnel.")
    diego.reader.context.set_offline(False)
    anna.sees("Written in the tunnel.")

    assert (
        hits(
            site.data,
            (
                *MARKS,
                "the post office tomorrow",
                "Written in the tunnel",
                "label of the parcel",
                "label.png",
            ),
        )
        == []
    )
    assert room.startswith(site.base)


def test_a_new_device_reads_the_history_by_recovery_key(newcomer: Newcomer, secret: dict[str, list[str]]) -> None:  # fmt: skip
    second = Chatter(newcomer, ANNA).restore(secret[ANNA])
    second.enter(f"Operation {MARKS[0]}")
    for mark in MARKS:
        expect(second.sees(f"The word is {mark}.")).to_be_visible()
    second.say("From my new telephone.")
    second.sees("From my new telephone.")


def test_messages_can_be_put_on_the_home_screen(newcomer: Newcomer) -> None:
    reader = newcomer()
    reader.come_in(ANNA)
    page = reader.open("community/messages/")
    browser = reader.context.new_cdp_session(page)
    manifest = browser.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert "/manifest.webmanifest" in manifest["url"]
    found = browser.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # Tests run in contexts that keep nothing, where a browser never installs.
    assert [one["errorId"] for one in found] in ([], ["in-incognito"])
