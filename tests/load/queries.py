"""Counts the queries of each scenario: ``python -m tests.load.queries PLAN`` prints JSON."""

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import django

from tests.load.client import Request
from tests.load.scenarios import FLOORS, PAGES


def _send(client: Any, request: Request) -> Any:
    client.cookies.load(request.cookie)
    headers = dict(request.headers)
    if request.method == "POST":
        return client.post(request.path, dict(parse_qsl(request.body.decode())), headers=headers)
    return client.get(request.path, headers=headers)


def count(plan: dict[str, Any]) -> dict[str, int]:
    """Return the queries of the third request of each scenario: caches are filled by then."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    counts = {}
    for scenario in (*FLOORS, *PAGES):
        take = scenario.requests(plan)
        for _ in range(3):
            request = take()
            if request is None:
                raise RuntimeError(f"{scenario.name}: there is nothing to ask for")
            client = Client(SERVER_NAME="localhost")
            with CaptureQueriesContext(connection) as captured:
                response = _send(client, request)
            if response.status_code != request.status:
                raise RuntimeError(f"{scenario.name}: status {response.status_code}")
        counts[scenario.name] = len(captured)
    return counts


if __name__ == "__main__":
    django.setup()
    json.dump(count(json.loads(Path(sys.argv[1]).read_text())), sys.stdout)
