"""Whether a person and a device are ready for sealed messages (messaging.md 4.1, 10.3 config)."""

from typing import Any

import msgspec
from django.db.models import QuerySet

from community.api.endpoint import SAFE, Call
from community.api.errors import ApiError
from community.devices.models import BackupVersion, CrossSigningKey, Device, Secret
from portal.shared import clock
from portal.shared.prepared import prepared

USAGES = ("master", "self_signing", "user_signing")
KEY_SECRETS = tuple(f"cross_signing_{usage}" for usage in USAGES)


class Setup(msgspec.Struct, frozen=True):
    """What of the set-up is done: ``backup`` is the present version, ``secrets`` the names kept."""

    identity: bool
    backup: str | None
    secrets: list[str]

    @property
    def complete(self) -> bool:
        """Whether identity, backup and the three sealed signing keys are all there."""
        return self.identity and self.backup is not None and set(KEY_SECRETS) <= set(self.secrets)


@prepared
def _usages(user: int) -> QuerySet[CrossSigningKey, tuple[str]]:
    return CrossSigningKey.objects.filter(user=user).values_list("usage")


@prepared
def _secrets(user: int) -> QuerySet[Secret, tuple[str]]:
    return Secret.objects.filter(user=user).values_list("name")


@prepared
def _versions(user: int) -> QuerySet[BackupVersion]:
    return BackupVersion.objects.filter(user=user, deleted_at=None).order_by("-version")[:1]


def setup_of(user: Any) -> Setup:
    """Return what is set up for a person, in three queries."""
    usages = {usage for (usage,) in _usages(user.pk)}
    version = current_version(user)
    return Setup(
        identity=usages >= set(USAGES),
        backup=None if version is None else str(version.version),
        secrets=sorted(name for (name,) in _secrets(user.pk)),
    )


def current_version(user: Any) -> BackupVersion | None:
    """Return the newest version of the backup that was not deleted; None if there is none."""
    return _versions.first(user.pk)


def bound_device(call: Call) -> Device:
    """Return the live device of this sign-in; an unsafe call notes the day it was seen.

    Raises device_required, device_revoked.
    """
    device = call.device
    if call.request.method not in SAFE:
        note_seen(device)
    return device


def note_seen(device: Device) -> None:
    """Keep the day a device was last used; written at most once a day."""
    today = clock.now().date()
    if device.last_seen_day < today:
        Device.objects.filter(pk=device.pk).update(last_seen_day=today)
        device.last_seen_day = today


def require_ready(call: Call) -> Device:
    """Return the device of this sign-in if it may take part in rooms: live, confirmed by its
    owner's present identity, and the set-up complete.

    Raises device_required, device_revoked, setup_incomplete.
    """
    device = bound_device(call)
    if not device.confirmed or not setup_of(call.user).complete:
        raise ApiError("setup_incomplete")
    return device
