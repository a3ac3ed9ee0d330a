"""No page breaks its own content policy or asks a stranger; each stays within its bytes."""

import gzip
from dataclasses import dataclass, field

import pytest

from tests.e2e.browsing import Guard, Newcomer, Reader
from tests.e2e.pages import COURSE, FIRST, OPEN, OWN, walk

KILOBYTE = 1000
BUDGETS = {"Document": 30, "Stylesheet": 20, "Script": 40, "Font": 0}
EXPECTED = r"status of 4\d\d"


def test_walk_over_all_pages_leaves_the_console_clean(newcomer: Newcomer, guard: Guard) -> None:
    guard.forgive(EXPECTED)
    visitor, learner = newcomer(), newcomer()
    learner.come_in("claire@demo.invalid")
    seen = sum(1 for _ in walk(visitor, OPEN, "en")) + sum(1 for _ in walk(learner, OWN, "en"))
    assert seen == len(OPEN) + len(OWN)
    guard.check()


def test_guard_sees_an_inline_script_and_a_foreign_host(newcomer: Newcomer, guard: Guard) -> None:
    page = newcomer().open("courses/")
    page.evaluate(
        """() => {
            const script = document.createElement('script')
            script.textContent = 'window.broken = true'
            document.head.append(script)
            const image = document.createElement('img')
            image.src = 'http://elsewhere.invalid/dot.png'
            document.body.append(image)
        }"""
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.broken") is None
    assert sum("content policy" in fault.lower() for fault in guard.faults) >= 2
    guard.faults.clear()


@dataclass
class Weight:
    """Bytes that came over the line, by kind, and what they were."""

    bytes: dict[str, int] = field(default_factory=dict)

    def watch(self, reader: Reader) -> None:
        """Count every answer to the page of a reader."""
        kinds: dict[str, str] = {}
        line = reader.context.new_cdp_session(reader.page)
        line.send("Network.enable")
        line.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
        line.on("Network.loadingFinished", lambda e: self._add(kinds, e))

    def _add(self, kinds: dict[str, str], event: dict[str, object]) -> None:
        kind = kinds.get(str(event["requestId"]), "Other")
        self.bytes[kind] = self.bytes.get(kind, 0) + int(str(event["encodedDataLength"]))


def compressed_html(reader: Reader, path: str, language: str) -> int:
    """Return the page's bytes as the proxy sends them (deploy/nginx.conf: gzip, level 5)."""
    reply = reader.context.request.get(f"{reader.site.base}/{language}/{path}")
    return len(gzip.compress(reply.body(), 5))


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("", "en"),
        ("", "ar"),
        ("courses/", "ru"),
        (COURSE, "en"),
        (COURSE, "ru"),
        (f"{COURSE}{FIRST}/2/", "ar"),
        (f"{COURSE}{FIRST}/3/", "en"),
        (f"{COURSE}result/", "ru"),
        ("search/?q=protocol", "en"),
    ],
)
def test_first_and_second_visit_stay_within_their_bytes(
    newcomer: Newcomer, path: str, language: str
) -> None:
    reader = newcomer()
    first = Weight()
    first.watch(reader)
    reader.open(path, language).wait_for_load_state("networkidle")
    assert first.bytes["Stylesheet"] > 0
    assert first.bytes["Script"] > 0
    found = first.bytes | {"Document": compressed_html(reader, path, language)}
    for kind, kilobytes in BUDGETS.items():
        assert found.get(kind, 0) <= kilobytes * KILOBYTE, (kind, found)
    second = Weight()
    second.watch(reader)
    reader.open(path, language).wait_for_load_state("networkidle")
    assert second.bytes.get("Stylesheet", 0) + second.bytes.get("Script", 0) == 0, second.bytes
