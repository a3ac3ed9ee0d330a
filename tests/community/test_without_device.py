"""What a sign-in may do that has no device, or whose device was removed (messaging.md 10.5)."""

import uuid

import pytest
from django.urls import reverse

from community.api import urls
from community.devices.models import Device
from community.rooms.models import Room
from portal.shared import clock
from tests import people
from tests.authz.cells import HARMLESS, noting, undone
from tests.community.paper import PREFIX, Paper
from tests.community.rooms.world import Case, code, day, sealed
from tests.limits import forget_limits

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "DELETE")
# The calls by which a browser becomes a device or gets its keys back; holding and closing are done
# by people who are in no room, too. There is no dehydrated device for anybody yet.
OPEN = {
    ("e2ee_config", "GET"), ("e2ee_keys_query", "POST"), ("e2ee_devices", "GET"),
    ("e2ee_device", "DELETE"), ("e2ee_device_challenge", "POST"), ("e2ee_device_bind", "POST"),
    ("e2ee_backup_version", "GET"), ("e2ee_backup_room_keys", "GET"), ("e2ee_secret", "GET"),
    ("e2ee_hold", "POST"), ("e2ee_close", "POST"), ("e2ee_dehydrated_device", "GET"),
    ("e2ee_dehydrated_device", "PUT"), ("e2ee_dehydrated_device", "DELETE"),
    ("e2ee_dehydrated_events", "GET"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_counters(db):
    forget_limits()


@pytest.fixture
def host():
    return sealed("Host")


@pytest.fixture
def case(host):
    return Case(host, sealed("Other"))


@pytest.fixture(params=["unbound", "removed"])
def sign_in(request, host, case):
    """A sign-in of the host without a live device, and what it is told."""
    if request.param == "unbound":
        return Paper(host.user, keys=host), (403, "device_required")
    Device.objects.filter(user=host.user).update(revoked_at=clock.now())
    return host, (403, "device_revoked")


def addresses(case, seq):
    """Every address of the interface, about this room where it is about one."""
    words = {
        "r": case.id, "t": str(seq), "m": uuid.uuid4(), "offset": 0, "u": uuid.uuid4(), "v": 1,
        "kind": "m.secret.request", "name": "anchors", "d": "AAAAAAAAAA", "number": 1,
    }  # fmt: skip
    rows = [row for part in urls.urlpatterns for row in getattr(part, "url_patterns", [])]
    return {
        row.name: reverse(row.name, kwargs={name: words[name] for name in row.pattern.converters})
        for row in rows
    }


def test_everything_but_the_way_in_asks_for_the_device(case, host, sign_in):
    paths = addresses(case, case.say(host))
    asks, refusal = sign_in
    allowed, faults = set(), []
    for name, method in ((name, method) for name in paths for method in METHODS):
        written: set[str] = set()
        with undone(), noting(written):
            answer = asks.call(method, paths[name].removeprefix(PREFIX), {})
        if answer.status_code == 405:
            continue
        if answer.status_code < 400 or code(answer) != refusal:
            allowed.add((name, method))
        elif written - HARMLESS:
            faults.append(f"{method} {name} wrote {sorted(written)}")
    assert allowed == OPEN
    assert not faults, "\n".join(faults)


def test_events_settings_and_closing_are_refused_with_good_bodies_too(case, host, sign_in):
    seq = case.say(host)
    before = list(Room.objects.values())
    asks, refusal = sign_in
    settings = {"retention_days": 1, "ends_at": day(9), "receipts": True}
    answers = [
        asks.get(f"rooms/{case.id}/events"),
        asks.delete(f"rooms/{case.id}/events/{seq}"),
        case.post(asks, "settings", settings),
        case.post(asks, "close", {"step": "closing"}),
        case.post(asks, "leave"),
    ]
    assert [code(answer) for answer in answers] == [refusal] * 5
    assert list(Room.objects.values()) == before


def test_it_becomes_a_device_and_reads_then(case, sign_in):
    asks, _refusal = sign_in
    again = Paper(asks.user, keys=asks, client=asks.client)
    again.set_up(first=False)
    assert again.get("config").json()["device_id"] == again.device_id
    assert case.get(again, "/events").status_code == 200


def test_person_with_ten_lost_devices_makes_room_for_another(host):
    Device.objects.filter(user=host.user).update(bound_sign_in="")
    row = Device.objects.get(user=host.user)
    for number in range(9):
        row.pk, row.device_id = None, f"DEVICE{number:04}"
        row.save()
    late = Paper(host.user, keys=host)
    keys = late.device_keys()
    assert code(late.post("keys/upload", {"device_keys": keys})) == (409, "too_many_devices")
    assert late.delete("devices/DEVICE0001").status_code == 204
    assert late.post("keys/upload", {"device_keys": keys}).status_code == 200


def test_administrators_need_none_for_a_hold_and_for_a_room_without_hosts(case, host):
    boss = Paper(people.staff("administrator"))
    held = case.post(boss, "hold", {"until": day(5), "reason": "investigation"})
    assert held.status_code == 200
    host.user.membership.state = "ended"
    host.user.membership.save()
    for step in ("closing", "closed"):
        assert case.post(boss, "close", {"step": step}).json()["state"] == step
