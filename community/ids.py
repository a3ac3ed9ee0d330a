"""How people, rooms, events and files are named in messages (messaging.md 10.1). Pure."""

import re
import uuid

from django.conf import settings

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DEVICE_ID = re.compile(r"[A-Z0-9]{10}")
TXN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def domain() -> str:
    """Return the part after the colon of every name; it can never be changed."""
    return str(settings.COMMUNITY_E2EE_DOMAIN)


def user_name(public_id: uuid.UUID) -> str:
    """Return ``@<uuid>:<domain>``."""
    return f"@{public_id}:{domain()}"


def room_name(public_id: uuid.UUID) -> str:
    """Return ``!<uuid>:<domain>``."""
    return f"!{public_id}:{domain()}"


def event_name(event_id: uuid.UUID) -> str:
    """Return ``$<uuid>``."""
    return f"${event_id}"


def parse_uuid(text: object) -> uuid.UUID | None:
    """Return the UUID of a text in lower case with hyphens; None for anything else."""
    return uuid.UUID(text) if isinstance(text, str) and _UUID.fullmatch(text) else None


def parse_user(text: object) -> uuid.UUID | None:
    """Return the UUID of ``@<uuid>:<domain>``; None for anything else."""
    return _parse(text, "@")


def parse_room(text: object) -> uuid.UUID | None:
    """Return the UUID of ``!<uuid>:<domain>``; None for anything else."""
    return _parse(text, "!")


def _parse(text: object, sign: str) -> uuid.UUID | None:
    if not isinstance(text, str) or not text.startswith(sign):
        return None
    number, colon, where = text[1:].partition(":")
    return parse_uuid(number) if colon and where == domain() else None
