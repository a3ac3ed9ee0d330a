"""A site with all its stores: settings as people run it, limits that a test may pass."""

import base64
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import connection
from py_vapid import Vapid02

from community.api.endpoint import Call
from portal.organisations.models import Region
from portal.shared import ratelimit
from tests.community.canary.stores import Stores
from tests.limits import forget_limits


@pytest.fixture
def site(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, mails in it, tasks that wait in a table; returns the folder."""
    data = tmp_path / "data"
    for name in ("media", "private", "temporary"):
        (data / name).mkdir(parents=True)
    settings.DATA_DIR, settings.MEDIA_ROOT = data, data / "media"
    settings.PRIVATE_ROOT = data / "private"
    monkeypatch.setattr(tempfile, "tempdir", str(data / "temporary"))
    settings.ADMINS = [("Operator", "operator@example.org")]
    settings.EMAIL_BACKEND = "portal.project.mail.ReadableConsoleBackend"
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    key = Vapid02()
    key.generate_keys()
    der = key.private_key.private_bytes(
        Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    settings.VAPID_PRIVATE_KEY = base64.urlsafe_b64encode(der).rstrip(b"=").decode()
    settings.VAPID_CONTACT = "mailto:operator@example.org"
    return data


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to wait: a test is quicker than a person. All counters count but that of events,
    whose many writes would take a third of the time."""
    for name, limit in list(ratelimit.BY_NAME.items()):
        if limit.area == "sealed messages" and limit.seconds is not None:
            monkeypatch.setitem(ratelimit.BY_NAME, name, replace(limit, amount=10**9))
    monkeypatch.setattr("community.realtime.limits.take", lambda left, at, moment: left)
    count = Call.limit

    def limit(call: Call, name: str, **more: str) -> None:
        if not name.startswith("events"):
            count(call, name, **more)

    monkeypatch.setattr(Call, "limit", limit)


@pytest.fixture
def stores(
    transactional_db: None, site: Path, capfd: pytest.CaptureFixture[str]
) -> Iterator[Stores]:
    """Everything that can be searched. What is written is really committed."""
    Region.objects.get_or_create(pk="SN")  # tests of this kind empty all tables, migrations' too
    forget_limits()
    if connection.vendor == "sqlite":  # nobody pulls the plug here
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    interval = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)  # requests and socket take turns, a query each
    found = Stores(site, lambda: "".join(capfd.readouterr()))
    try:
        yield found
    finally:
        sys.setswitchinterval(interval)
        found.stop()
        forget_limits()
