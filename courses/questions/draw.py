"""Chance that can be repeated: the order in which options are shown. No Django."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from courses.questions.kinds import Payload, kind_of

SHUFFLED = frozenset({"match", "order"})


def seed(attempt_id: UUID | str, slot_id: UUID | str) -> bytes:
    """Return SHA-256(attempt id ‖ slot id), both in their usual 36-character writing."""
    return sha256(f"{attempt_id}{slot_id}".lower().encode()).digest()


def option_order(payload: Payload, seed: bytes) -> list[str]:
    """Return the ids of options, choices or items in the order to show them.

    Shuffled where the question says ``shuffle: true``; choices of match and items of order are
    shuffled unless it says false. Items of order never stand in the right order, whatever it says.
    """
    ids = kind_of(payload).parts(payload)
    shown = list(ids)
    if payload.get("shuffle", payload["kind"] in SHUFFLED) or payload["kind"] == "order":
        shown.sort(key=lambda part: sha256(seed + part.encode()).digest())
    if payload["kind"] == "order" and shown == ids:
        shown = shown[1:] + shown[:1]
    return shown
