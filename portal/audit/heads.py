"""Heads of the record for keeping elsewhere: one JSON line each, signed where a key is given.

A head kept on another machine is what finds a record that somebody with full rights over the
database wrote anew from the beginning. Signatures are Ed25519 (RFC 8032): whoever checks them needs
the public key only.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from portal.audit.chain import Head, canonical


class BadHead(ValueError):
    """A line is no head, or its signature is not right."""


def signing_key(file: str | Path) -> Ed25519PrivateKey:
    """Return the key of a PEM file. Raises BadHead for anything but an Ed25519 key."""
    try:
        key = load_pem_private_key(Path(file).read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as problem:
        raise BadHead(f"The signing key {file} cannot be read.") from problem
    if not isinstance(key, Ed25519PrivateKey):
        raise BadHead(f"The signing key {file} is not an Ed25519 key.")
    return key


def public_key(file: str | Path) -> Ed25519PublicKey:
    """Return the public key of a PEM file. Raises BadHead."""
    try:
        key = load_pem_public_key(Path(file).read_bytes())
    except (OSError, ValueError) as problem:
        raise BadHead(f"The public key {file} cannot be read.") from problem
    if not isinstance(key, Ed25519PublicKey):
        raise BadHead(f"The public key {file} is not an Ed25519 key.")
    return key


def line(head: Head, at: datetime, key: Ed25519PrivateKey | None = None) -> str:
    """Return a head as one JSON line without its line feed."""
    body: dict[str, Any] = {"at": at.isoformat(timespec="seconds"), **_body(head)}
    if key:
        body["signature"] = base64.b64encode(key.sign(canonical(body).encode())).decode()
    return canonical(body)


def _body(head: Head) -> dict[str, Any]:
    return {"number": head.number, "hash": head.hash}


def read(lines: Iterable[str], key: Ed25519PublicKey | None = None) -> list[Head]:
    """Return the heads of a file. With ``key`` every line must bear a right signature.

    Raises BadHead for a line that is none, and where two lines give one number two hashes.
    """
    found: dict[int, str] = {}
    for place, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        head = _head(text, place, key)
        if found.setdefault(head.number, head.hash) != head.hash:
            raise BadHead(f"Line {place}: row {head.number} has two hashes in this file.")
    return [Head(number, digest) for number, digest in found.items()]


def _head(text: str, place: int, key: Ed25519PublicKey | None) -> Head:
    try:
        body = json.loads(text)
        number, digest = body["number"], body["hash"]
    except (ValueError, KeyError, TypeError) as problem:
        raise BadHead(f"Line {place} is no head of the record.") from problem
    if type(number) is not int or not isinstance(digest, str):
        raise BadHead(f"Line {place} is no head of the record.")
    if key:
        _check(body, place, key)
    return Head(number, digest)


def _check(body: Mapping[str, Any], place: int, key: Ed25519PublicKey) -> None:
    signed = {name: value for name, value in body.items() if name != "signature"}
    try:
        key.verify(base64.b64decode(str(body.get("signature", ""))), canonical(signed).encode())
    except (InvalidSignature, ValueError) as problem:
        raise BadHead(f"Line {place}: the signature is not right.") from problem
