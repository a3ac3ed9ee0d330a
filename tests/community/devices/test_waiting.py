"""Waiting requests hold threads; there are always some left for pages."""

import re
import threading
import time
from pathlib import Path

import pytest

from community.devices import sync, waiting
from community.devices.models import Device
from tests.project.test_production_settings import show

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
UNITS = {path.stem: path.read_text() for path in (DEPLOY / "systemd").glob("*.service")}
GUNICORN = sorted(name for name, text in UNITS.items() if "-m gunicorn" in text)


def option(unit, name):
    """A number or name the server of a unit is started with."""
    (command,) = re.findall(r"^ExecStart=((?:.*\\\n)*.*)$", UNITS[unit], re.MULTILINE)
    words = command.replace("\\\n", " ").split()
    return words[words.index(f"--{name}") + 1]


def waits(unit):
    """How many requests may wait in a process of the unit."""
    own = re.search(r"^Environment=.*\bSYNC_WAITS=(\d+)", UNITS[unit], re.MULTILINE)
    return int(own[1]) if own else int(show("s.SYNC_WAITS"))


def test_some_pages_are_served_by_gunicorn():
    assert {"portal-pages", "portal-waiting"} <= set(GUNICORN)


@pytest.mark.parametrize("unit", GUNICORN)
def test_each_process_has_a_thread_that_never_waits(unit):
    assert waits(unit) < int(option(unit, "threads"))


def test_proxy_sends_waiting_requests_to_the_service_that_has_threads_for_them():
    proxy = (DEPLOY / "nginx.conf").read_text()
    place = re.search(r"location = /api/e2ee/v1/sync \{\s*proxy_pass http://(\w+);", proxy)
    assert place
    socket = re.search(rf"upstream {place[1]}\s*\{{ server (unix:[\w/.]+);", proxy)
    assert socket
    assert socket[1] == option("portal-waiting", "bind")
    assert waits("portal-waiting") >= 64


def test_embedded_site_and_services_are_told_by_a_setting():
    assert show("s.SYNC_WAITS") == "1"
    assert show("s.SYNC_WAITS", SYNC_WAITS="40") == "40"


def test_newer_request_of_a_device_frees_the_thread_of_the_older_one_at_once(monkeypatch):
    """The line of the older one may be dead: it would hold its thread for 25 seconds."""
    nothing = {
        "cursor": "D.0.0.0", "to_device": [], "device_lists": {"changed": [], "left": []},
    }  # fmt: skip
    monkeypatch.setattr(sync, "read_sync", lambda device, cursor: nothing)
    monkeypatch.setattr(waiting, "_release_connection", lambda: None)
    monkeypatch.setattr(waiting, "STEP", 60.0)
    older = threading.Thread(
        target=waiting.read, args=(Device(pk=7), "D.0.0.0", 25), daemon=True
    )  # fmt: skip
    older.start()
    until = time.monotonic() + 20
    while 7 not in waiting._places._ends:
        assert time.monotonic() < until
        time.sleep(0.01)
    waiting.read(Device(pk=7), "D.0.0.0", 1, pause=lambda seconds, end: None)
    older.join(timeout=20)
    assert not older.is_alive()
    assert waiting._places._ends == {}
