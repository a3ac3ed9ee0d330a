"""A messaging client on paper: real signing keys, no sealing. For tests of the server."""

import base64
import hashlib
import json
import secrets
import string
import uuid
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from community.ids import room_name, user_name
from portal.accounts.models import User
from tests.community import written
from tests.people import signed_in

PREFIX = "/api/e2ee/v1/"
ORIGIN = "http://testserver"
SECRETS = tuple(f"cross_signing_{name}" for name in ("master", "self_signing", "user_signing"))
SEALED = {"v": 1, "iv": "AAAAAAAAAAAAAAAA", "ct": "AAAA"}
RAW = serialization.Encoding.Raw, serialization.PublicFormat.Raw


def b64(data: bytes) -> str:
    """Unpadded base64, as the library writes it."""
    return base64.b64encode(data).decode().rstrip("=")


def sha256_b64(text: str) -> str:
    """Padded base64 of the SHA-256 of a text, as our own forms write it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def canonical(thing: dict[str, Any]) -> bytes:
    """Canonical JSON of what is signed."""
    kept = {name: value for name, value in thing.items() if name not in {"signatures", "unsigned"}}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Key:
    """An Ed25519 key."""

    def __init__(self) -> None:
        self.private = Ed25519PrivateKey.generate()
        self.public = b64(self.private.public_key().public_bytes(*RAW))

    def sign(self, data: bytes) -> str:
        return b64(self.private.sign(data))


class Paper:
    """A signed-in browser of a person, with cross-signing keys and one device."""

    def __init__(self, user: User, *, keys: "Paper | None" = None, client: Client | None = None):
        self.user = user
        self.name = user_name(user.public_id)
        self.client = client or signed_in(user)
        self.device_id = "".join(secrets.choice(string.ascii_uppercase) for _ in range(10))
        self.device_key = Key()
        self.master = keys.master if keys else Key()
        self.self_signing = keys.self_signing if keys else Key()
        self.user_signing = keys.user_signing if keys else Key()

    # -- requests ----------------------------------------------------------------------------

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send JSON (or bytes) with the Origin of the site; return the response."""
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        data = body if isinstance(body, bytes) else json.dumps({} if body is None else body)
        extra = {"HTTP_ORIGIN": ORIGIN} | headers
        if method == "GET":
            return self.client.get(PREFIX + path, **extra)
        return self.client.generic(method, PREFIX + path, data, content_type=kind, **extra)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, **headers)

    # -- forms of messaging.md 10.2 -----------------------------------------------------------

    def signed(self, thing: dict[str, Any], key: Key, key_id: str) -> dict[str, Any]:
        """Return the object with this person's signature by ``ed25519:<key_id>``."""
        made = key.sign(canonical(thing))
        return thing | {"signatures": {self.name: {f"ed25519:{key_id}": made}}}

    def device_keys(self) -> dict[str, Any]:
        device = {
            "user_id": self.name,
            "device_id": self.device_id,
            "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
            "keys": {
                f"curve25519:{self.device_id}": b64(secrets.token_bytes(32)),
                f"ed25519:{self.device_id}": self.device_key.public,
            },
        }
        return self.signed(device, self.device_key, self.device_id)

    def one_time_keys(self, *names: str) -> dict[str, Any]:
        made = {}
        for name in names:
            key = {"key": b64(secrets.token_bytes(32))}
            made[f"signed_curve25519:{name}"] = self.signed(key, self.device_key, self.device_id)
        return made

    def signing_keys(self) -> dict[str, Any]:
        def one(usage: str, key: Key) -> dict[str, Any]:
            return {
                "user_id": self.name, "usage": [usage], "keys": {f"ed25519:{key.public}": key.public}
            }  # fmt: skip

        return {
            "master_key": one("master", self.master),
            "self_signing_key": self.signed(
                one("self_signing", self.self_signing), self.master, self.master.public
            ),
            "user_signing_key": self.signed(
                one("user_signing", self.user_signing), self.master, self.master.public
            ),
        }

    def sign_text(self, domain: str, text: str) -> dict[str, Any]:
        """Return ``{"text", "signatures"}`` signed by the master key."""
        made = self.master.sign(f"{domain}\n{text}".encode())
        key = f"ed25519:{self.master.public}"
        return {"text": text, "signatures": {self.name: {key: made}}}

    # -- set up as messaging.md 4.1 -----------------------------------------------------------

    def register(self) -> dict[str, Any]:
        """Upload the device's keys; returns the device keys."""
        keys = self.device_keys()
        answer = self.post("keys/upload", {"device_keys": keys})
        assert answer.status_code == 200, answer.content
        return keys

    def set_up(self, *, first: bool = True) -> "Paper":
        """Be set up as ``set_up_by_requests`` does it, written straight into the tables.

        ``tests/community/devices/test_set_up.py`` holds that the rows are the same.
        """
        written.set_up(self, first=first)
        return self

    def set_up_by_requests(self, *, first: bool = True) -> "Paper":
        """Register, publish identity, confirm the device, make a backup and the three secrets."""
        keys = self.register()
        if first:
            assert self.post("keys/signing", self.signing_keys()).status_code == 200
        signed = self.signed(keys, self.self_signing, self.self_signing.public)
        answer = self.post("keys/signatures", {self.name: {self.device_id: signed}})
        assert answer.json() == {"failures": {}}, answer.content
        if first:
            assert self.post("backup/version", self.backup()).status_code == 201
            for name in SECRETS:
                assert self.put(f"secrets/{name}", SEALED).status_code == 200
        return self

    def backup(self) -> dict[str, Any]:
        """What begins a backup."""
        text = json.dumps({"user": self.name, "check": "x"})
        auth = self.sign_text("community.backup.v1", text)
        return {"algorithm": "community.backup.v1", "auth": auth}

    # -- rooms --------------------------------------------------------------------------------

    def entry(self, role: str = "member", history: bool = False) -> dict[str, Any]:
        """This person's entry in a roster."""
        return {
            "user": self.name, "name": self.user.name, "role": role,
            "master": self.master.public, "history": history,
        }  # fmt: skip

    def roster(
        self, room: uuid.UUID, members: list[dict[str, Any]], *, version: int = 1,
        prev: str | None = None, kind: str = "case", history: str = "joined",
        charter: str | None = "charter",
    ) -> dict[str, Any]:  # fmt: skip
        """A roster signed by this person; ``prev`` and ``charter`` are texts, hashed here."""
        text = json.dumps({
            "type": "community.roster.v1", "room": room_name(room), "kind": kind,
            "version": version, "prev": None if prev is None else sha256_b64(prev),
            "history": history, "charter": None if charter is None else sha256_b64(charter),
            "signer": self.name, "ts": 0, "members": members,
        }, separators=(",", ":"), ensure_ascii=False)  # fmt: skip
        return self.sign_text("community.roster.v1", text)

    def megolm(self, ciphertext: str = "AwgA") -> dict[str, Any]:
        """The content of a sealed event as the server sees it."""
        return {
            "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": ciphertext,
            "sender_key": b64(bytes(32)), "device_id": self.device_id,
            "session_id": b64(bytes(32)),
        }  # fmt: skip
