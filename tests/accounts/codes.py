"""Codes of apps and recovery codes for tests."""

from django_otp.oath import TOTP

from portal.accounts import recovery_codes
from portal.accounts.factor_models import AppDevice, RecoveryDevice
from portal.accounts.models import User
from portal.shared import clock

WRONG = "000000"


def code_of(device: AppDevice, steps: int = 0) -> str:
    """The code the app shows now, or ``steps`` times 30 seconds later."""
    totp = TOTP(device.key, 30, 0, 6, 0)
    totp.time = clock.now().timestamp() + 30 * steps
    return f"{totp.token():06d}"


def wrong_code_of(device: AppDevice) -> str:
    """Six digits that are not right now, a step before or a step after."""
    right = {code_of(device, step) for step in (-1, 0, 1)}
    return next(code for code in (f"{n:06d}" for n in range(4)) if code not in right)


def recovery_of(user: User, amount: int = 10) -> list[str]:
    """Recovery codes of the account that were typed again already."""
    device = RecoveryDevice.objects.create(user=user, name="recovery codes", confirmed=True)
    codes = recovery_codes.new_codes(amount)
    recovery_codes.keep(device, codes)
    return codes
