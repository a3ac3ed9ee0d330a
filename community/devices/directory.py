"""Which devices and keys of other people a person may see (messaging.md 10.1, 10.3 keys/query)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from community import ids, permissions
from community.api.errors import ApiError
from community.devices import objects
from community.devices.models import CrossSigningKey, Device, KeySignature
from portal.shared import ratelimit

MASTER, SELF_SIGNING, USER_SIGNING = "master", "self_signing", "user_signing"
# (person, device id or key) → name of the signer → "ed25519:<key>" → signature
Signatures = dict[tuple[int, str], dict[str, dict[str, str]]]


def people_named(user: Any, names: Iterable[str], *, to_write: bool = False) -> dict[str, Any]:
    """Return name → account of those named whose keys the person may ask for; ``to_write``: to
    whose devices she may write.

    Raises bad_request for more people than one request may name.
    """
    wanted = {name: number for name in names if (number := ids.parse_user(name)) is not None}
    if len(wanted) > ratelimit.get("to-device-targets").amount:
        raise ApiError("bad_request", "too many people at once")
    ask = permissions.reachable_by if to_write else permissions.known_to
    known = ask(user, wanted.values()) if wanted else {}
    return {name: known[number] for name, number in wanted.items() if number in known}


def live_devices(people: Iterable[Any]) -> list[Device]:
    """Return the devices of these people that were not removed, in the order of locking."""
    rows = Device.objects.filter(user__in=[person.pk for person in people], revoked_at=None)
    return list(rows.order_by("pk"))


def query(*, user: Any, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Return the devices and signing keys of people, as keys/query answers.

    ``wanted`` is name → list of device ids, empty for all. Who may not be asked for is absent.
    A person's user-signing key, and what she signed with it, is shown to herself alone.
    """
    people = people_named(user, wanted)
    signatures = _signatures(user, people.values())
    answer: dict[str, Any] = {
        "device_keys": {name: {} for name in people},
        "master_keys": {}, "self_signing_keys": {}, "user_signing_keys": {}, "failures": {},
    }  # fmt: skip
    names = {person.pk: name for name, person in people.items()}
    for device in live_devices(people.values()):
        name = names[device.user_id]
        only = wanted[name]
        if isinstance(only, list) and only and device.device_id not in only:
            continue
        added = signatures.get((device.user_id, device.device_id), {})
        answer["device_keys"][name][device.device_id] = described(device.device_keys, added)
    for key in CrossSigningKey.objects.filter(user__in=names):
        if key.usage == USER_SIGNING and key.user_id != user.pk:
            continue
        added = signatures.get((key.user_id, objects.public_of(key.key)), {})
        answer[f"{key.usage}_keys"][names[key.user_id]] = described(key.key, added)
    return answer


def described(keys: Mapping[str, Any], added: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return an object as the library reads it: the signed part, its own and later signatures."""
    merged = {name: dict(made) for name, made in keys.get("signatures", {}).items()}
    for name, made in added.items():
        merged.setdefault(name, {}).update(made)
    return objects.unsigned(keys) | {"signatures": merged}


def _signatures(user: Any, people: Iterable[Any]) -> Signatures:
    """Return the signatures over these people's keys: made by themselves, or by ``user``."""
    found: Signatures = defaultdict(dict)
    rows = KeySignature.objects.filter(target_user__in=[person.pk for person in people])
    for row in rows.select_related("signer_user"):
        if row.signer_user_id not in {row.target_user_id, user.pk}:
            continue
        signer = ids.user_name(row.signer_user.public_id)
        made = found[row.target_user_id, row.target_key].setdefault(signer, {})
        made[row.signer_key] = row.signature
    return found
