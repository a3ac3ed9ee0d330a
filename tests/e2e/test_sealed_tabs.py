"""Tabs, network and server come and go while two people write: everything arrives, each once. And
the way from setting up to writing in Arabic on a small phone, and by keyboard alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e import serving
from tests.e2e.browsing import tab_to
from tests.e2e.chatting_people import Member, Stage, bodies, cast
from tests.e2e.test_layout import MEASURE

CARA, DAN, LAYLA = "Cara Novak", "Dan Okoye", "Layla Aziz"
EACH = 20  # messages of each tab
AWAY = "net::ERR_|WebSocket connection"
# Writes one message after the other, faster than a person could.
WRITE = """async texts => {
    const drawn = () => new Promise(done => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = done
        port2.postMessage(0)
    })
    const put = async (id, value, kind) => {
        const field = document.getElementById(id)
        field.value = value
        field.dispatchEvent(new Event(kind, { bubbles: true }))
        await drawn()
        return field
    }
    for (const text of texts) {
        await put('composer-label', 'AMBER', 'change')
        const field = await put('composer-text', text, 'input')
        field.dispatchEvent(
            new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true })
        )
        await drawn()
    }
}"""
LATE = 120_000  # milliseconds: 40 messages, 10 of which may go in five seconds
WAITS = "Waits on this device"


class Server:
    """A site of its own, which can be ended and begun again on the same port and data."""

    def __init__(self, folder: Path) -> None:
        self.output = (folder / "site.log").open("w", encoding="utf-8")
        self.site, self.process = serving.begin(folder, self.output)

    def end(self) -> None:
        serving.stop(self.process)

    def begin(self) -> None:
        port = int(self.site.base.rsplit(":", 1)[1])
        self.process: Popen[str] = serving.serve(port, self.site.data, self.output)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("tabs"))
    yield running
    running.end()
    running.output.close()
    assert "Traceback" not in running.site.log.read_text(encoding="utf-8", errors="replace")


@dataclass
class Pair:
    """Two people in direct messages, and all who take part."""

    stage: Stage
    cara: Member
    dan: Member
    room: str


@pytest.fixture(scope="module")
def pair(server: Server, chromium: Browser) -> Iterator[Pair]:
    stage = Stage(server.site, chromium, cast(server.site.data, CARA, DAN, LAYLA))
    cara, dan = stage.member(CARA), stage.member(DAN)
    cara.set_up()
    dan.set_up()
    room = cara.write_to(DAN)
    cara.tell("Hello, Dan.")
    dan.enter(CARA)
    dan.sees("Hello, Dan.")
    yield Pair(stage, cara, dan, room)
    stage.close()


@pytest.fixture(autouse=True)
def watching(pair: Pair) -> Iterator[None]:
    """No page of anybody may break the rules every page keeps."""
    yield
    pair.stage.guard.check()


def text_of(page: Page, text: str) -> Locator:
    """Return the text of a message that was written so."""
    return page.locator("article.message .message-text").get_by_text(text, exact=True)


def test_two_tabs_write_at_once_and_the_leading_one_is_closed(pair: Pair) -> None:
    first = pair.cara.page
    second = pair.cara.reader.context.new_page()
    second.goto(pair.room)
    expect(second.locator("#composer-text")).to_be_visible()
    texts = {tab: [f"{tab}-{number:02}." for number in range(EACH)] for tab in ("one", "two")}
    first.bring_to_front()  # a browser lets those behind do little
    first.evaluate(WRITE, texts["one"])
    second.bring_to_front()
    second.evaluate(f"texts => void ({WRITE})(texts)", texts["two"])
    expect(second.locator("article.message").filter(has_text="two-00.")).to_be_visible()
    first.close()  # in the middle of it: only ten messages may go in five seconds
    pair.cara.page = pair.cara.reader.page = second

    for page in (second, pair.dan.page):
        for texts_of_tab in texts.values():
            expect(text_of(page, texts_of_tab[-1])).to_be_visible(timeout=LATE)
        shown = bodies(page)
        for texts_of_tab in texts.values():  # each message once, in order
            assert [text for text in shown if text in texts_of_tab] == texts_of_tab
    expect(second.locator(".connection-line")).to_be_hidden()
    expect(second.locator("main")).not_to_contain_text("Not sent")
    expect(second.locator("#composer-text")).to_have_value("")


def test_what_is_written_without_a_network_is_sent_once(pair: Pair) -> None:
    cara, dan, context = pair.cara, pair.dan, pair.cara.reader.context
    pair.stage.guard.forgive(AWAY)
    context.set_offline(True)
    cara.tell("Written in the tunnel.")
    expect(cara.sees("Written in the tunnel.")).to_contain_text(WAITS)
    expect(cara.page.locator(".connection-line")).to_contain_text("offline")
    # The page is loaded again while messages cannot be reached yet.
    context.route("**/api/e2ee/**", lambda route: route.abort("internetdisconnected"))
    context.set_offline(False)
    cara.page.reload()
    expect(
        cara.page.get_by_text("Saved here. It will be sent when you are online.")
    ).to_be_visible()
    assert "Written in the tunnel." not in bodies(dan.page)
    context.unroute_all()
    cara.page.get_by_role("button", name="Send now").click()
    for one in (dan, cara):
        expect(one.message("Written in the tunnel.")).to_be_visible(timeout=LATE)
        expect(one.message("Written in the tunnel.")).not_to_contain_text(WAITS)
        assert bodies(one.page).count("Written in the tunnel.") == 1


def test_two_go_on_writing_while_the_server_is_begun_again(pair: Pair, server: Server) -> None:
    cara, dan = pair.cara, pair.dan
    pair.stage.guard.forgive(AWAY)
    server.end()
    for one in (cara, dan):
        one.tell(f"{one.name} writes on.")
        expect(one.sees(f"{one.name} writes on.")).to_contain_text(re.compile(f"{WAITS}|Sending"))
    server.begin()
    for one in (cara, dan):
        for other in (cara, dan):
            found = one.message(f"{other.name} writes on.")
            expect(found).to_be_visible(timeout=LATE)
            expect(found).not_to_contain_text(re.compile(f"{WAITS}|Sending|Not sent"))
    cara.enter(DAN)
    dan.enter(CARA)
    for one in (cara, dan):
        one.sees(f"{DAN} writes on.")
        texts = bodies(one.page)
        assert texts.count(f"{CARA} writes on.") == texts.count(f"{DAN} writes on.") == 1
    dan.tell("The server is back.")
    cara.sees("The server is back.")


def test_writing_and_answering_by_keyboard_alone(pair: Pair) -> None:
    cara, dan = pair.cara, pair.dan
    page = dan.reader.open("community/messages/")
    dan.row_of(CARA).wait_for()
    tab_to(page, dan.row_of(CARA).get_by_role("link"))
    page.keyboard.press("Enter")
    dan.composer.wait_for()
    tab_to(page, dan.composer)
    page.keyboard.type("By keyboard.")
    tab_to(page, page.locator("#composer-label"))
    page.keyboard.type("TLP:GREEN")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(dan.composer).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(cara.sees("By keyboard.")).to_contain_text("TLP:GREEN")

    cara.tell("Do you answer?")
    asked = dan.sees("Do you answer?")
    tab_to(page, page.locator("article.message[tabindex='0']"), "Shift+Tab")
    page.keyboard.press("End")  # the newest message; Tab goes on to what can be done with it
    expect(asked).to_be_focused()
    tab_to(page, asked.locator("[data-menu-toggle]"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Reply", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(dan.composer).to_be_focused()
    page.keyboard.type("I do.")
    page.keyboard.press("Control+Enter")
    answer = cara.sees("I do.")
    expect(answer).to_contain_text("Do you answer?")
    expect(answer).to_contain_text("TLP:AMBER")  # an answer is not looser than what it answers


def middle(part: Locator) -> float:
    """Return how far from the left edge the middle of a part is."""
    box = part.bounding_box()
    assert box
    return box["x"] + box["width"] / 2


def test_the_way_in_arabic_on_a_small_phone(pair: Pair) -> None:
    phone = {"width": 360, "height": 640}
    layla = pair.stage.member(LAYLA, locale="ar", viewport=phone, has_touch=True)
    layla.set_up("ar")
    page = layla.page
    assert page.locator("html").get_attribute("dir") == "rtl"
    layla.open_case("طرود ويستمارك", DAN, language="ar")
    for number in range(1, 5):
        layla.say(f"الرسالة {number}")
        layla.sees(f"الرسالة {number}")
    assert page.evaluate(MEASURE) == []
    # Reading goes from right to left: what comes first stands at the right.
    assert middle(layla.composer) > middle(page.locator(".composer-send"))
    assert middle(page.locator(".room-back-list")) > middle(page.locator(".room-titles h1"))
    layla.message("الرسالة 2").locator("a.message-time").tap()
    expect(page).to_have_url(re.compile(r"#m=\d+$"))
    layla.message("الرسالة 3").locator("[data-menu-toggle]").tap()
    page.get_by_role("menuitem").first.tap()
    expect(page.locator(".compose-about")).to_be_visible()
    assert page.evaluate(MEASURE) == []
    options = page.locator(".composer-row [aria-expanded]")
    options.tap()
    expect(page.locator(".compose-options")).to_be_in_viewport()
    assert page.evaluate(MEASURE) == []
    options.tap()
    layla.say("هذا جواب")
    layla.sees("هذا جواب")
    pair.dan.accept("طرود ويستمارك")
    expect(pair.dan.composer).to_be_visible()
