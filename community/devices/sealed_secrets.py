"""Secrets sealed under the recovery key: signing keys and anchors (messaging.md 10.2, 10.3)."""

from typing import Any

from community.api.errors import ApiError
from community.devices.models import Secret
from community.devices.setup import KEY_SECRETS, setup_of
from portal.accounts import step_up
from portal.shared import clock
from portal.shared.errors import NotAllowed

ANCHORS = "anchors"
# Characters of base64 each may have: a sealed key has 80; anchors grow with rooms and people.
MOST = dict.fromkeys(KEY_SECRETS, 1024) | {ANCHORS: 256 * 1024}


def keep(*, user: Any, name: str, iv: str, ct: str) -> None:
    """Keep a secret in place of the one there was.

    Once the set-up is complete, signing keys are not replaced without a fresh second factor: with
    them goes the way back of everybody who lost her devices. Raises NotAllowed for another name,
    too_large, step_up.Needed.
    """
    if name not in MOST:
        raise NotAllowed
    if len(ct) > MOST[name]:
        raise ApiError("too_large", f"{name} has at most {MOST[name]} characters")
    if name in KEY_SECRETS and _would_replace(user, name, iv, ct):
        step_up.require(user)
    Secret.objects.update_or_create(
        user=user, name=name, defaults={"iv": iv, "ct": ct, "updated": clock.now()}
    )


def _would_replace(user: Any, name: str, iv: str, ct: str) -> bool:
    """Say whether this is another text than the one kept, and the set-up is over."""
    kept = Secret.objects.filter(user=user, name=name).values_list("iv", "ct").first()
    return kept is not None and kept != (iv, ct) and setup_of(user).complete


def find(*, user: Any, name: str) -> Secret:
    """Return one of her secrets. Raises NotAllowed if there is none of that name."""
    row = Secret.objects.filter(user=user, name=name).first() if name in MOST else None
    if row is None:
        raise NotAllowed
    return row
