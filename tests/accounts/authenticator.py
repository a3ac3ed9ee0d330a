"""An authenticator in software: makes passkeys and answers challenges (Web Authentication level 3).

It can also do wrong on purpose: another origin, no user verification, an old counter.
"""

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

ORIGIN = "http://localhost"
RP_ID = "localhost"
USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40
BEGIN = "/webauthn/authenticate/begin/"
COMPLETE = "/webauthn/authenticate/complete/"
REGISTER_BEGIN = "/webauthn/register/begin/"
REGISTER_COMPLETE = "/webauthn/register/complete/"


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def post(client: Client, url: str, body: Any = None, **extra: Any) -> Any:
    """Send JSON as the script does."""
    return client.post(url, json.dumps(body or {}), content_type="application/json", **extra)


class Authenticator:
    """One passkey, and the counter of its uses."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.count = 0

    def _client_data(self, kind: str, challenge: str, origin: str) -> bytes:
        data = {"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}
        return json.dumps(data).encode()

    def _data(self, flags: int, rest: bytes = b"") -> bytes:
        self.count += 1
        rp = hashlib.sha256(RP_ID.encode()).digest()
        return rp + struct.pack(">BI", flags, self.count) + rest

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def attest(
        self, options: dict[str, Any], *, origin: str = ORIGIN, verified: bool = True
    ) -> dict[str, Any]:
        """Return the answer to a registration challenge."""
        flags = USER_PRESENT | ATTESTED | (USER_VERIFIED if verified else 0)
        rest = bytes(16) + struct.pack(">H", len(self.id)) + self.id + self._public_key()
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(flags, rest)}
        client_data = self._client_data("webauthn.create", options["challenge"], origin)
        return {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "clientExtensionResults": {"credProps": {"rk": True}},
            "response": {
                "clientDataJSON": b64(client_data),
                "attestationObject": b64(cbor2.dumps(attestation)),
                "transports": ["internal"],
            },
        }

    def answer(
        self, options: dict[str, Any], *, origin: str = ORIGIN, verified: bool = True
    ) -> dict[str, Any]:
        """Return the answer to an authentication challenge."""
        data = self._data(USER_PRESENT | (USER_VERIFIED if verified else 0))
        client_data = self._client_data("webauthn.get", options["challenge"], origin)
        signed = data + hashlib.sha256(client_data).digest()
        return {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": b64(client_data),
                "authenticatorData": b64(data),
                "signature": b64(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                "userHandle": None,
            },
        }


def register(
    client: Client, authenticator: Authenticator | None = None, name: str = "", **wrong: Any
) -> Any:
    """Add a passkey in a signed-in browser; return the answer of the last step."""
    begun = post(client, REGISTER_BEGIN)
    if begun.status_code != 200:
        return begun
    credential = (authenticator or Authenticator()).attest(begun.json(), **wrong)
    return post(client, REGISTER_COMPLETE, {"credential": credential, "name": name})


def use(client: Client, authenticator: Authenticator, query: str = "", **wrong: Any) -> Any:
    """Answer a challenge with a passkey, whatever it is asked for; return the last answer."""
    begun = post(client, BEGIN)
    if begun.status_code != 200:
        return begun
    credential = authenticator.answer(begun.json(), **wrong)
    return post(client, f"{COMPLETE}{query}", {"credential": credential})
