"""Recovery codes for signing in: how they look, and how they are kept.

``XXXX-XXXXX-XXXXX``: four characters find the row, ten prove (50 bits), kept as a password hash.
The alphabet has no 0, 1, I and O, which are easily taken for each other on paper.
"""

import secrets
from collections.abc import Sequence

from django.contrib.auth.hashers import make_password

from portal.accounts.factor_models import LOCATOR, RecoveryCode, RecoveryDevice
from portal.shared import ratelimit

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
PROOF = 10  # characters


def _characters(number: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(number))


def new_codes(amount: int | None = None) -> list[str]:
    """Return fresh codes as they are shown, no two with the same first four characters."""
    amount = ratelimit.get("recovery-codes").amount if amount is None else amount
    locators: set[str] = set()
    while len(locators) < amount:
        locators.add(_characters(LOCATOR))
    return [shown(locator + _characters(PROOF)) for locator in locators]


def shown(code: str) -> str:
    """Return fourteen characters in groups of four, five and five."""
    return f"{code[:4]}-{code[4:9]}-{code[9:]}"


def keep(device: RecoveryDevice, codes: Sequence[str]) -> None:
    """Store codes for a device: the first part readable, the rest as a hash."""
    plain = [code.replace("-", "") for code in codes]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(device=device, locator=code[:LOCATOR], proof=make_password(code[LOCATOR:]))
        for code in plain
    )
