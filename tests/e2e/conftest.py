"""A running site for the whole run; a browser; a fresh reader for each test that wants one."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from launcher.testing import BROWSERS
from tests.e2e import serving
from tests.e2e.browsing import PATIENCE, Guard, Newcomer, Reader
from tests.e2e.serving import Site

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site with the shipped course, the small course in two languages, and the demo people."""
    folder = tmp_path_factory.mktemp("e2e")
    with (folder / "site.log").open("w", encoding="utf-8") as output:
        running, process = serving.begin(folder, output)
        yield running
        serving.stop(process)
    written = running.log.read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in written, written[-6000:]
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, started once."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    assert program, "Chromium is not installed."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def guard(site: Site) -> Iterator[Guard]:
    """Whatever a test does, no page of it may break the rules every page keeps."""
    watching = Guard(site)
    yield watching
    watching.check()


@pytest.fixture
def newcomer(site: Site, chromium: Browser, guard: Guard) -> Iterator[Newcomer]:
    """Makes readers, each with a browser of her own; options are those of a browser context."""
    contexts: list[BrowserContext] = []

    def make(**options: object) -> Reader:
        context = chromium.new_context(**({"locale": "en-GB"} | options))  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        guard.watch(context)
        contexts.append(context)
        return Reader(site, context, guard)

    yield make
    for context in contexts:
        guard.close(context)


@pytest.fixture
def reader(newcomer: Newcomer) -> Reader:
    """A visitor with a fresh browser, in English."""
    return newcomer()
