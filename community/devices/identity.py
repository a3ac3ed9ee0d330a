"""A person's signing keys: published, changed, reset (messaging.md 10.3 keys/signing)."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.db import transaction

from community.api.errors import ApiError
from community.devices import lists, objects, registration
from community.devices.directory import MASTER, SELF_SIGNING, USER_SIGNING
from community.devices.models import CrossSigningKey, Device, KeySignature
from community.ids import user_name
from portal.accounts import security_notices, step_up
from portal.audit.services import record
from portal.shared import clock, ratelimit
from portal.shared.errors import TooMany

MOST_BYTES = 4096
FIELDS = {
    MASTER: "master_key", SELF_SIGNING: "self_signing_key", USER_SIGNING: "user_signing_key",
}  # fmt: skip


class Identity(msgspec.Struct, frozen=True):
    """Three public keys as they are stored, and what stood as signatures over the master key."""

    keys: dict[str, dict[str, Any]]
    over_master: dict[str, str]

    def public(self, usage: str) -> str:
        """Return one of the keys: 43 characters."""
        return objects.public_of(self.keys[usage])


def read(*, user: Any, body: Mapping[str, Any]) -> Identity:
    """Return the keys of a request. Raises bad_request, too_large, bad_signature."""
    owner = user_name(user.public_id)
    given = {usage: _read_key(body.get(name), owner, usage) for usage, name in FIELDS.items()}
    publics = {usage: objects.public_of(key) for usage, key in given.items()}
    if len(set(publics.values())) != len(FIELDS):
        raise ApiError("bad_request", "three keys are needed")
    master = publics[MASTER]
    kept = {MASTER: objects.unsigned(given[MASTER]) | {"signatures": {}}}
    for usage in (SELF_SIGNING, USER_SIGNING):
        key = given[usage]
        if not objects.is_signed(key, user=owner, key_id=master, public=master):
            raise ApiError("bad_signature", f"{FIELDS[usage]} is not signed by the master key")
        made = objects.signatures_of(key, owner)[objects.SIGNER + master]
        signatures = {owner: {objects.SIGNER + master: made}}
        kept[usage] = objects.unsigned(key) | {"signatures": signatures}
    return Identity(kept, objects.signatures_of(given[MASTER], owner))


def _read_key(value: object, owner: str, usage: str) -> dict[str, Any]:
    what = FIELDS[usage]
    key = objects.checked(value, MOST_BYTES, what)
    if key.get("user_id") != owner or key.get("usage") != [usage]:
        raise ApiError("bad_request", f"{what} is not a {usage} key of yours")
    publics = objects.part(key, "keys")
    fits = len(publics) == 1 and all(
        objects.is_public_key(public) and name == objects.SIGNER + public
        for name, public in publics.items()
    )
    if not fits:
        raise ApiError("bad_request", f"{what} holds one key, named by itself")
    objects.canonical(key)
    return key


def publish(*, user: Any, identity: Identity) -> None:
    """Make these the person's signing keys; the same ones again change nothing.

    Always wants a fresh second factor. Another master key is a new identity: whatever was signed
    by or for the old one is dropped, her devices have to be confirmed again, and she is told by
    mail. Sealed secrets and backup stay until her browser replaces them. Raises step_up.Needed,
    bad_signature, TooMany after two new identities, or ten changes of any of the keys, in a day.
    """
    step_up.require(user)
    stored = _stored(user)
    if _is_same(stored, identity):
        return
    before = _master_of(stored)
    _count(user, is_new=before not in {None, identity.public(MASTER)})
    with transaction.atomic():
        lists.mark_changed(user.pk)
        stored = _stored(user)
        if _master_of(stored) != before:
            raise ApiError("bad_request", "another device of yours changed the keys just now")
        _drop_signatures(user, stored, identity)
        _store(user, identity)
        _sign_master(user, identity)
        if before not in {None, identity.public(MASTER)}:
            security_notices.tell(user, "message_identity")
            record("message-identity.reset", actor=user, about=user)


def _count(user: Any, *, is_new: bool) -> None:
    """Count a change of today, before the transaction; each moves the device list on. Raises
    TooMany."""
    for name in ["signing-keys", *(["identity-resets"] if is_new else [])]:
        if seconds := ratelimit.wait(str(user.pk), name):
            raise TooMany(seconds)


def _stored(user: Any) -> dict[str, dict[str, Any]]:
    return dict(CrossSigningKey.objects.filter(user=user).values_list("usage", "key"))


def _master_of(stored: Mapping[str, dict[str, Any]]) -> str | None:
    return objects.public_of(stored[MASTER]) if MASTER in stored else None


def _is_same(stored: Mapping[str, dict[str, Any]], identity: Identity) -> bool:
    return set(stored) == set(identity.keys) and all(
        objects.canonical(stored[usage]) == objects.canonical(key)
        for usage, key in identity.keys.items()
    )


def _drop_signatures(user: Any, stored: Mapping[str, dict[str, Any]], identity: Identity) -> None:
    """Drop what the keys that go have signed, and what was signed of a master key that goes."""
    gone = {
        usage: objects.public_of(key)
        for usage, key in stored.items()
        if objects.public_of(key) != identity.public(usage)
    }
    if MASTER in gone:
        KeySignature.objects.filter(target_user=user).delete()
    signers = [objects.SIGNER + public for public in gone.values()]
    KeySignature.objects.filter(signer_user=user, signer_key__in=signers).delete()
    if {MASTER, SELF_SIGNING} & set(gone):
        for device in Device.objects.filter(user=user).order_by("pk"):
            Device.objects.filter(pk=device.pk).update(confirmed=False)


def _store(user: Any, identity: Identity) -> None:
    for usage, key in identity.keys.items():
        CrossSigningKey.objects.update_or_create(
            user=user, usage=usage, defaults={"key": key, "updated": clock.now()}
        )


def _sign_master(user: Any, identity: Identity) -> None:
    """Keep what the master key itself and live devices of hers signed. Raises bad_signature."""
    master = identity.public(MASTER)
    signers = {master: master}
    for device in Device.objects.filter(user=user, revoked_at=None):
        signers[device.device_id] = registration.ed25519_of(device)
    owner = user_name(user.public_id)
    for name, made in identity.over_master.items():
        key_id = name.removeprefix(objects.SIGNER)
        if key_id not in signers:
            continue
        signed = identity.keys[MASTER] | {"signatures": {owner: {name: made}}}
        if not objects.is_signed(signed, user=owner, key_id=key_id, public=signers[key_id]):
            raise ApiError("bad_signature", f"the master key is not signed by {name}")
        KeySignature.objects.update_or_create(
            target_user=user, target_key=master, signer_user=user, signer_key=name,
            defaults={"signature": made},
        )  # fmt: skip
