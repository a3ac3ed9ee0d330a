"""A reader at a browser, and the guard that looks over her shoulder on every page."""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    WebError,
)
from playwright.sync_api import Error as PlaywrightError

from portal.accounts import demo
from tests.e2e.key import Place
from tests.e2e.serving import Site

PASSWORD = "try-the-platform-2026"
FINISHED = "load"
# What Chromium warns of when somebody leaves a page while its socket is being opened.
LEFT = "WebSocket is closed before the connection is established"
PATIENCE = 60_000  # milliseconds; it only ends what hangs, on a machine that others use too
STOPS = 120
IS_FOCUSED = "field => field === document.activeElement"


class Guard:
    """Notes what no page may do: errors on the console, foreign requests, broken policy, 5xx."""

    def __init__(self, site: Site) -> None:
        self.origin = urlsplit(site.base).netloc
        self.faults: list[str] = []
        self.forgiven: list[str] = [LEFT]
        self.leaving: set[BrowserContext] = set()

    def watch(self, context: BrowserContext) -> None:
        """Look at every page of a context from now on."""
        handlers = {
            "console": self._console,
            "weberror": self._weberror,
            "request": self._request,
            "response": self._response,
        }
        for event, handler in handlers.items():
            context.on(event, self._unless_leaving(context, handler))  # type: ignore[call-overload]  # a name from a table

    def _unless_leaving(
        self, context: BrowserContext, handler: Callable[[Any], None]
    ) -> Callable[[Any], None]:
        def handle(event: Any) -> None:
            if context not in self.leaving:
                handler(event)

        return handle

    def close(self, context: BrowserContext) -> None:
        """Close a context; what its pages say while they are cut off is no fault of theirs."""
        with suppress(PlaywrightError):  # the test has closed it itself
            context.cookies()  # a round trip: all that happened before has been noted
        self.leaving.add(context)
        context.close()

    def forgive(self, pattern: str) -> None:
        """Allow faults that a test brings about on purpose (a regular expression)."""
        self.forgiven.append(pattern)

    def check(self) -> None:
        """Fail when a page did what no page may do."""
        faults = [f for f in self.faults if not any(re.search(p, f) for p in self.forgiven)]
        assert faults == []

    def _note(self, fault: str) -> None:
        self.faults.append(fault)

    def _weberror(self, error: WebError) -> None:
        self._note(f"script: {error.error}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            where = message.location.get("url", "") if message.location else ""
            self._note(f"console {message.type}: {message.text} ({where})")

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.path == "/api/csp-report":
            self._note(f"content policy: {request.post_data}")
        if url.scheme not in {"data", "blob", "about"} and url.netloc != self.origin:
            self._note(f"foreign request: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self._note(f"status {response.status}: {response.url}")


class Reader:
    """One person at one device: a browser context with one page, and what she does there."""

    def __init__(self, site: Site, context: BrowserContext, guard: Guard) -> None:
        self.site = site
        self.context = context
        self.guard = guard
        self.page: Page = context.new_page()

    def open(self, path: str, language: str = "en", status: int = 200) -> Page:
        """Open a page below a language and wait for its scripts."""
        response = self.page.goto(f"{self.site.base}/{language}/{path}", wait_until=FINISHED)
        assert response is not None
        assert response.status == status, f"{response.status} {response.url}"
        return self.page

    def come_in(self, email: str, language: str = "en") -> Page:
        """Be a demo person who has signed in at this browser before."""
        session = self.site.session(email)
        self.context.add_cookies([{"name": "sessionid", "value": session, "url": self.site.base}])
        return self.open("learning/", language)

    def sign_in(self, email: str, language: str = "en") -> Page:
        """Sign in through the form."""
        page = self.open("account/sign-in/", language)
        page.locator("main input[name=login]").fill(email)
        page.locator("main input[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit]").click()
        page.wait_for_url(re.compile(r"/learning/|/account/factor/"))
        if "/account/factor/" in page.url:
            self._give_code(email)
        return page

    def _give_code(self, email: str) -> None:
        """Type a code of the demo person's app: the present one, or the next if that was used.

        Each works once and the next one is accepted early, so two sign-ins of one person need no
        waiting.
        """
        page = self.page
        step = max(_steps[email] + 1, _step_now())
        while step > _step_now() + 1:
            time.sleep(0.5)
        _steps[email] = step
        page.locator("main input[name=code]").fill(demo.app_code(email, step - _step_now()))
        page.locator("main form:has(input[name=code]) button[type=submit]").click()
        page.wait_for_url("**/learning/")

    def newest_code(self, address: str) -> str:
        """Return the code in the newest mail to an address."""
        for path in reversed(self.site.mails()):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            if address in str(mail["To"]):
                body = mail.get_body(("plain",))
                assert body is not None
                found = re.search(r"\b[A-Z0-9]{4}-?[A-Z0-9]{4}\b", body.get_content())
                assert found, body.get_content()
                return found[0]
        raise AssertionError(f"No mail to {address} in {_names(self.site.mails())}.")

    def storage(self) -> str:
        """Return all that this browser keeps locally, as one text."""
        return str(self.page.evaluate("JSON.stringify({...localStorage})"))


Newcomer = Callable[..., Reader]
_steps: dict[str, int] = defaultdict(int)  # per person: the step of the last code used


def _step_now() -> int:
    return int(time.time() // demo.STEP)


def _names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


def cards(page: Page) -> Locator:
    """Return the question cards of a page."""
    return page.locator("section.question")


def card_at(page: Page, place: Place) -> Locator:
    """Return the card of a question on its step, in any language."""
    return cards(page).nth(place.index)


def fill(card: Locator, answer: Mapping[str, list[str]]) -> None:
    """Enter an answer as a person with a pointer would: choices, numbers, lists.

    Places of an ordering question are given one after the other, from the first to the last:
    giving a row a place moves the others.
    """
    for name, values in sorted(answer.items(), key=lambda row: row[1]):
        fields = card.locator(f"[name='{name}']")
        if fields.first.evaluate("field => field.tagName") == "SELECT":
            fields.first.select_option(values[0])
        elif fields.first.get_attribute("type") in {"radio", "checkbox"}:
            for index in range(fields.count()):
                field = fields.nth(index)
                wanted = field.get_attribute("value") in values
                if field.is_checked() != wanted and (
                    wanted or field.get_attribute("type") != "radio"
                ):
                    field.set_checked(wanted)
        else:
            fields.first.fill(values[0])


def check(card: Locator) -> None:
    """Press “Check” and wait for what comes back into the card."""
    key = card.locator("input[name=key]").first.get_attribute("value")
    card.locator("form.question-form .question-actions button.button:not(.button-quiet)").click()
    card.page.wait_for_function(
        """([id, key]) => {
            const found = document.getElementById(id)?.querySelector('input[name=key]')
            return found && found.value !== key
        }""",
        arg=[card.get_attribute("id"), key],
    )


def state(card: Locator) -> str | None:
    """Return unanswered, right, partly or wrong."""
    return card.get_attribute("data-state")


def saved(card: Locator) -> None:
    """Wait until the card says that the half-answer is with the server."""
    card.locator("[data-save-state][data-state=saved]").wait_for()


def tab_to(page: Page, target: Locator, press: str = "Tab") -> None:
    """Press Tab (or Shift and Tab) until the target has the focus."""
    for _ in range(STOPS):
        if target.evaluate(IS_FOCUSED):
            return
        page.keyboard.press(press)
    raise AssertionError(f"{target} is not reached by {STOPS} times {press}.")
