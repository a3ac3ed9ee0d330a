"""People with sealed messages whose sign-ins were made beforehand, and what several tests do."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from django_otp.oath import TOTP
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from portal.accounts.factor_models import DIGITS, STEP
from portal.shared import clock
from tests.e2e import serving
from tests.e2e.browsing import PATIENCE, Guard, Reader
from tests.e2e.chatting import EXPECTED, Chatter
from tests.e2e.serving import Site

CAST = "from tests.e2e.casting import show; show(*{names!r}, **{options!r})"
# What a browser keeps of sealed messages, by the names of its databases.
KEPT = """async () => {
    const names = (await indexedDB.databases()).map((one) => one.name)
    return names.filter((name) => name.startsWith('community:') || name.startsWith('community-sealed:'))
}"""


@dataclass
class Card:
    """How a person gets in: sessions not used yet, by whether their second factor is fresh, and the
    secret of her app."""

    fresh: list[str]
    stale: list[str]
    app: bytes
    steps: Iterator[int] = field(default_factory=count)

    def code(self) -> str:
        """Return a code of the app that was not given yet: the present one, then the next."""
        totp = TOTP(self.app, STEP, 0, DIGITS, 0)
        totp.time = clock.now().timestamp() + STEP * next(self.steps)
        return f"{totp.token():0{DIGITS}d}"


def cast(data: Path, *names: str, **options: str) -> dict[str, Card]:
    """Make members in a data folder, also of a site that runs."""
    code = CAST.format(names=names, options=options)
    printed = serving.manage(data, "shell", "-v", "0", "-c", code)
    made = json.loads(printed.strip().splitlines()[-1])
    return {
        name: Card(row["fresh"], row["stale"], bytes.fromhex(row["app"]))
        for name, row in made.items()
    }


class Member(Chatter):
    """A person at one device, signed in already; ``reader`` and ``page`` as of every chatter."""

    def __init__(self, name: str, card: Card, reader: Reader, *, stale: bool) -> None:
        self.name, self.card, self.reader = name, card, reader
        self.page, self.email, self.key = reader.page, "", []
        for pattern in EXPECTED:
            reader.guard.forgive(pattern)
        reader.context.set_default_timeout(PATIENCE)
        session = (card.stale if stale else card.fresh).pop()
        url = reader.site.base
        reader.context.add_cookies([{"name": "sessionid", "value": session, "url": url}])

    # -- direct messages -----------------------------------------------------------------------

    def write_to(self, name: str) -> str:
        """Begin direct messages with a person who is looked for by name; return their address."""
        page = self.reader.open("community/messages/")
        page.get_by_role("button", name="New direct message").click()
        page.locator("#message-to").fill(name)
        page.locator(".people-found .person-row").filter(has_text=name).get_by_role(
            "button"
        ).click()
        page.wait_for_url(re.compile(r"/rooms/[0-9a-f]{8}-"))
        self.composer.wait_for()
        return page.url

    def tell(self, text: str) -> None:
        """Write a message where no usual label is set: with the label AMBER."""
        self.page.locator("#composer-label").select_option("AMBER")
        self.say(text)

    def room_menu(self, deed: str) -> None:
        """Choose a deed from the menu of the room."""
        self.page.get_by_role("button", name="What to do with this room").click()
        self.page.get_by_role("menuitem", name=deed, exact=True).click()

    def row_of(self, name: str) -> Locator:
        """The room of a person in the list."""
        return self.page.locator("li.room-row").filter(has_text=name)

    def look_for(self, words: str) -> list[str]:
        """Return the people found to write to, a line each."""
        page = self.reader.open("community/messages/#p=new-message")
        page.locator("#message-to").fill(words)
        page.locator(".people-found li, .people-search p.muted").first.wait_for()
        return page.locator(".people-found li").all_inner_texts()

    def report(self, text: str, reason: str, *, copy: bool) -> None:
        """Report a message to the operators."""
        self.act(text, "Report")
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label("What is wrong?").fill(reason)
        if copy:
            dialog.get_by_label("Give the operators a readable copy of this message").check()
        dialog.get_by_role("button", name="Send the report").click()
        self.page.get_by_text("The report was sent.").wait_for()

    # -- identity ------------------------------------------------------------------------------

    def start_again(self) -> None:
        """Everything is lost: a new identity, with the second factor asked for in between."""
        page = self.reader.open("community/messages/")
        page.get_by_role("button", name="Read what is lost").click()
        verb = "Delete my keys and start again"
        page.get_by_label("I understand that my earlier messages are gone").check()
        page.get_by_role("button", name=verb).click()
        page.get_by_role("button", name="Confirm", exact=True).click()
        self.confirm()
        page.get_by_label("I understand that my earlier messages are gone").check()
        page.get_by_role("button", name=verb).click()
        groups = page.locator("ol.key-groups code")
        groups.first.wait_for()
        self.key = groups.all_inner_texts()
        page.get_by_role("button", name="I have kept the key").click()
        self.type_groups()
        page.get_by_text("You have a new identity and a new recovery key.").wait_for()
        page.get_by_role("button", name="Go to messages").click()

    def accept_identity(self, name: str) -> None:
        """Sign the changed identity of a person who was checked, as a host."""
        page = self.page
        if not page.get_by_role("heading", name="People in this room").is_visible():
            page.get_by_role("link", name="People").click()
        page.get_by_role("button", name=re.compile(rf"^What to do with \W*{name}")).click()
        page.get_by_role("menuitem", name="Accept the changed identity").click()
        page.get_by_role("dialog").get_by_role("button", name="Sign the new identity").click()

    def confirm(self) -> None:
        """Give the second factor on the page that asks for it."""
        self.page.locator("main input[name=code]").fill(self.card.code())
        self.page.locator("main form:has(input[name=code]) button[type=submit]").click()

    def type_groups(self) -> None:
        """Type again the groups of the key that are asked for."""
        form = self.page.locator("main form")
        for place, label in enumerate(form.locator("label").all_inner_texts()):
            number = re.search(r"\d+", label)
            assert number, label
            form.locator("input").nth(place).fill(self.key[int(number[0]) - 1])
        form.locator("button.button").first.click()

    def kept(self) -> list[str]:
        """Return the databases of sealed messages in this browser."""
        found: list[str] = self.page.evaluate(KEPT)
        return found


@dataclass
class Stage:
    """A browser program and a site: makes people's devices and watches all their pages."""

    site: Site
    chromium: Browser
    cards: dict[str, Card]
    contexts: list[BrowserContext] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.guard = Guard(self.site)

    def member(self, name: str, *, stale: bool = False, **options: object) -> Member:
        """A further device of a person, in a browser of its own. ``stale``: what is sensitive asks
        for the second factor again."""
        context = self.chromium.new_context(**({"locale": "en-GB"} | options))  # type: ignore[arg-type]
        self.guard.watch(context)
        self.contexts.append(context)
        reader = Reader(self.site, context, self.guard)
        return Member(name, self.cards[name], reader, stale=stale)

    def close(self) -> None:
        for context in self.contexts:
            self.guard.close(context)


def compare(asks: Member, answers: Member) -> None:
    """Both compare seven pictures and say that they match; ``asks`` has pressed the button."""
    answers.page.get_by_role("button", name="Compare now").click()
    both = [one.page.get_by_role("dialog") for one in (asks, answers)]
    for dialog in both:
        dialog.get_by_role("button", name="They match").wait_for()
    shown = [dialog.locator("ol").first.inner_text() for dialog in both]
    assert shown[0] == shown[1]
    for dialog in both:
        dialog.get_by_role("button", name="They match").click()
    for dialog in both:
        expect(dialog).to_contain_text(re.compile("is checked|The device is confirmed"))
        dialog.get_by_role("button", name="Close").click()


def bodies(page: Page) -> list[str]:
    """Return the texts of all messages shown, in order."""
    return page.locator("article.message .message-text").all_inner_texts()


def holds(folder: Path, words: str) -> bool:
    """Say whether some file of the server has these words, as UTF-8 or in JSON."""
    forms = (words.encode(), words.encode("ascii", "backslashreplace"))
    contents = (path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return any(form in content for content in contents for form in forms)
