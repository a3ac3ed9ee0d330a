"""Resumption tokens: where a list goes on, signed, so that nothing is kept for a harvester."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing

from community.library.oai.arguments import OaiError, Window, as_list, from_list
from portal.shared import clock

SALT = "community.library.oai"
VALID = timedelta(days=1)
_LONGEST = 2_000  # characters


@dataclass(frozen=True)
class Place:
    """The last entry that was given: its time and id. ``given`` counts entries up to it."""

    window: Window
    after: tuple[datetime, uuid.UUID]
    given: int
    total: int


def write(verb: str, place: Place) -> tuple[str, datetime]:
    """Return a token for the rest of a list, and until when it is good."""
    ends = clock.now() + VALID
    at, public_id = place.after
    values: list[Any] = [
        verb, as_list(place.window), at.isoformat(), public_id.hex, place.given, place.total,
        int(ends.timestamp()),
    ]  # fmt: skip
    return signing.dumps(values, salt=SALT, compress=True), ends


def read(verb: str, text: str) -> Place:
    """Return where a list goes on. Raises OaiError badResumptionToken."""
    try:
        if len(text) > _LONGEST:
            raise signing.BadSignature
        known, ends, place = _read(signing.loads(text, salt=SALT))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        # The last three: a token of another version of this site.
        raise OaiError("badResumptionToken", "This token is not one of ours.") from None
    if known != verb:
        raise OaiError("badResumptionToken", "This token belongs to another verb.")
    if clock.now().timestamp() >= ends:
        raise OaiError("badResumptionToken", "This token has expired.")
    return place


def _read(values: Any) -> tuple[str, int, Place]:
    """Return verb, end and place of a token's values. Raises ValueError, TypeError."""
    verb, window, at, public_id, given, total, ends = values
    after = datetime.fromisoformat(at), uuid.UUID(public_id)
    return str(verb), int(ends), Place(from_list(window), after, int(given), int(total))
