"""Bytes of a first and of a second visit, compressed as the proxy compresses them."""

import gzip
import re
from typing import Any

from tests.load.client import Request, fetch
from tests.load.scenarios import PAGES

ASSET = re.compile(rb'<(?:link|script)[^>]+(?:href|src)="(/static/[^"]+)"')
LEVEL = 6


def _size(port: int, path: str) -> int:
    status, headers, body = fetch(
        port, Request("GET", path, headers=(("Accept-Encoding", "gzip"),))
    )
    if status != 200:
        raise RuntimeError(f"{path}: status {status}")
    return len(body) if "content-encoding" in headers else len(gzip.compress(body, LEVEL))


def weigh(port: int, plan: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Return bytes of HTML, script and style for each page that is fetched with GET.

    A second visit fetches the HTML alone: built files keep their names and stay in the browser.
    """
    found = {}
    for scenario in PAGES:
        request = scenario.requests(plan)()
        if request is None or request.method != "GET":
            continue
        status, _, body = fetch(port, request)
        if status != 200:
            raise RuntimeError(f"{request.path}: status {status}")
        html = len(gzip.compress(body, LEVEL))
        assets = {path.decode() for path in ASSET.findall(body)}
        sizes = {path: _size(port, path) for path in sorted(assets)}
        found[scenario.name] = {
            "html": html,
            "style": sum(size for path, size in sizes.items() if path.endswith(".css")),
            "script": sum(size for path, size in sizes.items() if path.endswith(".js")),
            "first_visit": html + sum(sizes.values()),
            "second_visit": html,
        }
    return found
