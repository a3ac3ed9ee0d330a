"""One's own devices (messaging.md 10.3)."""

from typing import Any

from community.api.endpoint import Answer, Call, Strict, without_device
from community.api.errors import ApiError
from community.devices import binding, own_devices, rebinding
from community.devices.rebinding import VALID, Proof


class Name(Strict):
    name: str


class Bind(Strict):
    nonce: str
    signature: str


@without_device
def get_devices(call: Call) -> dict[str, Any]:
    """GET devices: those that were not removed."""
    current = call.any_device
    return {
        "devices": [
            {
                "device_id": row.device_id,
                "name": row.name,
                "created": row.created.isoformat(timespec="seconds"),
                "last_seen_day": row.last_seen_day.isoformat(),
                "current": current is not None and row.pk == current.pk,
                "confirmed": row.confirmed,
            }
            for row in own_devices.of(call.user)
        ]
    }


def rename(call: Call, d: str) -> dict[str, Any]:
    """POST devices/{d}/rename."""
    own_devices.rename(user=call.user, device_id=d, name=call.read(Name).name)
    return {}


@without_device
def remove(call: Call, d: str) -> Answer:
    """DELETE devices/{d}; another one than this wants a fresh second factor."""
    own_devices.remove(user=call.user, device_id=d, current=call.any_device)
    return Answer(None, 204)


@without_device
def challenge(call: Call, d: str) -> dict[str, Any]:
    """POST devices/{d}/challenge."""
    nonce = rebinding.challenge(user=call.user, device_id=d)
    return {"nonce": nonce, "expires_in": int(VALID.total_seconds())}


@without_device
def bind(call: Call, d: str) -> dict[str, Any]:
    """POST devices/{d}/bind: the device comes to this sign-in."""
    body = call.read(Bind)
    sign_in = binding.begin(call.request.session)
    proof = Proof(body.nonce, body.signature)
    rebinding.bind(user=call.user, device_id=d, sign_in=sign_in, proof=proof)
    return {}


@without_device
def second_step(call: Call) -> dict[str, Any]:
    """The dehydrated device: not there yet (messaging.md 10.3, last row)."""
    raise ApiError("not_found")
