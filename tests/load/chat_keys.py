"""The first message of a room for 10, 50 and 200 devices: asking for keys, sealing the room key for
each device, sending it, sending the message. Second client (tests/e2e/second_client), real site."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

os.environ["LOAD_WITHOUT_LIMITS"] = "1"

import django

BROWSERS = 2  # devices of each person
SIZES = (10, 50, 200)  # devices in a room; the writer's own are among them
PATIENCE = 900
PROGRAM = Path(__file__).with_name("chat_keys.mjs")


def measure() -> dict[str, Any]:
    """Return milliseconds for each number of devices."""
    from django.conf import settings

    from launcher import frontend, places
    from tests.load import chat_data
    from tests.load.servers import serving

    counts = [size // BROWSERS for size in SIZES]
    people = chat_data.newcomers(1 + sum(count - 1 for count in counts), BROWSERS)
    data = Path(os.environ["PORTAL_DATA"])
    _, env = frontend.node()
    sizes = [{"people": count, "devices": count * BROWSERS} for count in counts]
    with serving("daphne", data) as server:
        given = {
            "base": f"http://localhost:{server.port}", "cookie": settings.SESSION_COOKIE_NAME,
            "sizes": sizes, "people": people,
        }  # fmt: skip
        done = subprocess.run(
            ["node", str(PROGRAM)], input=json.dumps(given), cwd=places.STATIC, env=env,
            capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-4000:])
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


if __name__ == "__main__":
    django.setup()
    from tests.load.probes import finish

    figures = measure()
    finish(figures, good=not figures["faults"] and len(figures["rows"]) == len(SIZES))
