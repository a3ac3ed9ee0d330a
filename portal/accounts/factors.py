"""Which second factors a person owns. Unconfirmed ones do not count anywhere.

A *real* factor is a passkey or an app; recovery codes help when it is not at hand, and alone they
are none. ``kind`` is ``passkey``, ``app`` or ``recovery``.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django_otp.models import Device
from django_otp_webauthn.models import WebAuthnCredential

from portal.accounts.factor_models import AppDevice, RecoveryDevice
from portal.permissions import is_staff_by_role
from portal.shared.errors import NotAllowed

PASSKEY, APP, RECOVERY = "passkey", "app", "recovery"
MODELS: dict[str, type[Device]] = {
    PASSKEY: WebAuthnCredential,
    APP: AppDevice,
    RECOVERY: RecoveryDevice,
}
LARGEST_NUMBER = 2**63 - 1


@dataclass(frozen=True)
class Factor:
    """One real factor, as a list shows it."""

    kind: str
    number: int
    name: str
    added: datetime | None
    used: datetime | None


@dataclass(frozen=True)
class Factors:
    """All that a person owns. ``codes_left`` is None without recovery codes.

    ``retype`` says that codes were shown and none of them was typed again yet.
    """

    passkeys: list[Factor] = field(default_factory=list)
    apps: list[Factor] = field(default_factory=list)
    codes_left: int | None = None
    retype: bool = False

    @property
    def real(self) -> list[Factor]:
        return [*self.passkeys, *self.apps]

    @property
    def any(self) -> bool:
        """Say whether there is a passkey or an app."""
        return bool(self.passkeys or self.apps)


def kind_of(device: Device) -> str:
    """Return the kind of a device. Raises StopIteration for a model that is none of ours."""
    return next(kind for kind, model in MODELS.items() if isinstance(device, model))


def has_factor(user: Any) -> bool:
    """Say whether the account owns a passkey or an app."""
    return has_passkey(user) or AppDevice.objects.filter(user_id=user.pk, confirmed=True).exists()


def has_passkey(user: Any) -> bool:
    """Say whether the account owns a passkey."""
    return WebAuthnCredential.objects.filter(user_id=user.pk, confirmed=True).exists()


def owes_passkey(user: Any) -> bool:
    """Say whether staff who own a passkey signed in by an app code instead.

    A recovery code does not count as that: it is the way back for a lost passkey.
    """
    device = getattr(user, "otp_device", None)
    return bool(
        settings.STAFF_NEED_PASSKEY
        and device is not None
        and kind_of(device) == APP
        and has_passkey(user)
        and is_staff_by_role(user)
    )


def lacks_passkey(user: Any) -> bool:
    """Say whether what only staff may do has to wait until she signs in with a passkey: a code of
    an app can be fished."""
    device = getattr(user, "otp_device", None)
    return bool(
        settings.STAFF_NEED_PASSKEY
        and device is not None
        and kind_of(device) != PASSKEY
        and is_staff_by_role(user)
    )


def is_usable(device: Any, user: Any) -> bool:
    """Say whether ``device`` may confirm a sign-in of ``user``."""
    return isinstance(device, Device) and device.confirmed and device.user_id == user.pk


def _rows(kind: str, user: Any) -> list[Factor]:
    devices = MODELS[kind].objects.filter(user_id=user.pk, confirmed=True).order_by("pk")
    return [
        Factor(kind, device.pk, device.name, device.created_at, device.last_used_at)
        for device in devices
    ]


def of(user: Any) -> Factors:
    """Return the second factors of an account."""
    recovery = recovery_of(user)
    return Factors(
        passkeys=_rows(PASSKEY, user),
        apps=_rows(APP, user),
        codes_left=recovery.codes.filter(used_at=None).count() if recovery else None,
        retype=untested_recovery_of(user) is not None,
    )


def recovery_of(user: Any) -> RecoveryDevice | None:
    """Return the recovery codes that work: one of them was typed again after they were shown."""
    return RecoveryDevice.objects.filter(user_id=user.pk, confirmed=True).order_by("-pk").first()


def untested_recovery_of(user: Any) -> RecoveryDevice | None:
    """Return recovery codes that were shown, but none of them typed again yet."""
    return RecoveryDevice.objects.filter(user_id=user.pk, confirmed=False).order_by("-pk").first()


def begun_app_of(user: Any) -> AppDevice | None:
    """Return the app whose secret is shown, but whose first code is still missing."""
    return AppDevice.objects.filter(user_id=user.pk, confirmed=False).order_by("-pk").first()


def find(*, user: Any, kind: str, number: int) -> Device:
    """Return one confirmed factor of the person. Raises NotAllowed for anything else."""
    model = MODELS.get(kind)
    if model is None or not 0 < number <= LARGEST_NUMBER:
        raise NotAllowed
    device = model.objects.filter(user_id=user.pk, confirmed=True, pk=number).first()
    if device is None:
        raise NotAllowed
    return device
