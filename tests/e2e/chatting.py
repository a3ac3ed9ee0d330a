"""A person who uses sealed messages in a real browser."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.browsing import Newcomer, Reader
from tests.e2e.words import said

SET_UP = "Secure messages are set up. Your history is protected."
# A browser says on its console what a server refused; these are part of the protocol.
EXPECTED = (
    r"backup/version|status of 404",
    r"status of 409",
)


class Chatter:
    """One person at one device, from setting up to talking."""

    def __init__(self, newcomer: Newcomer, email: str, **options: object) -> None:
        self.reader: Reader = newcomer(**options)
        for pattern in EXPECTED:
            self.reader.guard.forgive(pattern)
        self.page: Page = self.reader.page
        self.email = email
        self.key: list[str] = []
        self.reader.come_in(email)

    # -- setting up --------------------------------------------------------------------------

    def set_up(self, language: str = "en") -> "Chatter":
        """First device: the recovery key is shown and three of its groups typed again."""
        page = self.reader.open("community/messages/", language)
        verb = said("Make my recovery key", language)
        page.get_by_role("button", name=verb).click()
        groups = page.locator("ol.key-groups code")
        groups.first.wait_for()
        self.key = groups.all_inner_texts()
        page.get_by_role("button", name=said("I have kept the key", language)).click()
        form = page.locator("main form")
        labels = form.locator("label").all_inner_texts()
        for place, label in enumerate(labels):
            number = re.search(r"\d+", label)
            assert number, label
            form.locator("input").nth(place).fill(self.key[int(number[0]) - 1])
        form.locator("button.button").first.click()
        page.get_by_text(said(SET_UP, language)).wait_for()
        return self

    def restore(self, key: list[str]) -> "Chatter":
        """Another device: confirmed by the recovery key."""
        page = self.reader.open("community/messages/")
        field = page.get_by_label("Recovery key for messages")
        field.fill(" ".join(key))
        page.get_by_role("button", name="Restore my messages").click()
        page.get_by_text("This device is confirmed.").wait_for()
        return self

    # -- rooms -------------------------------------------------------------------------------

    def open_case(self, name: str, *others: str, shared: bool = False, language: str = "en") -> str:
        """Open a case room with the people of these names; return its address."""
        page = self.reader.open("community/rooms/new/", language)
        page.locator("#room-name").fill(name)
        page.locator("#room-purpose").fill("Agree who asks whom about the parcels of Westmark.")
        page.locator("#room-legal_basis").fill("Article 19 of an invented convention.")
        page.locator("#room-states").select_option("SN")
        page.locator("#room-ends").fill("2027-05-31")
        page.locator("fieldset input[type=radio]").nth(1 if shared else 0).check()
        for other in others:
            page.locator("#room-people").fill(other)
            page.locator(".people-found button").first.click()
            page.locator("#room-people").fill("")
        page.get_by_role("button", name=said("Open the room", language)).click()
        page.wait_for_url(re.compile(r"/rooms/[0-9a-f]{8}-"))
        self.composer.wait_for()
        return page.url

    def accept(self, name: str) -> None:
        """Accept the invitation to a room."""
        page = self.reader.open("community/messages/")
        page.get_by_role("link", name=re.compile(re.escape(name))).first.click()
        page.get_by_role("button", name="Accept and open").click()
        self.composer.wait_for()

    def enter(self, name: str) -> None:
        """Open a room from the list."""
        page = self.reader.open("community/messages/")
        page.get_by_role("link", name=re.compile(re.escape(name))).first.click()
        page.locator("ol.timeline").wait_for()

    # -- talking -----------------------------------------------------------------------------

    @property
    def composer(self) -> Locator:
        return self.page.locator("#composer-text")

    def say(self, text: str) -> None:
        """Write a message and send it by keyboard."""
        self.composer.fill(text)
        self.composer.press("Control+Enter")

    def message(self, text: str) -> Locator:
        """The newest message that holds a text."""
        return self.page.locator("article.message").filter(has_text=text).last

    def sees(self, text: str) -> Locator:
        """Wait until a message is shown; return it."""
        found = self.message(text)
        expect(found).to_be_visible()
        return found

    def act(self, text: str, deed: str) -> None:
        """Choose a deed from a message's menu."""
        found = self.message(text)
        found.locator("[data-menu-toggle]").click()
        self.page.get_by_role("menuitem", name=deed, exact=True).click()
