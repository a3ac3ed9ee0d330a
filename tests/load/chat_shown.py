"""From the key that sends to the text on another person's screen: two real browsers, one server.

Both pages note the moment by the clock of this machine: the sender when the key is pressed, the
reader when the text is in her page. Sealing, sending, storing, poke, frame, opening and drawing
lie between. Chromium, messages one after the other.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

import django

COUNT = 40
WRITER, READER = "Ines Writer", "Paul Reader"
PAUSE_MS = 700  # at most ten in five seconds may be sent
WATCH = """() => {
    window.seen = {}
    new MutationObserver(() => {
        for (const one of document.querySelectorAll('article.message .message-text')) {
            const text = one.textContent.trim()
            window.seen[text] ??= Date.now()
        }
    }).observe(document.body, { childList: true, subtree: true, characterData: true })
}"""


def _sent(page: Any, text: str) -> float:
    """Write a text and press the keys that send it; return the moment in milliseconds."""
    page.locator("#composer-label").select_option("AMBER")
    page.locator("#composer-text").fill(text)
    moment: float = page.evaluate("Date.now()")
    page.locator("#composer-text").press("Control+Enter")
    return moment


@contextmanager
def _conversation() -> Iterator[tuple[Any, Any]]:
    """Two people at two browsers who have written to each other, on a site of their own."""
    from playwright.sync_api import sync_playwright

    from tests.e2e import serving
    from tests.e2e.chatting_people import Stage, cast

    folder = Path(tempfile.mkdtemp())
    with (folder / "site.log").open("w", encoding="utf-8") as log:
        site, process = serving.begin(folder, log)
        try:
            with sync_playwright() as program:
                browser = program.chromium.launch(executable_path=_chromium())
                stage = Stage(site, browser, cast(site.data, WRITER, READER))
                writer, reader = stage.member(WRITER), stage.member(READER)
                writer.set_up()
                reader.set_up()
                writer.write_to(READER)
                writer.tell("First.")
                reader.enter(WRITER)
                reader.sees("First.")
                yield writer, reader
                browser.close()
        finally:
            serving.stop(process)
            shutil.rmtree(folder, ignore_errors=True)


def measure() -> dict[str, Any]:
    """Return milliseconds from key to screen: p50, p95 and the longest."""
    took: list[float] = []
    with _conversation() as (writer, reader):
        reader.page.evaluate(WATCH)
        for number in range(COUNT):
            text = f"Message {number}."
            sent = _sent(writer.page, text)
            reader.sees(text)
            took.append(reader.page.evaluate("text => window.seen[text]", text) - sent)
            writer.page.wait_for_timeout(PAUSE_MS)
    twentieths = quantiles(took, n=20)
    return {
        "shown": len(took), "p50_ms": twentieths[9], "p95_ms": twentieths[18],
        "most_ms": max(took),
    }  # fmt: skip


def _chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        raise RuntimeError("Chromium is not installed.")
    return found


if __name__ == "__main__":
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    django.setup()
    from tests.load.probes import finish

    figures = measure()
    finish(figures, good=figures["shown"] == COUNT)
