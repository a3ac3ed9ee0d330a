"""Second factors of our own on django-otp's base classes: an app's codes, recovery codes.

Passkeys are rows of django-otp-webauthn. Nothing here is readable without ``FIELD_KEYS``: the
app's secret is sealed, recovery codes are kept as password hashes.
"""

import base64
import logging
import math
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import check_password
from django.db import models
from django_otp.models import Device, ThrottlingMixin, TimestampMixin, VerifyNotAllowed
from django_otp.oath import TOTP

from portal.accounts import sealing
from portal.shared import clock

logger = logging.getLogger("portal.accounts")

STEP = 30  # seconds a code is valid (RFC 6238 section 5.2)
DIGITS = 6
TOLERANCE = 1  # steps before and after, for clocks that differ
LONGEST_WAIT = timedelta(minutes=15)  # between two tries, however many failed
LOCATOR = 4  # characters that find the row of a recovery code; the rest proves


class Throttled(ThrottlingMixin):
    """Waits 1, 2, 4 … seconds after failures, but never longer than ``LONGEST_WAIT``.

    Without the bound, somebody who knows the password could shut the owner out for years.
    """

    class Meta:
        abstract = True

    def get_throttle_factor(self) -> int:
        return 1

    def verify_is_allowed(self) -> tuple[bool, dict[str, Any] | None]:
        """Say whether a code may be tried now, and if not, how many failures and until when."""
        last, count = self.throttling_failure_timestamp, self.throttling_failure_count
        if last is None or count < 1:
            return True, None
        wait = min(timedelta(seconds=2 ** min(count - 1, 20)), LONGEST_WAIT)
        if clock.now() >= last + wait:
            return True, None
        reason = VerifyNotAllowed.N_FAILED_ATTEMPTS
        return False, {"reason": reason, "failure_count": count, "locked_until": last + wait}

    def throttle_increment(self, commit: bool = True) -> None:
        """Count a failure. Keeps the site's clock, so that tests can hold it."""
        super().throttle_increment(commit=False)
        self.throttling_failure_timestamp = clock.now()
        if commit:
            self.save()

    @property
    def wait(self) -> int:
        """Return the whole seconds until a code may be tried again; 0 means now."""
        why = self.verify_is_allowed()[1]
        if why is None:
            return 0
        return max(1, math.ceil((why["locked_until"] - clock.now()).total_seconds()))


class AppDevice(TimestampMixin, Throttled, Device):
    """Codes of an authenticator app (TOTP, RFC 6238). A code works once (``last_step``)."""

    sealed_key = models.TextField()
    last_step = models.BigIntegerField(default=-1)

    class Meta:
        app_label = "portal"

    @property
    def context(self) -> bytes:
        """Bind the sealed secret to its owner, so that it cannot be moved to another row."""
        return f"portal.appdevice:{self.user_id}".encode()

    def set_key(self, key: bytes) -> None:
        """Seal and keep the 20-byte secret; the caller saves."""
        self.sealed_key = sealing.seal(key, self.context)

    @property
    def key(self) -> bytes:
        """Return the secret. Raises ``sealing.NotOurs`` if no key of the site opens it."""
        return sealing.unseal(self.sealed_key, self.context)

    @property
    def secret(self) -> str:
        """Return the secret as it is typed into an app: base32."""
        return base64.b32encode(self.key).decode()

    def verify_token(self, token: str) -> bool:
        """Check a code. Only ``django_otp.verify_token`` calls this, after locking the row."""
        if not self.verify_is_allowed()[0]:
            return False
        try:
            totp = TOTP(self.key, STEP, 0, DIGITS, 0)
        except sealing.NotOurs:
            logger.exception("the secret of app %s was moved, or its key is gone", self.pk)
            return False
        totp.time = clock.now().timestamp()
        shaped = token.isascii() and token.isdigit() and len(token) == DIGITS
        if not (shaped and totp.verify(int(token), TOLERANCE, self.last_step + 1)):
            self.throttle_increment()
            return False
        self.last_step = totp.t()
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True


class RecoveryDevice(TimestampMixin, Throttled, Device):
    """The recovery codes of an account: ten rows of ``RecoveryCode``, each good once."""

    class Meta:
        app_label = "portal"

    def verify_token(self, token: str) -> bool:
        """Use up a code. Only ``django_otp.verify_token`` calls this, after locking the row."""
        if not self.verify_is_allowed()[0]:
            return False
        row = self.unused(token)
        if row is None:
            self.throttle_increment()
            return False
        row.used_at = clock.now()
        row.save(update_fields=["used_at"])
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True

    def unused(self, token: str) -> "RecoveryCode | None":
        """Return the row of a code that was not used yet; None for any other text.

        A hash is computed in both cases: the time taken must not tell whether a row exists.
        """
        code = "".join(character for character in token.upper() if character.isalnum())
        row = self.codes.filter(locator=code[:LOCATOR], used_at=None).first()
        right = check_password(code[LOCATOR:], row.proof if row else self._any_proof())
        return row if right else None

    def _any_proof(self) -> str:
        return self.codes.values_list("proof", flat=True).first() or ""


class RecoveryCode(models.Model):
    """Four characters to find the row, ten to prove, the ten as a password hash."""

    device = models.ForeignKey(RecoveryDevice, on_delete=models.CASCADE, related_name="codes")
    locator = models.CharField(max_length=LOCATOR)
    proof = models.CharField(max_length=200)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "portal"
        constraints = [
            models.UniqueConstraint(fields=["device", "locator"], name="recovery_code_locator_once")
        ]

    def __str__(self) -> str:
        return self.locator
