"""Seals small secrets at rest by authenticated encryption under ``FIELD_KEYS``.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. ``FIELD_KEYS`` is a list of base64 keys of
32 bytes: the first seals, all of them open, so a key is changed by putting a new one in front and
running ``manage.py reseal``.
"""

import base64
import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = "1"
NONCE = 12  # bytes


class NotOurs(ValueError):
    """The value was not sealed by a key of this site, or not for this context."""


def _keys() -> list[bytes]:
    return [base64.b64decode(key) for key in settings.FIELD_KEYS]


def _mark(key: bytes) -> str:
    """Name a key without showing it."""
    return hashlib.sha256(b"portal.sealing" + key).hexdigest()[:8]


def seal(value: bytes, context: bytes) -> str:
    """Return ``value`` sealed for ``context`` as text: version, mark of the key, base64."""
    key = _keys()[0]
    nonce = secrets.token_bytes(NONCE)
    sealed = nonce + AESGCM(key).encrypt(nonce, value, context)
    return f"{VERSION}.{_mark(key)}.{base64.b64encode(sealed).decode()}"


def unseal(text: str, context: bytes) -> bytes:
    """Return what ``seal`` was given. Raises NotOurs for another key or context, or a change."""
    try:
        version, mark, body = text.split(".")
        sealed = base64.b64decode(body, validate=True)
    except ValueError as problem:
        raise NotOurs("not a sealed value") from problem
    key = next((key for key in _keys() if _mark(key) == mark), None)
    if version != VERSION or key is None:
        raise NotOurs("no key of this site sealed this")
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], context)
    except (InvalidTag, ValueError) as problem:
        raise NotOurs("the sealed value was changed or moved") from problem


def is_current(text: str) -> bool:
    """Say whether the first key sealed this."""
    return text.startswith(f"{VERSION}.{_mark(_keys()[0])}.")
