"""What the crypto library (18.9.0) really sends is taken: requests recorded once, signed by it."""

import json
import uuid
from pathlib import Path

import pytest

from community.devices.models import Device, FallbackKey
from portal.shared import clock
from tests.community.devices.help import code
from tests.community.paper import Paper
from tests.people import member

pytestmark = pytest.mark.django_db
RECORDED = json.loads(Path(__file__).with_name("library.json").read_text("utf-8"))
DEVICE = "ABCDEFGHIJ"


@pytest.fixture
def browser() -> Paper:
    """The person and device of the recording, registered by the recorded upload."""
    user = member(public_id=uuid.UUID("00000000-0000-4000-8000-000000000001"))
    paper = Paper(user)
    assert paper.name == RECORDED["user"]
    answer = paper.post("keys/upload", RECORDED["upload"])
    assert answer.json() == {"one_time_key_counts": {"signed_curve25519": 2}}
    return paper


def test_fallback_key_has_the_id_of_the_first_one_time_key_and_is_taken(browser):
    first = sorted(RECORDED["upload"]["one_time_keys"])[0]
    assert list(RECORDED["later"]["fallback_keys"]) == [first]
    assert browser.post("keys/upload", RECORDED["later"]).status_code == 200
    assert not FallbackKey.objects.get().used


def test_identity_confirms_the_device_and_bears_the_devices_signature(browser):
    assert browser.post("keys/signing", RECORDED["signing"]).json() == {}
    assert browser.post("keys/signatures", RECORDED["signatures"]).json() == {"failures": {}}
    assert Device.objects.get().confirmed
    found = browser.post("keys/query", {"device_keys": {browser.name: []}}).json()
    for kind in ("master", "self_signing", "user_signing"):
        assert found[f"{kind}_keys"][browser.name] == RECORDED["signing"][f"{kind}_key"]
    device = found["device_keys"][browser.name][DEVICE]
    assert len(device["signatures"][browser.name]) == 2


def test_backup_text_it_signed_is_taken_and_another_is_not(browser):
    browser.post("keys/signing", RECORDED["signing"])
    assert browser.post("backup/version", RECORDED["backup"]).status_code == 201
    auth = RECORDED["backup"]["auth"]
    other = RECORDED["backup"] | {"auth": auth | {"text": auth["text"].replace("8kqV", "8kqW")}}
    assert code(browser.post("backup/version", other)) == (422, "bad_signature")


def test_device_key_binds_by_its_signature(browser):
    later = Paper(browser.user)
    Device.objects.update(challenge=RECORDED["bind"]["nonce"], challenge_at=clock.now())
    assert later.post(f"devices/{DEVICE}/bind", RECORDED["bind"]).json() == {}
    assert later.get("config").json()["device_id"] == DEVICE
