"""The library with 1,000 and with 100,000 generated records: finding, reading, harvesting, stamping.

On SQLite; ``library-postgres`` takes the same figures on PostgreSQL.
Fifty members and visitors ask one after another, and eight at once; no question comes twice in a
row, so what is kept of answers helps as little as it does in life. ``LOAD_RECORDS`` changes the
larger number.
"""

import os
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

os.environ["LOAD_WITHOUT_LIMITS"] = "1"

import django

from tests.load.client import Request, Sample, load

SMALL, LARGE = 1_000, int(os.environ.get("LOAD_RECORDS", "100000"))
MEMBERS, SOURCES, SECONDS, PAGES, STAMPS = 50, 20, 4.0, 200, 3
FLOOR = "floor: session and user"
Take = Callable[[], Request]


def _asked(dice: random.Random, words: Any) -> str:
    """Return a question: one to three words, and often a value or two of the facets."""
    language = dice.choices(("en", "fr", "ru", "ar", "zh"), weights=(6, 2, 1, 1, 1))[0]
    parts = [f"q={quote(words.draw(language, dice.randint(1, 3)))}"]
    parts += [f"kind={dice.choice(('study', 'report', 'handbook', 'digest'))}"] * (
        dice.random() < 0.5
    )
    parts += [f"language={dice.choice(('en', 'fr', 'ru'))}"] * (dice.random() < 0.3)
    parts += ["topic=guidance&region=west-africa"] * (dice.random() < 0.2)
    return "&".join(parts)


def scenarios(members: list[Any], records: list[str]) -> dict[str, Take]:
    """Return what is asked, by name."""
    from tests.load.library_data import Words

    dice = random.Random(7)
    words = Words(random.Random(1))

    def member(path: Callable[[], str], holds: bytes = b"</html>") -> Take:
        def take() -> Request:
            return Request("GET", path(), f"sessionid={dice.choice(members).session}", holds=holds)

        return take

    def visitor(path: Callable[[], str]) -> Take:
        return lambda: Request("GET", path(), holds=b"</html>")

    inside = "/en/community/library/"
    return {
        FLOOR: member(lambda: "/load/session/", b"floor"),
        "search with facets, member": member(lambda: f"{inside}?{_asked(dice, words)}"),
        "search with facets, visitor": visitor(lambda: f"/en/library/?{_asked(dice, words)}"),
        "all records with facets": member(
            lambda: inside + f"?kind=study&sort={dice.choice(('newest', 'title'))}"
        ),
        "first page by language": member(
            lambda: f"{inside}?language={dice.choice(('en', 'fr', 'es', 'ru', 'ar', 'zh', 'uk'))}"
        ),
        "record page": visitor(lambda: f"/en/library/{dice.choice(records)}/"),
    }


def _row(sample: Sample) -> dict[str, Any]:
    return {
        "answers": len(sample.seconds),
        "p50_ms": round(sample.quantile(0.5), 1),
        "p95_ms": round(sample.quantile(0.95), 1),
        "faults": sample.faults[:1],
    }


def pages(data: Path, members: list[Any]) -> dict[str, Any]:
    """Return the figures of every page under gunicorn, and of the first search of all."""
    from community.library.permissions import public
    from tests.load.servers import serving

    records = [str(row) for row in public().values_list("public_id", flat=True)[:2_000]]
    rows: dict[str, Any] = {}
    with serving("gunicorn", data) as server:
        first: Sample | None = None
        for name, take in scenarios(members, records).items():
            if name != FLOOR and first is None:
                left = iter((take(),))
                first = load(
                    server.port, lambda left=left: next(left, None), connections=1, seconds=60
                )
            load(server.port, take, connections=4, seconds=2)  # warm, in both workers
            one = load(server.port, take, connections=1, seconds=SECONDS)
            eight = load(server.port, take, connections=8, seconds=SECONDS)
            rows[name] = {"one at a time": _row(one), "eight at once": _row(eight)}
        rows["first search after the start, ms"] = round(first.quantile(1) if first else 0)
        rows["memory of two workers, MiB"] = round(server.memory())
    return rows


def harvest(data: Path) -> dict[str, Any]:
    """Ask for all public records as a harvester does: ListRecords until no token is left."""
    from community.library.permissions import public
    from tests.load.client import fetch
    from tests.load.servers import serving

    found, parts, path = 0, 0, "/oai?verb=ListRecords&metadataPrefix=oai_dc"
    with serving("gunicorn", data) as server:
        began = time.perf_counter()
        while path:
            status, _, body = fetch(server.port, Request("GET", path))
            if status != 200:
                raise RuntimeError(f"harvesting: status {status}")
            found, parts = found + body.count(b"<record>"), parts + 1
            token = re.search(rb"<resumptionToken[^>]*>([^<]+)<", body)
            path = f"/oai?verb=ListRecords&resumptionToken={token[1].decode()}" if token else ""
        seconds = time.perf_counter() - began
    whole = public().count()
    return {
        "records": found, "public": whole, "complete": found == whole, "parts": parts,
        "seconds": round(seconds, 1), "records_per_second": round(found / seconds),
    }  # fmt: skip


def stamping() -> dict[str, Any]:
    """Return the seconds a stamped copy of a document of 200 pages takes."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from portal.files.derived import Line, stamped
    from portal.files.services import receive
    from tests.community.library.shelf import with_text
    from tests.people import person

    sent = SimpleUploadedFile("study.pdf", with_text(PAGES), "application/pdf")
    stored = receive(owner=person(), upload=sent, purpose="publication", label="AMBER")
    line = Line("李明 Ming Li", False, ("2026-01-01 10:00 UTC", "No. 1"), "TLP:AMBER")
    took = []
    for _ in range(STAMPS):
        began = time.perf_counter()
        with stamped(stored, line):
            took.append(time.perf_counter() - began)
    return {"pages": PAGES, "seconds": [round(row, 1) for row in took]}


def measure() -> dict[str, Any]:
    """Return all figures for the small and the large library."""
    from django.db import connection

    from tests.load import chat_data, library_data

    data = Path(os.environ["PORTAL_DATA"])
    members = chat_data.people(MEMBERS)
    sources = library_data.organisations(SOURCES)
    library_data.records(SMALL, sources)
    figures: dict[str, Any] = {
        "database": connection.vendor,
        "records": {SMALL: pages(data, members)},
    }
    began = time.perf_counter()
    library_data.records(LARGE - SMALL, sources, seed=2)
    figures["indexing, records a second"] = round((LARGE - SMALL) / (time.perf_counter() - began))
    figures["records"][LARGE] = pages(data, members)
    figures["growth of p50"] = growth(figures["records"])
    return figures | {"harvest": harvest(data), "stamping": stamping()}


def growth(records: dict[int, dict[str, Any]]) -> dict[str, float]:
    """Return by how many times each page is slower with the larger library."""
    little, much = records[SMALL], records[LARGE]
    names = [name for name, row in little.items() if isinstance(row, dict)]
    return {
        name: round(much[name]["one at a time"]["p50_ms"] / little[name]["one at a time"]["p50_ms"], 2)
        for name in names
    }  # fmt: skip


def is_good(figures: dict[str, Any]) -> bool:
    """Say whether every answer was right and the harvest complete."""
    rows = [row for page in figures["records"].values() for row in page.values()]
    faults = [part["faults"] for row in rows if isinstance(row, dict) for part in row.values()]
    return not any(faults) and figures["harvest"]["complete"]


if __name__ == "__main__":
    django.setup()
    from tests.load.probes import finish

    figures = measure()
    finish(figures, good=is_good(figures))
