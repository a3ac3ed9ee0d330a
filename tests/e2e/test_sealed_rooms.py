"""The life of a case room of four people: earlier messages, roles, removal, labels, the end."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.chatting_rooms import Colleague, Transcript, isolated, signed_in
from tests.e2e.serving import Site

ILSE, OTTO, NOOR, PIA = "Ilse Marwick", "Otto Venn", "Noor Castellan", "Pia Ferrand"
PEOPLE = [
    (ILSE, "Customs of Westmark", "SN"),
    (OTTO, "Customs of Westmark", "SN"),
    (NOOR, "Police of Eastmark", "GH"),
    (PIA, "Prosecutors of Eastmark", "GH"),
]
BEFORE = "This was sent before you joined. This room starts for you on"
READ_ONLY = "You are in this room to read. Only members and hosts can write here."
REMOVED = "You are no longer a member of this room."
CLOSING = "This room is closing. It can be read, and nothing more can be sent."
CLOSED = "This room is closed. Nothing more can be sent here."


@pytest.fixture(scope="module")
def everybody(site: Site, chromium: Browser) -> Iterator[list[Colleague]]:
    """All four, set up for sealed messages, each in a browser of her own."""
    before = site.log.stat().st_size
    sessions = signed_in(site, PEOPLE)
    people = [Colleague(site, chromium, *row) for row in sessions.items()]
    for one in people:
        one.set_up().page.get_by_role("button", name="Go to messages").click()
    yield people
    for one in people:
        one.reader.context.close()
    # A Worker answers to a policy of its own, and its reports reach the server only.
    with site.log.open("rb") as log:
        log.seek(before)
        assert b"policy broken" not in log.read()


@pytest.fixture(autouse=True)
def no_faults(everybody: list[Colleague]) -> Iterator[None]:
    """Whatever a test does, no page of anybody and no engine may complain."""
    yield
    for one in everybody:
        one.check()


def test_only_who_is_given_earlier_messages_reads_them(everybody: list[Colleague]) -> None:
    ilse, otto, noor, pia = everybody
    ilse.open_case("Heron Ferry", "Otto", shared=True)
    expect(ilse.page.get_by_text("The room is open.")).to_be_visible()
    otto.accept("Heron Ferry")
    ilse.say("The ferry papers are in order.")
    otto.sees("The ferry papers are in order.")
    otto.say("The crate list is missing.")
    ilse.sees("The crate list is missing.")

    ilse.invite(NOOR, history=True)
    noor.accept("Heron Ferry")
    for text in ("The ferry papers are in order.", "The crate list is missing."):
        expect(noor.sees(text).locator(".trust")).to_have_text(f"Shared by {isolated(ILSE)}")
    expect(noor.timeline).not_to_contain_text(BEFORE)
    for one in (ilse, otto):
        expect(one.person(NOOR)).to_contain_text("May read earlier messages")

    ilse.invite(PIA)
    pia.accept("Heron Ferry")
    expect(pia.timeline).to_contain_text(BEFORE)
    ask = pia.timeline.get_by_role("button", name="Ask a host for earlier messages")
    expect(ask).to_be_visible()
    noor.say("We look for the list in Eastmark.")
    for one in (ilse, otto, pia):
        one.sees("We look for the list in Eastmark.")
        expect(one.notice(f"{isolated(PIA)} joined.")).to_be_visible()
        expect(one.page.locator(".room-seal")).to_contain_text("Only the 4 people listed")
    expect(pia.page.locator("article.message")).to_have_count(1)
    room = pia.page.url.rstrip("/").rsplit("/", 1)[-1]
    status, page = pia.call("GET", f"rooms/{room}/events?after=0&limit=200")
    assert (status, page["events"][0]["content"]["change"]) == (200, "joined")


def test_roles_change_what_one_may_do_here(everybody: list[Colleague]) -> None:
    ilse, otto, noor, pia = everybody
    ilse.open_case("Teal Landing", "Otto", "Noor")
    otto.accept("Teal Landing")
    noor.accept("Teal Landing")
    otto.say("I ask the harbour office.")
    ilse.sees("I ask the harbour office.")

    ilse.give_role(OTTO, "Observer")
    foot = otto.page.locator(".room-foot")
    expect(foot).to_contain_text(READ_ONLY)
    expect(foot.get_by_role("button", name="Ask a host")).to_be_visible()
    expect(otto.composer).to_have_count(0)
    refused = otto.menu_of("I ask the harbour office.").locator("[aria-disabled=true]")
    deeds = ("Reply", "React", "Open a topic", "Pin", "Change")
    expect(refused).to_have_text(
        [re.compile(rf"^{deed}\W*You are in this room to read\.$") for deed in deeds]
    )
    ilse.page.get_by_role("button", name="Undo").click()
    otto.composer.wait_for()
    otto.say("They answer tomorrow.")
    noor.sees("They answer tomorrow.")

    second_host = "Ask a second person to be host."
    expect(ilse.panel("People")).to_contain_text(second_host)
    ilse.give_role(NOOR, "Host")
    expect(ilse.panel("People")).not_to_contain_text(second_host)
    panel = noor.panel("People")
    panel.get_by_role("button", name="Invite people").click()
    expect(panel).to_contain_text("New people read only what is written after they join.")
    panel.get_by_role("button", name="Cancel").click()
    noor.invite(PIA, role="Observer")  # a list signed by the second host counts for everybody
    question = pia.look_at_invitation("Teal Landing")
    expect(question).to_contain_text("An observer reads and writes nothing.")
    question.get_by_role("button", name="Accept and open").click()
    expect(pia.page.locator(".room-foot")).to_contain_text(READ_ONLY)
    ilse.say("Pia reads with us.")
    for one in (otto, noor, pia):
        one.sees("Pia reads with us.")


def test_who_is_removed_is_told_so_and_gets_nothing_more(everybody: list[Colleague]) -> None:
    ilse, otto, _noor, pia = everybody
    room = ilse.open_case("Plover Gate", "Otto", "Pia").split("/rooms/")[1][:36]
    otto.accept("Plover Gate")
    pia.accept("Plover Gate")
    ilse.say("The gate opens at six.")
    otto.sees("The gate opens at six.")
    pia.sees("The gate opens at six.")
    keys = len(pia.kept()["inbound_group_sessions3"])

    pia.panel("People")
    ilse.put_out(PIA)
    expect(pia.page.locator(".chat-main")).to_contain_text(REMOVED)
    expect(pia.composer).to_have_count(0)
    expect(pia.page.locator("#sealed")).not_to_contain_text("Plover Gate")
    otto.say("It opens at seven now.")
    ilse.sees("It opens at seven now.")
    gone = ilse.person(PIA)
    expect(gone).to_contain_text("Removed")
    expect(gone).not_to_contain_text("signed by no host")
    expect(ilse.page.locator(".room-seal")).to_contain_text("Only the 2 people listed")

    pia.page.get_by_role("button", name="Back to rooms").click()
    pia.page.reload()
    expect(pia.page.get_by_role("heading", name="Catch up")).to_be_visible()
    expect(pia.page.locator("#sealed")).not_to_contain_text("Plover Gate")
    kept = pia.kept()
    assert [key for key in kept["events"] if key.startswith(f"!{room}:members.invalid/")] == []
    assert len(kept["inbound_group_sessions3"]) == keys
    for part in ("", "/events?after=0&limit=200", "/rosters?from=1"):
        assert pia.call("GET", f"rooms/{room}{part}")[0] == 404


def test_topics_pins_polls_and_labels(everybody: list[Colleague]) -> None:
    ilse, otto, noor, _pia = everybody
    ilse.open_case("Teal Office", "Otto")
    otto.accept("Teal Office")
    ilse.open_case("Grebe Quay", "Otto", "Noor")
    otto.accept("Grebe Quay")
    noor.accept("Grebe Quay")
    ilse.label("AMBER+STRICT").say("The quay was searched.")
    otto.sees("The quay was searched.")
    open_topic(otto, noor)
    noor.act("Which crates were open?", "Pin")
    expect(ilse.panel("Pinned")).to_contain_text("Which crates were open?")
    ilse.panel("Pinned").get_by_role("button", name=re.compile("^Take down")).click()
    expect(noor.message("Which crates were open?")).not_to_contain_text("Pinned")
    hold_poll(ilse, noor)
    pass_on(otto)


def open_topic(otto: Colleague, noor: Colleague) -> None:
    """A topic is answered under its label or a stricter one, and stands for all to see."""
    otto.act("The quay was searched.", "Open a topic")
    labels = otto.page.locator("#composer-label")
    expect(labels).to_have_value("AMBER+STRICT")
    looser = [re.compile(f"{label}.* – .*looser than") for label in ("CLEAR", "GREEN", "AMBER")]
    expect(labels.locator("option[disabled]")).to_have_text(
        [*looser, re.compile("RED.* – .*stricter than this room allows")]
    )
    otto.say("Which crates were open?")
    answer = noor.sees("Which crates were open?")
    expect(answer.locator(".message-topic")).to_have_text("The quay was searched.")
    noor.panel("Topics").get_by_role("link", name=re.compile("The quay was searched")).click()
    expect(noor.page.locator(".room-head h1")).to_have_text("The quay was searched.")
    noor.sees("Which crates were open?")
    noor.panel("Topics").get_by_role("link", name="All messages").click()


def hold_poll(ilse: Colleague, noor: Colleague) -> None:
    """A vote is seen by all, and may be changed."""
    ilse.page.locator("form.composer").get_by_role("button", name="Poll").click()
    ilse.page.locator("#composer-text").fill("When do we meet?")
    for number, day in enumerate(("Monday", "Tuesday"), 1):
        ilse.page.get_by_label(f"Answer {number}").fill(day)
    ilse.page.get_by_role("button", name="Send", exact=True).click()
    poll = noor.sees("When do we meet?")
    poll.get_by_label("Tuesday").check()
    poll.get_by_role("button", name="Vote", exact=True).click()
    votes = ilse.message("When do we meet?").locator(".poll-votes")
    expect(votes).to_have_text(["0 votes", f"1 vote {isolated(NOOR)}"])
    poll.get_by_label("Tuesday").uncheck()
    poll.get_by_label("Monday").check()
    poll.get_by_role("button", name="Change my vote").click()
    expect(votes).to_have_text([f"1 vote {isolated(NOOR)}", "0 votes"])


def pass_on(otto: Colleague) -> None:
    """What is copied bears its label; what is for one organisation goes to no other."""
    otto.act("Which crates were open?", "Copy the text")
    expect(otto.page.get_by_text("The text is copied. Its label goes with it.")).to_be_visible()
    assert otto.clipboard() == "TLP:AMBER+STRICT\nWhich crates were open?"
    otto.act("Which crates were open?", "Forward")
    dialog = otto.page.get_by_role("dialog")
    dialog.get_by_label("Teal Office").check()
    otto.answer("Forward")
    expect(otto.page.get_by_text("The message was forwarded.")).to_be_visible()
    expect(otto.page.locator(".room-head h1")).to_have_text("Teal Office")
    there = otto.sees("Which crates were open?")
    expect(there.locator(".tlp")).to_have_text("TLP:AMBER+STRICT")
    expect(there.locator(".message-state")).to_have_text("Sent")
    otto.act("Which crates were open?", "Forward")
    expect(dialog.get_by_label("Grebe Quay")).to_be_disabled()
    expect(dialog).to_contain_text("everybody there must be of the author’s organisation.")
    otto.answer("Cancel")


def test_a_room_ends_with_a_signed_transcript(everybody: list[Colleague]) -> None:
    ilse, otto, _noor, _pia = everybody
    room = ilse.open_case("Siskin Yard", "Otto").split("/rooms/")[1][:36]
    otto.accept("Siskin Yard")
    write_red(ilse, otto)

    ilse.room_menu("Close this room")
    steps = ilse.page.locator("aside.chat-panel")
    expect(steps).to_contain_text("Make the room read only first.")
    steps.get_by_role("button", name="Make the room read only").click()
    ilse.answer("Make the room read only")
    expect(otto.page.locator(".room-foot")).to_contain_text(CLOSING)
    expect(otto.composer).to_have_count(0)
    otto.room_menu("Make a transcript")
    expect(otto.page.locator("aside.chat-panel")).to_contain_text(
        "Messages labelled TLP:RED are left out; only a host can include them."
    )
    check(otto.transcript(), "AMBER", consent=False)
    expect(steps).to_contain_text("Make the transcript first.")
    kept = ilse.transcript(red=True)
    check(kept, "RED", consent=True)
    steps.get_by_role("button", name="Close the room").click()
    expect(ilse.page.get_by_role("dialog")).to_contain_text("You have saved the transcript")
    ilse.answer("Close the room")
    expect(ilse.page.get_by_text("The room is closed.", exact=True)).to_be_visible()

    expect(otto.page.locator(".room-foot")).to_contain_text(CLOSED)
    otto.sees("The yard is empty.")
    expect(otto.panel("About")).to_contain_text("Deleted on")
    events = otto.call("GET", f"rooms/{room}/events?after=0&limit=200")[1]["events"]
    assert events[-1]["content"] == {"change": "closed", "manifest_sha256": kept.sha256}
    sealed = next(event["content"] for event in events if event["class"] == "m")
    for one in (ilse, otto):
        assert one.force(room, sealed) == (403, "room_closed")


def write_red(ilse: Colleague, otto: Colleague) -> None:
    """A host raises the highest label; what is RED is then neither copied nor forwarded."""
    panel = ilse.panel("About")
    panel.get_by_role("button", name="Change").click()
    panel.locator("#room-tlp-max").select_option("RED")
    panel.get_by_role("button", name="Save").click()
    expect(otto.page.locator(".room-seal")).to_contain_text("TLP:RED")
    ilse.say("The yard is empty.")
    otto.sees("The yard is empty.")
    otto.label("RED").say("The driver told us so.")
    ilse.sees("The driver told us so.")
    refused = ilse.menu_of("The driver told us so.").locator("[aria-disabled=true]")
    reasons = (
        r"Copy the text\W*TLP:RED must not be copied",
        r"Forward\W*TLP:RED must not be forwarded",
    )
    expect(refused).to_have_text([re.compile(reason) for reason in reasons])
    ilse.page.keyboard.press("Escape")
    ilse.page.evaluate("() => navigator.clipboard.writeText('as before')")
    ilse.timeline.evaluate("list => getSelection().selectAllChildren(list)")
    ilse.page.keyboard.press("Control+c")
    assert ilse.clipboard() == "as before"


def check(taken: Transcript, label: str, *, consent: bool) -> None:
    """A transcript proves itself; it holds what is RED where a host consented, and says so."""
    taken.verify()
    manifest = taken.manifest
    assert taken.name.startswith(f"TLP-{label}_")
    assert manifest["tlp"] == label
    assert manifest["red_consent"] == ([manifest["made_by"]] if consent else [])
    red = [row["seq"] for row in manifest["events"] if row["label"] == "RED"]
    assert len(red) == 1
    assert manifest["left_out"] == ([] if consent else red)
    assert manifest["unreadable"] == []
    assert taken.says("The yard is empty.")
    assert taken.says("The driver told us so.") is consent
