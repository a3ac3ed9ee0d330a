"""What a device puts up for others to begin a session with it (messaging.md 5, guarantees 1, 2).

A one-time key is given away once; the fallback key is lent when none is left.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.db import transaction

from community.api.errors import ApiError
from community.devices import objects, registration
from community.devices.models import Device, FallbackKey, OneTimeKey, UsedKeyId
from community.devices.registration import DeviceKeys
from community.ids import user_name
from portal.shared import ratelimit

ALGORITHM = "signed_curve25519"
# 18 characters leave room for the mark of fallback keys, whose ids the library counts apart.
NAME = re.compile(rf"{ALGORITHM}:([A-Za-z0-9+/_-]{{1,18}})")
FALLBACK_MARK = "f:"
MOST_BYTES = 1024


class SignedKey(msgspec.Struct, frozen=True):
    """A key that was signed by its device."""

    key_id: str
    key: dict[str, Any]
    digest: str


class Upload(msgspec.Struct, frozen=True):
    """The checked body of keys/upload."""

    device_keys: DeviceKeys | None
    one_time: list[SignedKey]
    fallback: SignedKey | None


def read(*, user: Any, device: Device | None, body: Mapping[str, Any]) -> Upload:
    """Check the body against the keys it brings, or those of ``device``.

    Raises bad_request, too_large, bad_signature; device_required if there is neither.
    """
    given = body.get("device_keys")
    keys = None if given is None else registration.read(user, given)
    if keys is not None:
        device_id, public = keys.device_id, keys.ed25519
    elif device is not None:
        device_id, public = device.device_id, registration.ed25519_of(device)
    else:
        raise ApiError("device_required")
    owner = user_name(user.public_id)
    one_time = _signed_keys(objects.part(body, "one_time_keys"), owner, device_id, public)
    fallback = _signed_keys(objects.part(body, "fallback_keys"), owner, device_id, public)
    if len(fallback) > 1:
        raise ApiError("bad_request", "one fallback key at a time")
    return Upload(keys, one_time, fallback[0] if fallback else None)


def upload(*, user: Any, sign_in: str, device: Device | None, wanted: Upload) -> dict[str, int]:
    """Register the device if it is new, store its keys, and return how many are left.

    Repeating an upload does nothing. Raises key_id_reused, bad_request above 100 one-time keys,
    TooMany, and what ``registration.register`` raises.
    """
    keys = wanted.device_keys
    if keys is not None:
        device = registration.known_device(user=user, sign_in=sign_in, keys=keys)
        if device is None:
            registration.count_registration(user)
    with transaction.atomic():
        if device is None and keys is not None:
            device = registration.register(user=user, sign_in=sign_in, keys=keys)
        device = _locked(device)
        _add_one_time_keys(device, wanted.one_time)
        if wanted.fallback is not None:
            _set_fallback(device, wanted.fallback)
        return counts(device)


def counts(device: Device) -> dict[str, int]:
    """Return how many one-time keys wait; the algorithm is named also when none does."""
    return {ALGORITHM: OneTimeKey.objects.filter(device=device, algorithm=ALGORITHM).count()}


def unused_fallback(device: Device) -> list[str]:
    """Return the algorithms whose fallback key was not lent yet."""
    rows = FallbackKey.objects.filter(device=device, used=False)
    return sorted(rows.values_list("algorithm", flat=True))


def _signed_keys(
    given: Mapping[str, Any], owner: str, device_id: str, public: str
) -> list[SignedKey]:
    if len(given) > ratelimit.get("one-time-keys").amount:
        raise ApiError("bad_request", "too many keys at once")
    found = []
    for name, value in given.items():
        match = NAME.fullmatch(name)
        if match is None:
            raise ApiError("bad_request", f"keys are named {ALGORITHM}:<id>")
        key = objects.checked(value, MOST_BYTES, "a key")
        if not objects.is_public_key(key.get("key")):
            raise ApiError("bad_request", "a key is 32 bytes in unpadded base64")
        if not objects.is_signed(key, user=owner, key_id=device_id, public=public):
            raise ApiError("bad_signature", f"{name} is not signed by the device")
        found.append(SignedKey(match.group(1), key, objects.digest(key)))
    return found


def _locked(device: Device | None) -> Device:
    """Lock the device: two uploads of it come one after the other. Raises device_revoked."""
    row = (
        Device.objects.select_for_update(no_key=True)
        .filter(pk=device.pk if device else None, revoked_at=None)
        .first()
    )
    if row is None:
        raise ApiError("device_revoked")
    return row


def _unknown(device: Device, keys: Sequence[SignedKey], mark: str = "") -> list[SignedKey]:
    """Return the keys whose ids are new, and remember these. Raises key_id_reused.

    A known id is never stored again: its key may have been given away.
    """
    ids = {mark + key.key_id: key for key in keys}
    known = dict(
        UsedKeyId.objects.filter(device=device, key_id__in=ids).values_list("key_id", "digest")
    )
    if any(ids[name].digest != digest for name, digest in known.items()):
        raise ApiError("key_id_reused")
    new = {name: key for name, key in ids.items() if name not in known}
    UsedKeyId.objects.bulk_create(
        UsedKeyId(device=device, key_id=name, digest=key.digest) for name, key in new.items()
    )
    return list(new.values())


def _add_one_time_keys(device: Device, keys: Sequence[SignedKey]) -> None:
    new = _unknown(device, keys)
    most = ratelimit.get("one-time-keys").amount
    if new and counts(device)[ALGORITHM] + len(new) > most:
        raise ApiError("bad_request", f"a device keeps {most} one-time keys")
    OneTimeKey.objects.bulk_create(
        OneTimeKey(device=device, algorithm=ALGORITHM, key_id=key.key_id, key=key.key)
        for key in new
    )


def _set_fallback(device: Device, key: SignedKey) -> None:
    """Replace the fallback key; one that was there before is not taken again."""
    if not _unknown(device, [key], FALLBACK_MARK):
        return
    FallbackKey.objects.update_or_create(
        device=device,
        algorithm=ALGORITHM,
        defaults={"key_id": key.key_id, "key": key.key, "used": False},
    )
