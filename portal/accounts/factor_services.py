"""What a person does with her second factors. ``django_otp.verify_token`` checks the codes."""

import secrets
from datetime import timedelta

import django_otp
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device

from portal.accounts import factors, recovery_codes, step_up
from portal.accounts.factor_models import AppDevice, RecoveryDevice
from portal.accounts.models import User
from portal.accounts.security_notices import count_wrong_factor, tell
from portal.accounts.services import end_sign_ins
from portal.audit.services import record
from portal.permissions import is_staff_by_role, membership_of
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany

SECRET_BYTES = 20  # RFC 4226 section 4, R6
SECRET_SHOWN = timedelta(hours=1)
MOST_APPS = 5
WRONG_CODE = _("This code is not right, or it was used already.")
WRONG_RECOVERY_CODE = _("This recovery code is not right, or it was used already.")


def check(*, user: User, device: Device, code: str) -> Device:
    """Use a code of the named device up and return the device.

    Raises TooMany while the device waits after failures, Invalid for a wrong or used code.
    """
    if seconds := _wait(device):
        raise TooMany(seconds)
    kind = factors.kind_of(device)
    with transaction.atomic():
        found = django_otp.verify_token(user, device.persistent_id, code)
        if found is None:
            record("factor.failed", actor=user, about=user, facts={"kind": kind})
        elif kind == factors.RECOVERY:
            left = found.codes.filter(used_at=None).count()
            record("recovery.used", actor=user, about=user, facts={"left": left})
    if found is None:
        count_wrong_factor(user)
        wrong = WRONG_RECOVERY_CODE if kind == factors.RECOVERY else WRONG_CODE
        raise Invalid(fields={"code": wrong})
    if kind == factors.RECOVERY:
        tell(user, "recovery_used")
    return found


def _wait(device: Device) -> int:
    device.refresh_from_db()
    return getattr(device, "wait", 0)


@transaction.atomic
def begin_app(*, user: User) -> AppDevice:
    """Make the secret for an authenticator app; it counts once a code of it was typed.

    Raises step_up.Needed if the person has a second factor already, Conflict for too many apps.
    """
    _locked(user)
    _require_if_any(user)
    if AppDevice.objects.filter(user=user, confirmed=True).count() >= MOST_APPS:
        raise Conflict(_("You have five apps already. Remove one that you do not use any more."))
    AppDevice.objects.filter(user=user, confirmed=False).delete()
    device = AppDevice(user=user, confirmed=False)
    device.set_key(secrets.token_bytes(SECRET_BYTES))
    device.save()
    return device


def app_being_added(user: User) -> AppDevice | None:
    """Return the app that is being added, as long as its secret may be shown."""
    device = factors.begun_app_of(user)
    fresh = device is not None and clock.now() - device.created_at < SECRET_SHOWN
    return device if fresh else None


def confirm_app(*, user: User, code: str, name: str, keep: str | None) -> Device:
    """Make the app that is being added count, tested by a first code; end other sign-ins.

    ``keep`` is the session key that stays signed in. Raises NotAllowed if none is being added,
    TooMany, Invalid for a wrong code, step_up.Needed if there is a second factor already.
    """
    device = app_being_added(user)
    if device is None:
        raise NotAllowed
    _require_if_any(user)
    check(user=user, device=device, code=code)
    with transaction.atomic():
        _locked(user)
        _require_if_any(user)
        if not AppDevice.objects.filter(pk=device.pk, confirmed=False).exists():
            raise Conflict(_("This app was added already."))
        device.refresh_from_db()
        device.confirmed, device.name = True, name
        device.save(update_fields=["confirmed", "name"])
        added(user=user, device=device, keep=keep)
    tell(user, "factor_added")
    return device


def added(*, user: User, device: Device, keep: str | None) -> None:
    """Record a new factor and end the other sign-ins. The caller holds the transaction.

    Whoever adds a factor calls this (apps here, passkeys in their own views), then ``tell``.
    """
    kind = factors.kind_of(device)
    record("factor.added", actor=user, about=user, facts={"kind": kind})
    end_sign_ins(user=user, but=keep)


def remove(*, user: User, kind: str, number: int, keep: str | None) -> None:
    """Remove a passkey or an app, and end the other sign-ins.

    Raises step_up.Needed, NotAllowed if it is not hers, Conflict if it is the last one and she
    is a member or has a role: their area stays closed without a second factor.
    """
    with transaction.atomic():
        _locked(user)
        device = factors.find(user=user, kind=kind, number=number)
        if kind == factors.RECOVERY:
            raise NotAllowed
        step_up.require_for_factors(user)
        if is_last(user) and must_keep_one(user):
            raise Conflict(
                _("This is your only second factor. Add another one first, then remove this one.")
            )
        device.delete()
        if not factors.has_factor(user):
            RecoveryDevice.objects.filter(user=user).delete()
        record("factor.removed", actor=user, about=user, facts={"kind": kind})
        end_sign_ins(user=user, but=keep)
    tell(user, "factor_removed")


def is_last(user: User) -> bool:
    """Say whether the person owns exactly one passkey or app."""
    return len(factors.of(user).real) == 1


def must_keep_one(user: User) -> bool:
    """Say whether the person may not be without a second factor: she has a membership or role."""
    return membership_of(user) is not None or is_staff_by_role(user)


def make_recovery(*, user: User) -> list[str]:
    """Make new recovery codes and return them: they are shown once and never again.

    Older codes go on working until one of the new ones was typed. Raises Conflict without a
    second factor, step_up.Needed.
    """
    codes = recovery_codes.new_codes()
    with transaction.atomic():
        _locked(user)
        if not factors.has_factor(user):
            raise Conflict(_("Add a passkey or an app first. Recovery codes stand in for it."))
        step_up.require(user)
        RecoveryDevice.objects.filter(user=user, confirmed=False).delete()
        device = RecoveryDevice.objects.create(user=user, name="recovery codes", confirmed=False)
        recovery_codes.keep(device, codes)
        record("recovery.made", actor=user, about=user)
    tell(user, "recovery_made")
    return codes


def confirm_recovery(*, user: User, code: str) -> RecoveryDevice:
    """Make the newest recovery codes count: one was typed again. It is not used up.

    Raises NotAllowed if there are none to test, TooMany, Invalid for a wrong code.
    """
    if seconds := ratelimit.wait(f"recovery:{user.pk}", "fresh-check"):
        raise TooMany(seconds)
    with transaction.atomic():
        _locked(user)
        device = factors.untested_recovery_of(user)
        if device is None:
            raise NotAllowed
        if device.unused(code) is None:
            raise Invalid(fields={"code": _("This is not one of the newest codes. Try again.")})
        RecoveryDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
        device.confirmed = True
        device.save(update_fields=["confirmed"])
    return device


def ask_identity(*, user: User) -> None:
    """Ask that the person's identity be proved again, as at entry. Raises TooMany."""
    from portal.vetting.identity import ask_identity_check  # it may need this module in turn

    if seconds := ratelimit.wait(f"identity:{user.pk}", "identity-asks"):
        raise TooMany(seconds)
    ask_identity_check(user=user)


def _locked(user: User) -> None:
    """Let one change of an account's factors happen at a time."""
    User.objects.select_for_update().get(pk=user.pk)


def _require_if_any(user: User) -> None:
    step_up.require_for_factors(user)
