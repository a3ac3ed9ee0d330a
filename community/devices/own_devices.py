"""The list of one's own devices, their names, and removing one (messaging.md 10.3 devices)."""

from typing import Any

from django.db import transaction
from django.db.models import Q

from community.api.errors import ApiError
from community.devices import lists, objects
from community.devices.models import (
    Device,
    FallbackKey,
    KeySignature,
    OneTimeKey,
    ToDevice,
    Txn,
    UsedKeyId,
)
from community.ids import DEVICE_ID
from community.realtime import pokes
from portal.accounts import step_up
from portal.audit.services import record
from portal.shared import clock, text
from portal.shared.errors import NotAllowed

LONGEST_NAME = 60
REMOVED = 4409  # how sockets of a removed device are closed (messaging.md 10.4)


def of(user: Any) -> list[Device]:
    """Return the person's devices that were not removed, the oldest first."""
    return list(Device.objects.filter(user=user, revoked_at=None).order_by("created", "pk"))


def find(*, user: Any, device_id: str) -> Device:
    """Return one of her devices that was not removed. Raises NotAllowed.

    What has not the form of an id is none, and is not asked for: PostgreSQL refuses a text with
    the character zero.
    """
    if not DEVICE_ID.fullmatch(device_id):
        raise NotAllowed
    row = Device.objects.filter(user=user, device_id=device_id, revoked_at=None).first()
    if row is None:
        raise NotAllowed
    return row


def rename(*, user: Any, device_id: str, name: str) -> None:
    """Give a device another name, for its owner's eyes. Raises NotAllowed, bad_request."""
    device = find(user=user, device_id=device_id)
    printable = "".join(char if char.isprintable() else " " for char in text.plain(name))
    cleaned = " ".join(printable.split())
    if len(cleaned) > LONGEST_NAME:
        raise ApiError("bad_request", f"a name has at most {LONGEST_NAME} characters")
    Device.objects.filter(pk=device.pk).update(name=cleaned)


def remove(*, user: Any, device_id: str, current: Device | None) -> None:
    """Remove a device: its keys and what waits for it go, everybody is told that it is gone.

    ``current`` is the device of this sign-in, which may always be removed; another one wants a
    fresh second factor. Its id is never used again. Raises NotAllowed, step_up.Needed.
    """
    device = find(user=user, device_id=device_id)
    if current is None or current.pk != device.pk:
        step_up.require(user)
    with transaction.atomic():
        lists.lock()
        rows = Device.objects.filter(pk=device.pk, revoked_at=None)
        if not rows.update(revoked_at=clock.now(), confirmed=False):
            return  # somebody was quicker
        for model in (OneTimeKey, FallbackKey, UsedKeyId, Txn):
            model.objects.filter(device=device).delete()
        ToDevice.objects.filter(recipient_device=device).delete()
        _drop_signatures(user, device_id)
        lists.mark_changed(user.pk)
        record("message-device.removed", actor=user, about=user, thing=device)
        pokes.close(device.pk, REMOVED)


def _drop_signatures(user: Any, device_id: str) -> None:
    """Drop the signatures over the device and those it made over its owner's master key."""
    over = Q(target_user=user, target_key=device_id)
    made = Q(signer_user=user, signer_key=objects.SIGNER + device_id)
    KeySignature.objects.filter(over | made).delete()
