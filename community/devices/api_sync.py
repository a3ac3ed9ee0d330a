"""Messages between devices, and what a device has missed (messaging.md 10.3 to-device, sync)."""

from typing import Any

from community.api.endpoint import Call, Strict
from community.devices import sync, to_device, waiting
from community.devices.setup import bound_device


def put_to_device(call: Call, kind: str, t: str) -> dict[str, Any]:
    """PUT to-device/{type}/{t}."""
    device = bound_device(call)
    messages = to_device.read(kind=kind, txn_id=t, body=call.json())
    call.limit("to-device-requests")
    to_device.send(user=call.user, device=device, kind=kind, txn_id=t, messages=messages)
    return {}


def get_sync(call: Call) -> dict[str, Any]:
    """GET sync?cursor=&wait=; changes nothing."""
    seconds = call.number("wait", 0, most=waiting.LONGEST)
    return waiting.read(bound_device(call), call.text("cursor"), seconds)


class Ack(Strict):
    cursor: str


def ack(call: Call) -> dict[str, Any]:
    """POST sync/ack."""
    sync.acknowledge(bound_device(call), call.read(Ack).cursor)
    return {}
