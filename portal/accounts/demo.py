"""Invented people of development data: one or more for each role, with all they need to sign in.

Their passwords, app secrets and recovery codes are no secrets: they follow from their addresses,
so that they can be printed at any time. They are made in development data only.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django_otp.oath import TOTP

from portal.accounts import demo_places, recovery_codes
from portal.accounts.factor_models import DIGITS, STEP, AppDevice, RecoveryDevice
from portal.accounts.models import User
from portal.shared import clock

PASSWORD = "try-the-platform-2026"  # noqa: S105
LABEL = b"demo people, development data only"
CODES = 2  # recovery codes of each


@dataclass(frozen=True)
class DemoPerson:
    """A person to sign in as. Everybody but learners and applicants has an app."""

    role: str
    email: str
    name: str
    language: str
    region: str | None = None
    organisation: str = ""  # a name in ``demo_places.ORGANISATIONS``; empty without membership
    scope_region: str | None = None  # of the role
    scope_language: str = ""

    @property
    def has_factor(self) -> bool:
        return self.role not in {"learner", "applicant"}

    def as_json(self) -> dict[str, Any]:
        """Return what somebody needs to sign in, with the code that counts at this moment."""
        row: dict[str, Any] = {
            "role": self.role,
            "email": self.email,
            "password": PASSWORD,
            "name": self.name,
            "language": self.language,
        }
        if self.has_factor:
            row["totp_secret"] = base64.b32encode(app_key(self.email)).decode()
            row["totp_code_now"] = app_code(self.email)
            row["recovery_codes"] = codes_of(self.email)
        return row


DEMO_PEOPLE = (
    DemoPerson("learner", "amina@demo.invalid", "Amina Haddad", "ar"),
    DemoPerson("learner", "claire@demo.invalid", "Claire Fontaine", "fr", "SN"),
    DemoPerson("learner", "oleh@demo.invalid", "Oleh Koval", "uk", "UA"),
    DemoPerson("applicant", "fatou@demo.invalid", "Fatou Camara", "fr", "SN"),
    DemoPerson("courier", "idris@demo.invalid", "Idris Bello", "en", "NG", demo_places.COURIER),
    DemoPerson("member", "lucia@demo.invalid", "Lucía Ortega", "es", "GT", demo_places.POLICE),
    DemoPerson("trainer", "tomas@demo.invalid", "Tomás Rivera", "es", "GT", demo_places.SCHOOL),
    DemoPerson("reviewer", "anna@demo.invalid", "Anna Moroz", "ru", "KZ", demo_places.SCHOOL),
    DemoPerson(
        "translator", "julien@demo.invalid", "Julien Mbaye", "fr", "SN", demo_places.SCHOOL,
        scope_language="fr",
    ),
    DemoPerson(
        "focal-point", "kofi@demo.invalid", "Kofi Mensah", "en", "GH", demo_places.CUSTOMS,
        scope_region="west-africa",
    ),
    DemoPerson(
        "focal-point", "mariam@demo.invalid", "Mariam Traoré", "fr", "ML", demo_places.BORDER,
        scope_region="west-africa",
    ),
    DemoPerson(
        "focal-point", "diego@demo.invalid", "Diego Salazar", "es", "CO", demo_places.POLICE,
        scope_region="latin-america",
    ),
    DemoPerson(
        "administrator", "mei@demo.invalid", "Mei Lin", "zh-hans", None, demo_places.SCHOOL
    ),
    DemoPerson(
        "administrator", "samir@demo.invalid", "Samir Nasser", "ar", None, demo_places.CUSTOMS
    ),
)  # fmt: skip


def _bytes(email: str, use: str) -> bytes:
    return hmac.new(LABEL, f"{use}:{email}".encode(), hashlib.sha256).digest()


def app_key(email: str) -> bytes:
    """Return the 20-byte secret of a demo person's app."""
    return _bytes(email, "app")[:20]


def app_code(email: str, steps: int = 0) -> str:
    """Return the code her app shows now, or ``steps`` times 30 seconds later."""
    totp = TOTP(app_key(email), STEP, 0, DIGITS, 0)
    totp.time = clock.now().timestamp() + STEP * steps
    return f"{totp.token():0{DIGITS}d}"


def codes_of(email: str) -> list[str]:
    """Return her recovery codes."""
    letters = recovery_codes.ALPHABET
    texts = [
        "".join(letters[byte % len(letters)] for byte in _bytes(email, f"recovery {number}")[:14])
        for number in range(CODES)
    ]
    return [recovery_codes.shown(text) for text in texts]


@transaction.atomic
def make_demo_people() -> None:
    """Make the demo people; those who exist get back what is listed here.

    Raises RuntimeError outside development data.
    """
    if not settings.DEVELOPMENT:
        raise RuntimeError("demo people exist in development data only")
    made = {person.email: _make(person) for person in DEMO_PEOPLE}
    demo_places.settle(DEMO_PEOPLE, made)


def _make(person: DemoPerson) -> User:
    user, created = User.objects.get_or_create(
        email=person.email,
        defaults={"name": person.name, "language": person.language, "region_id": person.region},
    )
    if created or not user.check_password(PASSWORD):
        user.set_password(PASSWORD)
    user.is_superuser = user.is_staff = False
    user.save()
    EmailAddress.objects.get_or_create(
        user=user, email=person.email, defaults={"verified": True, "primary": True}
    )
    if person.has_factor:
        _give_factor(user)
    return user


def _give_factor(user: User) -> None:
    device = AppDevice.objects.filter(user=user, name="demo").first()
    if device is None:
        device = AppDevice(user=user, name="demo", confirmed=True)
        device.set_key(app_key(user.email))
        device.save()
    if not RecoveryDevice.objects.filter(user=user).exists():
        recovery = RecoveryDevice.objects.create(user=user, name="recovery codes", confirmed=True)
        recovery_codes.keep(recovery, codes_of(user.email))
