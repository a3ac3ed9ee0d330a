"""Signatures that are added later: a device confirmed, a person checked (10.3 keys/signatures)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from django.db import transaction

from community import signing
from community.api.errors import ApiError
from community.devices import directory, lists, objects, registration
from community.devices.directory import MASTER, SELF_SIGNING, USER_SIGNING
from community.devices.models import CrossSigningKey, Device, KeySignature
from community.ids import user_name
from portal.shared import ratelimit

MOST_BYTES = 8192
Failures = dict[str, dict[str, dict[str, str]]]


class Target(msgspec.Struct, frozen=True):
    """A stored object that may be signed: whose, what, and by which keys of the caller."""

    owner: Any
    key: str
    content: dict[str, Any]
    signers: dict[str, str]
    device: Device | None = None


class Made(msgspec.Struct, frozen=True):
    """Good signatures of the caller over a target: name of the key → signature."""

    name: str
    target: Target
    signed: bytes
    signatures: dict[str, str]


class Own(msgspec.Struct, frozen=True):
    """The caller's present keys."""

    name: str
    devices: dict[str, Device]
    keys: dict[str, dict[str, Any]]

    def signer(self, usage: str) -> dict[str, str]:
        """Return ``ed25519:<key>`` → key of one of her signing keys; empty without."""
        if usage not in self.keys:
            return {}
        public = objects.public_of(self.keys[usage])
        return {objects.SIGNER + public: public}


def merge(*, user: Any, body: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the signatures that are good and return ``failures`` for the objects that are not.

    Taken are signatures over own devices (by the present self-signing key, which confirms the
    device), over own signing keys, and over other people's master keys by one's own user-signing
    key. An object has to be the stored one. Of one key over one object the first good signature
    is kept: Ed25519 allows any number, and each new one would be news. Everything is verified
    before anything is locked. Raises bad_request for what is no such body.
    """
    given = list(_objects(body))
    failures: Failures = {}
    own = _own(user)
    people = directory.people_named(user, [name for name, _key, _value in given])
    good = []
    for name, key, value in given:
        try:
            good.append(_verified(own, name, _target(own, people.get(name), name, key), value))
        except ApiError as error:
            failures.setdefault(name, {})[key] = _failure(error)
    if _news(user, good):
        _store(user, good, failures)
    return {"failures": failures}


@transaction.atomic
def _store(user: Any, good: Sequence[Made], failures: Failures) -> None:
    """Keep what is new of it, and of what is still as it was when it was verified.

    Only the list of whoever signs moves on: what she says of others is shown to her own devices
    alone (``directory.query``), which are told by it (``list_changes``).
    """
    lists.lock()
    own = _own(user)
    present = []
    for made in good:
        try:
            present.append(_unchanged(own, made))
        except ApiError as error:
            failures.setdefault(made.name, {})[made.target.key] = _failure(error)
    news = _news(user, present)
    for made in news:
        _keep(user, made)
    if any(made.signatures for made in news):
        lists.mark_changed(user.pk)


def _objects(body: Mapping[str, Any]) -> Iterator[tuple[str, str, object]]:
    """Return person, device id or key, and object. Raises bad_request."""
    if not all(isinstance(things, dict) for things in body.values()):
        raise ApiError("bad_request", "the body is {person: {device or key: object}}")
    if sum(map(len, body.values())) > ratelimit.get("to-device-targets").amount:
        raise ApiError("bad_request", "too many objects at once")
    for name, things in body.items():
        for key, value in things.items():
            yield name, key, value


def _own(user: Any) -> Own:
    devices = {device.device_id: device for device in directory.live_devices([user])}
    keys = dict(CrossSigningKey.objects.filter(user=user).values_list("usage", "key"))
    return Own(user_name(user.public_id), devices, keys)


def _target(own: Own, owner: Any, name: str, key: str) -> Target:
    """Return what is signed. Raises not_found for what is not there or not hers to sign."""
    if owner is None:
        raise ApiError("not_found")
    if name != own.name:
        row = CrossSigningKey.objects.filter(user=owner, usage=MASTER).first()
        if row is None or objects.public_of(row.key) != key:
            raise ApiError("not_found")
        return Target(owner, key, row.key, own.signer(USER_SIGNING))
    device = own.devices.get(key)
    if device is not None:
        return Target(owner, key, device.device_keys, own.signer(SELF_SIGNING), device)
    for usage, content in own.keys.items():
        if objects.public_of(content) == key:
            signers = own.signer(MASTER) | (_device_keys(own) if usage == MASTER else {})
            return Target(owner, key, content, signers)
    raise ApiError("not_found")


def _device_keys(own: Own) -> dict[str, str]:
    return {
        objects.SIGNER + number: registration.ed25519_of(device)
        for number, device in own.devices.items()
    }


def _verified(own: Own, name: str, target: Target, value: object) -> Made:
    """Return the signatures of an object if all are good. Raises bad_request, bad_signature."""
    given = objects.checked(value, MOST_BYTES, "an object")
    signed = objects.canonical(given)
    if signed != objects.canonical(target.content):
        raise ApiError("bad_request", "this is not the object that is stored")
    made = {
        signer: signature
        for signer, signature in objects.signatures_of(given, own.name).items()
        if signer in target.signers
    }
    if not made or not all(
        signing.verify(target.signers[signer], signature, signed)
        for signer, signature in made.items()
    ):
        raise ApiError("bad_signature")
    return Made(name, target, signed, made)


def _unchanged(own: Own, made: Made) -> Made:
    """Return it over the target as it is now, the list held. Raises not_found, bad_request."""
    now = _target(own, made.target.owner, made.name, made.target.key)
    same = objects.canonical(now.content) == made.signed
    if not same or not all(
        now.signers.get(by) == made.target.signers[by] for by in made.signatures
    ):
        raise ApiError("bad_request", "this has changed just now")
    return Made(made.name, now, made.signed, made.signatures)


def _news(user: Any, good: Sequence[Made]) -> list[Made]:
    """Return what would change something: with the signatures that are not kept yet, or for a
    device that is not confirmed. A kept one that is no good any more counts for nothing."""
    rows = KeySignature.objects.filter(
        signer_user=user, target_key__in={made.target.key for made in good}
    )
    kept = {(row.target_user_id, row.target_key, row.signer_key): row.signature for row in rows}
    found = []
    for made in good:
        target, new = made.target, {}
        for signer, signature in made.signatures.items():
            old = kept.get((target.owner.pk, target.key, signer))
            if old is None or not signing.verify(target.signers[signer], old, made.signed):
                new[signer] = signature
        if new or (target.device is not None and not target.device.confirmed):
            found.append(Made(made.name, target, made.signed, new))
    return found


def _keep(user: Any, made: Made) -> None:
    target = made.target
    if target.device is not None and not target.device.confirmed:
        Device.objects.filter(pk=target.device.pk).update(confirmed=True)
    for signer, signature in made.signatures.items():
        KeySignature.objects.update_or_create(
            target_user=target.owner, target_key=target.key, signer_user=user, signer_key=signer,
            defaults={"signature": signature},
        )  # fmt: skip


def _failure(error: ApiError) -> dict[str, str]:
    """Return a failure in the words the library reads (it wants ``errcode`` and ``error``)."""
    return {"errcode": error.code, "error": str(error)}
