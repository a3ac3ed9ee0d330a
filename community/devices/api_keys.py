"""Keys of devices and people: upload, query, claim, sign (messaging.md 10.3, rows marked L)."""

from typing import Any

from community.api.endpoint import Call, without_device
from community.devices import binding, claims, directory, identity, objects, signatures, uploads
from community.devices.setup import bound_device


@without_device
def upload(call: Call) -> dict[str, Any]:
    """POST keys/upload. The first one with ``device_keys`` registers and binds."""
    call.limit("key-uploads")
    body = call.json()
    device = None if body.get("device_keys") is not None else bound_device(call)
    wanted = uploads.read(user=call.user, device=device, body=body)
    sign_in = call.sign_in if device else binding.begin(call.request.session)
    counts = uploads.upload(user=call.user, sign_in=sign_in, device=device, wanted=wanted)
    return {"one_time_key_counts": counts}


@without_device
def query(call: Call) -> dict[str, Any]:
    """POST keys/query."""
    call.limit("key-queries")
    return directory.query(user=call.user, wanted=objects.part(call.json(), "device_keys"))


def claim(call: Call) -> dict[str, Any]:
    """POST keys/claim."""
    bound_device(call)
    wanted = claims.read(call.json())
    call.limit("key-claims")
    return claims.claim(user=call.user, wanted=wanted)


def sign(call: Call) -> dict[str, Any]:
    """POST keys/signatures."""
    bound_device(call)
    call.limit("key-signatures")
    return signatures.merge(user=call.user, body=call.json())


def publish(call: Call) -> dict[str, Any]:
    """POST keys/signing; wants a fresh second factor."""
    bound_device(call)
    call.limit("key-signatures")
    keys = identity.read(user=call.user, body=call.json())
    identity.publish(user=call.user, identity=keys)
    return {}
