"""A device proves by its key that it is the one, and moves to this sign-in (messaging.md 10.3)."""

import hmac
from datetime import timedelta
from typing import Any

import msgspec
from django.db import IntegrityError, transaction

from community import signing
from community.api.errors import ApiError
from community.devices import own_devices, registration
from community.devices.models import Device
from community.ids import DEVICE_ID
from community.realtime import pokes
from portal.shared import clock, ids
from portal.shared.errors import NotAllowed

DOMAIN = "community.bind.v1"
VALID = timedelta(minutes=5)
SIGNED_OUT = 4401


class Proof(msgspec.Struct, frozen=True):
    """The question that was asked, and the device key's signature."""

    nonce: str
    signature: str


def challenge(*, user: Any, device_id: str) -> str:
    """Return a new question for one of her devices, good for five minutes, once.

    Raises NotAllowed.
    """
    device = own_devices.find(user=user, device_id=device_id)
    nonce = ids.token()
    Device.objects.filter(pk=device.pk).update(challenge=nonce, challenge_at=clock.now())
    return nonce


def bind(*, user: Any, device_id: str, sign_in: str, proof: Proof) -> None:
    """Bind the device to this sign-in; the one it was bound to loses it, and its sockets.

    Raises NotAllowed, bad_signature for a wrong, old or used answer, sign_in_has_device if
    another live device is bound to this sign-in.
    """
    if not DEVICE_ID.fullmatch(device_id):
        raise NotAllowed
    with transaction.atomic():
        rows = Device.objects.select_for_update(no_key=True)
        device = rows.filter(user=user, device_id=device_id, revoked_at=None).first()
        if device is None:
            raise NotAllowed
        _check(device, proof)
        others = Device.objects.filter(user=user, bound_sign_in=sign_in, revoked_at=None)
        if others.exclude(pk=device.pk).exists():
            raise ApiError("sign_in_has_device")
        moved = device.bound_sign_in not in {"", sign_in}
        device.bound_sign_in, device.challenge, device.challenge_at = sign_in, "", None
        try:
            device.save(update_fields=["bound_sign_in", "challenge", "challenge_at"])
        except IntegrityError as error:  # another device was bound in the same moment
            raise ApiError("sign_in_has_device") from error
        if moved:
            pokes.close(device.pk, SIGNED_OUT)


def _check(device: Device, proof: Proof) -> None:
    """Raise bad_signature unless the proof answers the present question."""
    asked = device.challenge_at
    fresh = asked is not None and clock.now() - asked < VALID and bool(device.challenge)
    same = fresh and hmac.compare_digest(device.challenge.encode(), proof.nonce.encode())
    signed = f"{DOMAIN}\n{proof.nonce} {device.device_id}".encode()
    if not same or not signing.verify(registration.ed25519_of(device), proof.signature, signed):
        raise ApiError("bad_signature")
