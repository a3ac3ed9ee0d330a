"""Backup of room keys, and sealed secrets (messaging.md 10.3)."""

import re
import uuid
from typing import Annotated, Any

import msgspec

from community import ids
from community.api.endpoint import Answer, Call, Strict, without_device
from community.api.errors import ApiError
from community.devices import backup, sealed_secrets
from community.devices.backup import SealedKey
from community.devices.models import BackupKey
from community.devices.setup import bound_device, current_version

MOST_KEYS, MOST_PAGE = 100, 500
MOST_OF_KEY = 2048  # characters of a sealed key; one of the library's has less than 700
BASE64 = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
# \Z: a "$" would let a line break pass at the end.
Number = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
Iv = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]{16}\Z")]
Sealed = Annotated[str, msgspec.Meta(pattern=BASE64.replace("$", r"\Z"), min_length=4)]
SESSION = r"^[A-Za-z0-9+/=_-]{1,64}\Z"
Session = Annotated[str, msgspec.Meta(pattern=SESSION)]


class Auth(Strict):
    text: str
    signatures: dict[str, Any]


class Version(Strict):
    algorithm: str
    auth: Auth


class Key(Strict):
    room: str
    session_id: Session
    first_index: Number
    forwarded: Number
    iv: Iv
    data: Annotated[Sealed, msgspec.Meta(max_length=MOST_OF_KEY)]

    def sealed(self) -> SealedKey:
        """Return the key under the room's number. Raises bad_request."""
        room = ids.parse_room(self.room)
        if room is None:
            raise ApiError("bad_request", "a room is !<uuid>:<domain>")
        return SealedKey(
            room, self.session_id, self.first_index, self.forwarded, self.iv, self.data
        )


class Keys(Strict):
    keys: Annotated[list[Key], msgspec.Meta(max_length=MOST_KEYS)]


class SecretBody(Strict):
    v: Annotated[int, msgspec.Meta(ge=1, le=1)]
    iv: Iv
    ct: Sealed


def post_version(call: Call) -> Answer:
    """POST backup/version; after the set-up it wants a fresh second factor."""
    bound_device(call)
    call.limit("key-backups")
    body = call.read(Version)
    auth = msgspec.structs.asdict(body.auth)
    made = backup.begin(user=call.user, algorithm=body.algorithm, auth=auth)
    return Answer({"version": str(made.version)}, 201)


@without_device
def get_version(call: Call) -> dict[str, Any]:
    """GET backup/version: the present one."""
    row = current_version(call.user)
    if row is None:
        raise ApiError("not_found")
    return {
        "version": str(row.version), "algorithm": row.algorithm, "auth": row.auth,
        "count": row.count, "etag": str(row.etag),
    }  # fmt: skip


def delete_version(call: Call, v: int) -> Answer:
    """DELETE backup/version/{v}; one that is still of use wants a fresh second factor."""
    bound_device(call)
    backup.delete(user=call.user, version=v)
    return Answer(None, 204)


def put_keys(call: Call, v: int) -> dict[str, Any]:
    """PUT backup/{v}/keys."""
    bound_device(call)
    call.limit("key-backups")
    keys = [key.sealed() for key in call.read(Keys).keys]
    etag, count = backup.store(user=call.user, version=v, keys=keys)
    return {"etag": str(etag), "count": count}


@without_device
def get_keys(call: Call, v: int, r: uuid.UUID) -> dict[str, Any]:
    """GET backup/{v}/rooms/{r}/keys?after=&limit=&session_id="""
    session_id = call.text("session_id")
    if session_id and not re.match(SESSION, session_id):
        raise ApiError("bad_request", "session_id is no id of a session")
    rows, rest = backup.keys_of(
        user=call.user, version=v, room=r, after=call.number("after", 0),
        most=call.number("limit", MOST_PAGE, least=1, most=MOST_PAGE),
        session_id=session_id,
    )  # fmt: skip
    return {"keys": [_written(row) for row in rows], "next": None if rest is None else str(rest)}


def put_secret(call: Call, name: str) -> dict[str, Any]:
    """PUT secrets/{name}; other signing keys than those kept want a fresh second factor."""
    bound_device(call)
    body = call.read(SecretBody)
    sealed_secrets.keep(user=call.user, name=name, iv=body.iv, ct=body.ct)
    return {}


@without_device
def get_secret(call: Call, name: str) -> dict[str, Any]:
    """GET secrets/{name}: as it was written."""
    row = sealed_secrets.find(user=call.user, name=name)
    return {"v": 1, "iv": row.iv, "ct": row.ct}


def _written(row: BackupKey) -> dict[str, Any]:
    return {
        "room": ids.room_name(row.room), "session_id": row.session_id,
        "first_index": row.first_index, "forwarded": row.forwarded,
        "iv": row.iv, "data": row.data,
    }  # fmt: skip
