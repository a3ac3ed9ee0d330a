"""Gives away one-time keys: each once (messaging.md 5, guarantee 1)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from community.api.errors import ApiError
from community.devices import directory, pace
from community.devices.models import Device, FallbackKey, OneTimeKey
from community.devices.uploads import ALGORITHM
from portal.shared import ratelimit
from portal.shared.errors import TooMany

PER_TARGET = "key-claims-target"


def read(body: Mapping[str, Any]) -> dict[str, set[str]]:
    """Return name of person → device ids of a claim. Raises bad_request.

    Only one algorithm exists; a device asked for another one is left out of the answer.
    """
    given = body.get("one_time_keys")
    if not isinstance(given, dict) or not all(isinstance(one, dict) for one in given.values()):
        raise ApiError("bad_request", "one_time_keys is {person: {device: algorithm}}")
    wanted = {
        name: {device for device, algorithm in devices.items() if algorithm == ALGORITHM}
        for name, devices in given.items()
    }
    if sum(map(len, wanted.values())) > ratelimit.get("to-device-targets").amount:
        raise ApiError("bad_request", "too many devices at once")
    return wanted


def claim(*, user: Any, wanted: Mapping[str, set[str]]) -> dict[str, Any]:
    """Take a key of each device: a one-time key, or the fallback key when none is left.

    A device that this person has claimed too often within the hour is left out, so that the
    others are served. Raises TooMany if nothing but such devices was asked for.
    """
    people = directory.people_named(user, wanted, to_write=True)
    names = {person.pk: name for name, person in people.items()}
    devices = [
        device
        for device in directory.live_devices(people.values())
        if device.device_id in wanted[names[device.user_id]]
    ]
    over = pace.take(PER_TARGET, {f"{user.pk}:{device.pk}": 1 for device in devices})
    if devices and len(over) == len(devices):
        raise TooMany(max(over.values()))
    served = [device for device in devices if f"{user.pk}:{device.pk}" not in over]
    found: dict[str, dict[str, Any]] = {}
    for device, name, key in _take(served):
        owner = found.setdefault(names[device.user_id], {})
        owner[device.device_id] = {f"{ALGORITHM}:{name}": key}
    return {"one_time_keys": found, "failures": {}}


@transaction.atomic
def _take(devices: Iterable[Device]) -> list[tuple[Device, str, dict[str, Any]]]:
    """Return device, key id and key for each device that has one; in the order of locking."""
    found = []
    for device in devices:
        taken = _take_one_time(device) or _lend_fallback(device)
        if taken is not None:
            found.append((device, taken.key_id, taken.key))
    return found


def _take_one_time(device: Device) -> OneTimeKey | None:
    """Take the oldest key nobody else is taking. SQLite has one writer, which does the same."""
    rows = OneTimeKey.objects.filter(device=device, algorithm=ALGORITHM).order_by("pk")
    key = rows.select_for_update(skip_locked=True).first()
    if key is not None:
        OneTimeKey.objects.filter(pk=key.pk).delete()
    return key


def _lend_fallback(device: Device) -> FallbackKey | None:
    key = FallbackKey.objects.filter(device=device, algorithm=ALGORITHM).first()
    if key is not None and not key.used:
        FallbackKey.objects.filter(pk=key.pk, key_id=key.key_id).update(used=True)
    return key
