"""Messages from device to device: durable, in order, once (messaging.md 5, D7, guarantee 4).

They carry room keys, so a lost one is lost for ever (pitfall 11): rows are written before the
answer, numbered without gaps per device, and deleted by an acknowledged cursor alone.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import Count, F, OuterRef, Subquery

from community.api.errors import ApiError
from community.devices import directory, objects, pace
from community.devices.models import Device, ToDevice, Txn
from community.ids import TXN_ID
from community.realtime import pokes
from portal.shared import clock, ratelimit
from portal.shared.errors import TooMany

VERIFICATION = "m.key.verification."
TYPES = frozenset({
    "m.room.encrypted", "m.room_key.withheld", "m.secret.request",
    *(VERIFICATION + step
      for step in ("request", "ready", "start", "accept", "key", "mac", "done", "cancel")),
})  # fmt: skip
MOST_OF_VERIFICATION = 370  # bytes, as messaging.md 10.3 says; the library's have at most 335
ENCRYPTED = "m.room.encrypted"
OLM = frozenset({"m.olm.v1.curve25519-aes-sha2", "m.olm.v2.curve25519-aes-sha2"})
SEALED = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
FULL_WAIT = 600  # seconds until it is worth asking again whether an inbox was read
EVERY_DEVICE = "*"
Messages = dict[str, dict[str, dict[str, Any]]]


class Delivery(msgspec.Struct, frozen=True):
    """One message and the device it goes to."""

    device: Device
    content: dict[str, Any]


def read(*, kind: str, txn_id: str, body: Mapping[str, Any]) -> Messages:
    """Return person → device id or ``*`` → content.

    Raises type_not_allowed, bad_request, too_large.
    """
    if kind not in TYPES:
        raise ApiError("type_not_allowed")
    if not TXN_ID.fullmatch(txn_id):
        raise ApiError("bad_request", "a transaction id is 1–64 of A–Z a–z 0–9 _ -")
    most = ratelimit.get("to-device-size").amount
    if kind.startswith(VERIFICATION):
        most = MOST_OF_VERIFICATION
    given = body.get("messages")
    if not isinstance(given, dict) or not all(isinstance(some, dict) for some in given.values()):
        raise ApiError("bad_request", "messages is {person: {device or *: content}}")
    read = _sealed if kind == ENCRYPTED else objects.checked
    return {
        name: {key: read(content, most, "content") for key, content in some.items()}
        for name, some in given.items()
    }


def _sealed(value: object, most: int, what: str) -> dict[str, Any]:
    """Return a content that is sealed by Olm, for one device or several. Raises bad_request for
    anything else: text that was not sealed is not kept here, by whatever slip it comes."""
    content = objects.checked(value, most, what)
    texts = objects.part(content, "ciphertext")
    sealed = all(
        objects.is_public_key(key)
        and isinstance(text, dict)
        and text.get("type") in (0, 1)
        and isinstance(body := text.get("body"), str)
        and SEALED.fullmatch(body)
        for key, text in texts.items()
    )
    algorithm, sender = content.get("algorithm"), content.get("sender_key")
    known = isinstance(algorithm, str) and algorithm in OLM and objects.is_public_key(sender)
    if not (texts and sealed and known):
        raise ApiError("bad_request", "m.room.encrypted between devices is sealed by Olm")
    return content


def send(*, user: Any, device: Device, kind: str, txn_id: str, messages: Messages) -> None:
    """Put the messages into the inboxes of the devices named, all or none.

    The same transaction id of the same device does nothing a second time. People she may not
    ask for, and devices that do not exist or were removed, are passed over. Raises bad_request
    above 500 devices, TooMany.
    """
    if Txn.objects.filter(device=device, txn_id=txn_id).exists():
        return
    found = _deliveries(user, device, messages)
    if len(found) > ratelimit.get("to-device-targets").amount:
        raise ApiError("bad_request", "too many devices at once")
    if _is_full(user, [delivery.device.pk for delivery in found]):
        raise TooMany(FULL_WAIT)
    over = pace.take("to-device-messages", {str(user.pk): len(found)}) if found else {}
    if over:
        raise TooMany(max(over.values()))
    with transaction.atomic():
        _txn, first = Txn.objects.get_or_create(
            device=device, txn_id=txn_id, defaults={"created": clock.now()}
        )
        if first:
            _deliver(user, device, kind, found)


def _is_full(user: Any, devices: list[int]) -> bool:
    """Say whether so much of this person waits for one of the devices that it takes no more of
    hers. Only inboxes that are long at all are counted; their numbers have no gaps."""
    most = ratelimit.get("to-device-waiting").amount
    first = ToDevice.objects.filter(recipient_device=OuterRef("pk")).order_by("seq")
    long = Device.objects.filter(
        pk__in=devices, inbox_seq__gte=Subquery(first.values("seq")[:1]) + most - 1
    )
    waiting = ToDevice.objects.filter(sender=user, recipient_device__in=long).order_by()
    counted = waiting.values("recipient_device").annotate(number=Count("pk"))
    return bool(devices) and counted.filter(number__gte=most).exists()


def _deliveries(user: Any, sender: Device, messages: Messages) -> list[Delivery]:
    """Return what goes where; ``*`` stands for every live device except the sending one, and a
    device that is named besides gets its own content."""
    people = directory.people_named(user, messages, to_write=True)
    names = {person.pk: name for name, person in people.items()}
    found = []
    for device in directory.live_devices(people.values()):
        some = messages[names[device.user_id]]
        content = some.get(device.device_id)
        if content is None and device.pk != sender.pk:
            content = some.get(EVERY_DEVICE)
        if content is not None:
            found.append(Delivery(device, content))
    return found


def _deliver(user: Any, sender: Device, kind: str, found: Iterable[Delivery]) -> None:
    contents = {delivery.device.pk: delivery.content for delivery in found}
    # Locked in the order of ids (two senders cannot wait for each other); counted in the database,
    # so that numbers have no gaps and are seen with their rows.
    live = Device.objects.filter(pk__in=contents, revoked_at=None).order_by("pk")
    locked = [device.pk for device in live.select_for_update(no_key=True)]
    Device.objects.filter(pk__in=locked).update(inbox_seq=F("inbox_seq") + 1)
    numbers = dict(Device.objects.filter(pk__in=locked).values_list("pk", "inbox_seq"))
    moment = clock.now()
    ToDevice.objects.bulk_create(
        ToDevice(
            recipient_device_id=pk, seq=numbers[pk], sender=user, sender_device=sender.device_id,
            type=kind, content=contents[pk], created=moment,
        )
        for pk in locked
    )  # fmt: skip
    pokes.inbox(locked)
