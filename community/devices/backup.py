"""Room keys sealed under a recovery key the server never sees (messaging.md D6, 10.3 backup)."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, Max

from community import signing
from community.api.errors import ApiError
from community.devices import objects
from community.devices.directory import MASTER
from community.devices.models import BackupKey, BackupVersion, CrossSigningKey
from community.devices.setup import current_version, setup_of
from community.ids import user_name
from community.rooms.models import RoomMembership
from portal.accounts import step_up
from portal.shared import clock, ratelimit
from portal.shared.errors import NotAllowed, TooMany

ALGORITHM = DOMAIN = "community.backup.v1"
MOST_OF_AUTH = 8192  # bytes
MOST_VERSIONS = 10  # of one person; the oldest goes when there is one more


class SealedKey(msgspec.Struct, frozen=True):
    """A room key as its owner sealed it; of two for a session the better one is kept."""

    room: uuid.UUID
    session_id: str
    first_index: int
    forwarded: int
    iv: str
    data: str

    @property
    def rank(self) -> tuple[int, int]:
        """The lower the better: it opens more messages, and came by fewer hands."""
        return self.first_index, self.forwarded


class AuthText(msgspec.Struct, frozen=True):
    """What the signed text of a version says: whose it is, and a check of the recovery key."""

    user: str
    check: str


def begin(*, user: Any, algorithm: str, auth: Mapping[str, Any]) -> BackupVersion:
    """Start a new version; it is the present one from now on, older ones stay to be read.

    The first one belongs to the set-up. Another one wants a fresh second factor: it begins empty,
    and what it replaces may be deleted. Raises bad_request, too_large, step_up.Needed, TooMany, and
    bad_signature if the present master key did not sign the text.
    """
    if algorithm != ALGORITHM:
        raise ApiError("bad_request", f"the algorithm is {ALGORITHM}")
    given = objects.checked(auth, MOST_OF_AUTH, "auth")
    owner, text = user_name(user.public_id), given["text"]
    if _read_auth(text).user != owner:
        raise ApiError("bad_request", "this text names somebody else")
    if setup_of(user).complete:
        step_up.require(user)
    if not _is_signed(user, given):
        raise ApiError("bad_signature", "the master key did not sign this text")
    if seconds := ratelimit.wait(str(user.pk), "backup-versions"):
        raise TooMany(seconds)
    with transaction.atomic():
        get_user_model().objects.select_for_update(no_key=True).filter(pk=user.pk).first()
        if not _is_signed(user, given):
            raise ApiError("bad_signature", "another device of yours changed the keys just now")
        rows = BackupVersion.objects.filter(user=user)
        made = BackupVersion.objects.create(
            user=user,
            version=(rows.aggregate(last=Max("version"))["last"] or 0) + 1,
            algorithm=algorithm,
            auth=dict(given),
            created=clock.now(),
        )
        for old in rows.filter(deleted_at=None).order_by("-version")[MOST_VERSIONS:]:
            _forget(old)
        return made


def _is_signed(user: Any, auth: Mapping[str, Any]) -> bool:
    """Say whether the person's present master key signed the text of a version."""
    master = CrossSigningKey.objects.filter(user=user, usage=MASTER).first()
    text, signatures = auth.get("text", ""), auth.get("signatures")
    return master is not None and signing.signed_text_ok(
        DOMAIN, text, signatures, user_name(user.public_id), objects.public_of(master.key)
    )


def delete(*, user: Any, version: int) -> None:
    """Delete a version with its keys; one that is deleted stays so.

    Wants a fresh second factor unless the version is of no use any more (``_is_replaced``): a
    browser moves to a new version in its own time. Raises NotAllowed, step_up.Needed.
    """
    with transaction.atomic():
        rows = BackupVersion.objects.select_for_update().filter(user=user, version=version)
        row = rows.first()
        if row is None:
            raise NotAllowed
        if row.deleted_at is None:
            if not _is_replaced(user, row):
                step_up.require(user)
            _forget(row)


def _is_replaced(user: Any, row: BackupVersion) -> bool:
    """Say whether there is a newer version with as many keys, or the old one stands under an
    identity that is gone, so that no browser opens it any more."""
    present = current_version(user)
    if present is None or present.version <= row.version:
        return False
    return present.count >= row.count or not _is_signed(user, row.auth)


def _forget(row: BackupVersion) -> None:
    """Take away a version; its number stays, so that it is never given again."""
    BackupKey.objects.filter(version=row).delete()
    BackupVersion.objects.filter(pk=row.pk).update(deleted_at=clock.now(), count=0, auth={})


def store(*, user: Any, version: int, keys: Sequence[SealedKey]) -> tuple[int, int]:
    """Keep the better of each key sent and the one there is; return etag and number of keys.

    Keys of rooms she never had a place in are passed over: anybody can send her browser some, and
    it would try to save them for ever. The etag rises by one if something changed. Raises
    wrong_version for any version but the present one, too_large above 100,000 keys.
    """
    best: dict[tuple[uuid.UUID, str], SealedKey] = {}
    for key in _of_own_rooms(user, keys):
        known = best.setdefault((key.room, key.session_id), key)
        if key.rank < known.rank:
            best[key.room, key.session_id] = key
    with transaction.atomic():
        row = _lock_present(user, version)
        added, improved = _merge(row, best)
        if added and row.count + added > ratelimit.get("backup-keys").amount:
            raise ApiError("too_large", "this backup is full")
        if added or improved:
            BackupVersion.objects.filter(pk=row.pk).update(
                etag=F("etag") + 1, count=F("count") + added
            )
        return BackupVersion.objects.values_list("etag", "count").get(pk=row.pk)


def _of_own_rooms(user: Any, keys: Sequence[SealedKey]) -> list[SealedKey]:
    """Return those of the keys that are of rooms she is, was or was invited to be in."""
    places = RoomMembership.objects.filter(
        user=user, room__public_id__in={key.room for key in keys}
    )
    own = set(places.values_list("room__public_id", flat=True))
    return [key for key in keys if key.room in own]


def keys_of(
    *, user: Any, version: int, room: uuid.UUID, after: int, most: int, session_id: str = ""
) -> tuple[list[BackupKey], int | None]:
    """Return a room's keys after a place, and the place to go on from (None: that was all).

    Raises NotAllowed for a version that does not exist.
    """
    rows = BackupKey.objects.filter(
        version__user=user, version__version=version, version__deleted_at=None, room=room
    )
    if not BackupVersion.objects.filter(user=user, version=version, deleted_at=None).exists():
        raise NotAllowed
    if session_id:
        rows = rows.filter(session_id=session_id)
    found = list(rows.filter(pk__gt=after).order_by("pk")[: most + 1])
    return found[:most], found[most - 1].pk if len(found) > most else None


def _read_auth(text: str) -> AuthText:
    try:
        return msgspec.json.decode(text, type=AuthText)
    except msgspec.DecodeError as error:
        raise ApiError("bad_request", "the text is {user, check}") from error


def _lock_present(user: Any, version: int) -> BackupVersion:
    row = (
        BackupVersion.objects.select_for_update()
        .filter(user=user, version=version, deleted_at=None)
        .first()
    )
    present = current_version(user)
    if row is None or present is None or present.pk != row.pk:
        raise ApiError("wrong_version", version=str(present.version) if present else None)
    return row


def _merge(
    version: BackupVersion, best: Mapping[tuple[uuid.UUID, str], SealedKey]
) -> tuple[int, int]:
    """Write the keys that are new or better; return how many of each."""
    there = {
        (row.room, row.session_id): row
        for row in BackupKey.objects.filter(
            version=version,
            room__in={room for room, _session in best},
            session_id__in={session for _room, session in best},
        )
    }
    new, better = [], []
    for where, key in best.items():
        row = there.get(where)
        if row is None:
            new.append(BackupKey(version=version, **msgspec.structs.asdict(key)))
        elif key.rank < (row.first_index, row.forwarded):
            row.first_index, row.forwarded = key.rank
            row.iv, row.data = key.iv, key.data
            better.append(row)
    BackupKey.objects.bulk_create(new)
    BackupKey.objects.bulk_update(better, ["first_index", "forwarded", "iv", "data"])
    return len(new), len(better)
