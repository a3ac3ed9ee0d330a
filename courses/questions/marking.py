"""From answer to mark. Pure: the same payload and answer always give the same mark. No Django."""

from __future__ import annotations

from fractions import Fraction

from courses.questions.kinds import Answer, Marked, PartMark, Payload, kind_of

__all__ = ["BEHAVIOURS", "Marked", "PartMark", "behaviour_mark", "mark"]

BEHAVIOURS = ("deferred", "immediate", "interactive")
PENALTY = Fraction(1, 3)


def mark(payload: Payload, answer: Answer) -> Marked:
    """Return the fraction from 0 to 1 that an answer earns, and what each part added.

    Raises ValueError when the answer belongs to another kind of question.
    """
    if answer.kind != payload["kind"]:
        raise ValueError(f"an answer to {answer.kind} cannot be marked as {payload['kind']}")
    return kind_of(payload).mark(payload, answer)


def behaviour_mark(
    fraction: Fraction, try_number: int, behaviour: str, penalty: Fraction = PENALTY
) -> Fraction:
    """Return the mark under a behaviour: f, or f · max(0, 1 − p·(try − 1)) when interactive.

    ``try_number`` counts from 1. Raises ValueError for another behaviour or an impossible try.
    """
    if behaviour not in BEHAVIOURS:
        raise ValueError(f"unknown behaviour {behaviour!r}")
    if try_number < 1:
        raise ValueError("tries count from 1")
    if behaviour != "interactive":
        return fraction
    return fraction * max(Fraction(0), 1 - penalty * (try_number - 1))
