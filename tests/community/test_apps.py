"""What the app connects when it starts, seen in a process that only starts.

A test that imports a receiver itself connects it, so it cannot tell whether the site does.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

SETTINGS = "DJANGO_SETTINGS_MODULE"
ROOT = Path(__file__).resolve().parents[2]
STARTED = """
import json, sys, django
django.setup()
from portal.events import _listeners
from portal.events.messages import MembershipEnded
from portal.notifications import verbs
print(json.dumps({
    "modules": sorted(sys.modules),
    "ended": [one.__module__ for one in _listeners[MembershipEnded]],
    "asked": [name for name, verb in verbs.known().items() if verb.may is not None],
}))
"""


def started():
    done = subprocess.run(
        [sys.executable, "-c", STARTED], cwd=ROOT, capture_output=True, text=True, timeout=60,
        check=True, env=os.environ | {SETTINGS: settings.SETTINGS_MODULE},
    )  # fmt: skip
    return json.loads(done.stdout)


def test_everything_that_listens_is_connected_when_the_site_starts():
    found = started()
    receivers = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for half in ("portal", "courses", "community")
        for path in (ROOT / half).rglob("receivers.py")
    }
    assert "community.rooms.receivers" in receivers
    assert receivers - set(found["modules"]) == set()
    assert "community.rooms.receivers" in found["ended"]  # who is no member leaves her rooms
    assert "report" in found["asked"]  # asked again before a moderator's mail goes out
