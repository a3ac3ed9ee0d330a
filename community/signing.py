"""Ed25519 signatures as the crypto library makes them (messaging.md 10.2). Pure.

Keys and signatures are raw bytes in standard base64 without padding: 43 and 86 characters.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEY_BYTES, SIGNATURE_BYTES, HASH_BYTES = 32, 64, 32
NOT_SIGNED = frozenset({"signatures", "unsigned"})


def verify(public: str, signature: str, data: bytes) -> bool:
    """Say whether ``signature`` over ``data`` was made by the key ``public``; never raises."""
    key, made = unpadded(public, KEY_BYTES), unpadded(signature, SIGNATURE_BYTES)
    if key is None or made is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(made, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def canonical(obj: Mapping[str, Any]) -> bytes:
    """Return what is signed of an object: keys in order, no spaces, without ``signatures`` and
    ``unsigned``. Raises ValueError for what canonical JSON has no form for (fractions, lone
    surrogates)."""
    kept = {name: value for name, value in obj.items() if name not in NOT_SIGNED}
    _refuse_fractions(kept)
    return _text(kept).encode()


def signed_text_ok(domain: str, text: str, signatures: object, user: str, master: str) -> bool:
    """Say whether ``signatures`` hold one of ``user`` by the key ``master`` over the text.

    ``signatures`` is ``{"@u": {"ed25519:<key>": "<signature>"}}`` as it came; others may be in it.
    What is signed is the UTF-8 of ``domain + "\\n" + text``.
    """
    own = signatures.get(user) if isinstance(signatures, Mapping) else None
    made = own.get(f"ed25519:{master}") if isinstance(own, Mapping) else None
    if not isinstance(made, str):
        return False
    try:
        data = f"{domain}\n{text}".encode()
    except UnicodeEncodeError:
        return False
    return verify(master, made, data)


def may_be_kept(signatures: Mapping[str, Mapping[str, str]], most: int) -> bool:
    """Say whether signatures, those of others included, are few and plain enough to be stored:
    at most ``most`` characters in all, printable ASCII (PostgreSQL keeps no character zero)."""
    words = [*signatures]
    for own in signatures.values():
        words += [*own.keys(), *own.values()]
    return sum(map(len, words)) <= most and all(
        word.isascii() and word.isprintable() for word in words
    )


def unpadded(text: object, length: int) -> bytes | None:
    """Return the bytes of unpadded base64, exactly ``length`` of them; None for anything else."""
    if not isinstance(text, str) or "=" in text:
        return None
    return _decoded(text + "=" * (-len(text) % 4), text, length)


def padded(text: object, length: int) -> bytes | None:
    """Return the bytes of padded base64, exactly ``length`` of them; None for anything else."""
    if not isinstance(text, str):
        return None
    return _decoded(text, text.rstrip("="), length)


def sha256_b64(text: str) -> str:
    """Return the SHA-256 of the UTF-8 of a text in padded base64 (44 characters)."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _decoded(full: str, bare: str, length: int) -> bytes | None:
    """One form per value: what does not encode back to the same text is refused."""
    try:
        found = base64.b64decode(full, validate=True)
    except (binascii.Error, ValueError):
        return None
    same = base64.b64encode(found).decode().rstrip("=") == bare
    return found if same and len(found) == length else None


def _refuse_fractions(value: object) -> None:
    if isinstance(value, float):
        raise ValueError("canonical JSON has no fractions")
    if isinstance(value, Mapping):
        for part in value.values():
            _refuse_fractions(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _refuse_fractions(part)


def _text(value: object) -> str:
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
