"""A browser's first upload makes it a device of the person (messaging.md 10.3 keys/upload)."""

from typing import Any

import msgspec

from community.api.errors import ApiError
from community.devices import lists, objects
from community.devices.models import Device
from community.ids import DEVICE_ID, user_name
from portal.accounts import security_notices
from portal.audit.services import record
from portal.shared import clock, ratelimit
from portal.shared.errors import TooMany

MOST_BYTES = 4096
REGISTRATIONS = "device-registrations"


class DeviceKeys(msgspec.Struct, frozen=True):
    """The public keys of a device as they are stored, with its own signature."""

    device_id: str
    ed25519: str
    kept: dict[str, Any]


def read(user: Any, value: object) -> DeviceKeys:
    """Return the device keys of a request. Raises bad_request, too_large, bad_signature."""
    given = objects.checked(value, MOST_BYTES, "device_keys")
    device_id, owner = given.get("device_id"), user_name(user.public_id)
    if not isinstance(device_id, str) or not DEVICE_ID.fullmatch(device_id):
        raise ApiError("bad_request", "a device id is 10 characters A–Z0–9")
    if given.get("user_id") != owner:
        raise ApiError("bad_request", "these are the keys of somebody else")
    _check_algorithms(given.get("algorithms"))
    keys = objects.part(given, "keys")
    if set(keys) != {f"curve25519:{device_id}", f"ed25519:{device_id}"}:
        raise ApiError("bad_request", "keys are curve25519 and ed25519 of this device")
    if not all(objects.is_public_key(key) for key in keys.values()):
        raise ApiError("bad_request", "a key is 32 bytes in unpadded base64")
    public = keys[f"ed25519:{device_id}"]
    if not objects.is_signed(given, user=owner, key_id=device_id, public=public):
        raise ApiError("bad_signature", "the device did not sign its keys")
    made = objects.signatures_of(given, owner)[f"ed25519:{device_id}"]
    kept = objects.unsigned(given) | {"signatures": {owner: {f"ed25519:{device_id}": made}}}
    return DeviceKeys(device_id, public, kept)


def ed25519_of(device: Device) -> str:
    """Return the public signing key of a stored device."""
    return str(device.device_keys["keys"][f"ed25519:{device.device_id}"])


def known_device(*, user: Any, sign_in: str, keys: DeviceKeys) -> Device | None:
    """Return the device of this sign-in if these are its keys; None if it has to be registered.

    Raises device_keys_changed, device_id_used, sign_in_has_device, too_many_devices.
    """
    rows = Device.objects.filter(user=user)
    bound = rows.filter(bound_sign_in=sign_in, revoked_at=None).first() if sign_in else None
    if bound is not None and bound.device_id == keys.device_id:
        if objects.canonical(bound.device_keys) != objects.canonical(keys.kept):
            raise ApiError("device_keys_changed")
        return bound
    if bound is not None:
        raise ApiError("sign_in_has_device")
    if rows.filter(device_id=keys.device_id).exists():
        raise ApiError("device_id_used")
    if rows.filter(revoked_at=None).count() >= ratelimit.get("devices").amount:
        raise ApiError("too_many_devices")
    return None


def count_registration(user: Any) -> None:
    """Count a new device of today. Raises TooMany. Never inside a transaction (see pace)."""
    if seconds := ratelimit.wait(str(user.pk), REGISTRATIONS):
        raise TooMany(seconds)


def register(*, user: Any, sign_in: str, keys: DeviceKeys) -> Device:
    """Make the device and bind it to the sign-in, in the transaction of the caller.

    The device list's counter is locked first, so two registrations of one person cannot pass the
    checks together. Told by mail always (messaging.md 6.6). Raises what ``known_device`` raises.
    """
    lists.mark_changed(user.pk)
    known = known_device(user=user, sign_in=sign_in, keys=keys)
    if known is not None:
        return known
    moment = clock.now()
    device = Device.objects.create(
        user=user,
        device_id=keys.device_id,
        device_keys=keys.kept,
        created=moment,
        last_seen_day=moment.date(),
        bound_sign_in=sign_in,
    )
    security_notices.tell(user, "message_device")
    record("message-device.added", actor=user, about=user, thing=device)
    return device


def _check_algorithms(value: object) -> None:
    fits = isinstance(value, list) and all(isinstance(name, str) for name in value)
    if not fits:
        raise ApiError("bad_request", "algorithms is a list of names")
