"""Objects of the crypto library: what is taken of them and how they are compared. Pure.

Keys of devices, one-time keys and signing keys are JSON objects; what is signed of them is their
canonical JSON without ``signatures`` and ``unsigned`` (messaging.md 10.2).
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from community import signing
from community.api.errors import ApiError

LEVELS = 20  # objects inside objects; the library needs four
SIGNER = "ed25519:"


def checked(value: object, most: int, what: str) -> dict[str, Any]:
    """Return a JSON object that may be stored.

    Raises too_large above ``most`` bytes of UTF-8, bad_request for what is no object, nests too
    deep, or holds the character zero, which PostgreSQL cannot keep.
    """
    if not isinstance(value, dict):
        raise ApiError("bad_request", f"{what} is an object")
    if _deeper_than(value, LEVELS):
        raise ApiError("bad_request", f"{what} has too many levels")
    text = msgspec.json.encode(value)
    if len(text) > most:
        raise ApiError("too_large", f"{what} has more than {most} bytes")
    if b"\\u0000" in text:
        raise ApiError("bad_request", f"{what} holds the character zero")
    return value


def part(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a field that is an object, or an empty one if it is missing. Raises bad_request."""
    found = value.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise ApiError("bad_request", f"{name} is an object")
    return found


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return what is signed of an object. Raises bad_request for what has no canonical form."""
    try:
        return signing.canonical(value)
    except ValueError as error:
        raise ApiError("bad_request", str(error)) from error


def digest(value: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what is signed of an object, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def unsigned(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the signed part of an object alone."""
    return {name: kept for name, kept in value.items() if name not in signing.NOT_SIGNED}


def signatures_of(value: Mapping[str, Any], user: str) -> dict[str, str]:
    """Return what stands as signatures of a person: ``ed25519:<id or key>`` → signature."""
    everybody = value.get("signatures")
    own = everybody.get(user) if isinstance(everybody, dict) else None
    if not isinstance(own, dict):
        return {}
    return {
        name: made
        for name, made in own.items()
        if name.startswith(SIGNER) and isinstance(made, str)
    }


def is_signed(value: Mapping[str, Any], *, user: str, key_id: str, public: str) -> bool:
    """Say whether the object bears a good signature of ``user`` by ``ed25519:<key_id>``."""
    made = signatures_of(value, user).get(SIGNER + key_id)
    return made is not None and signing.verify(public, made, canonical(value))


def public_of(key: Mapping[str, Any]) -> str:
    """Return the public key of a stored signing key, the one entry of its ``keys``."""
    return next(iter(key["keys"].values()))


def is_public_key(text: object) -> bool:
    """Say whether a text is a public key: 32 bytes in unpadded base64."""
    return signing.unpadded(text, signing.KEY_BYTES) is not None


def _deeper_than(value: object, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    if levels == 0:
        return True
    inner = value.values() if isinstance(value, dict) else value
    return any(_deeper_than(thing, levels - 1) for thing in inner)
