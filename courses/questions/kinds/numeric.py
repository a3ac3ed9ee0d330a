"""A number, right within value ± tolerance (both ends included). Compared exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from courses.questions.kinds.base import (
    Answer,
    Fault,
    Fields,
    Marked,
    PartMark,
    Payload,
    Raw,
    say,
    share,
)
from courses.questions.kinds.numbers import read_number, write_number

KIND = "numeric"
OTHERWISE = "otherwise"


def parts(payload: Payload) -> list[str]:
    return []


def telltale(payload: Payload) -> bool:
    """A value among the ids would never be shown: accepted values have no fields."""
    return False


def read(payload: Payload, raw: Raw, language: str, partial: bool) -> Answer | Fault:
    fields = Fields(KIND, raw, ["answer"])
    text = fields.one("answer")
    if text is None:
        fields.fault("missing", "answer")
        return fields.result([], partial)
    number = read_number(text, language)
    if number is None:
        fields.fault("not_a_number", "answer")
        return fields.result([("answer", text)], partial)
    return fields.result([("answer", text), ("value", str(number))], partial)


def accepted(payload: Payload, answer: Answer) -> Mapping[str, Any] | None:
    """Return the first entry of ``accept`` the answer falls within, or None."""
    value = answer.value("value")
    if value is None:
        return None
    number = Fraction(value)
    for entry in payload["accept"]:
        if abs(number - share(entry["value"])) <= share(entry.get("tolerance", 0)):
            return dict(entry)
    return None


def mark(payload: Payload, answer: Answer) -> Marked:
    entry = accepted(payload, answer)
    given = None if entry is None else entry["id"]
    marks = [
        PartMark(e["id"], share(e["fraction"]) if e["id"] == given else share(0), e["id"] == given)
        for e in payload["accept"]
    ]
    missed = entry is None and answer.value("answer") is not None
    return Marked.of([*marks, PartMark(OTHERWISE, share(0), missed)])


def shown(payload: Payload, language: str, order: Sequence[str], answer: Answer) -> dict[str, Any]:
    return {"value": answer.value("answer") or "", "unit": say(payload.get("unit"), language)}


def feedback(payload: Payload, answer: Answer, language: str, reveal: bool) -> dict[str, Any]:
    """Explain the answer. The text for "anything else" usually names the number: only revealed."""
    entry = accepted(payload, answer)
    why = say(entry.get("why"), language) if entry is not None else ""
    if entry is None and reveal:
        why = say(payload.get(OTHERWISE, {}).get("why"), language)
    best = max(payload["accept"], key=lambda e: share(e["fraction"]))
    return {
        "value": answer.value("answer") or "",
        "unit": say(payload.get("unit"), language),
        "right": entry is not None and share(entry["fraction"]) > 0,
        "why": why,
        "right_value": write_number(str(best["value"]), language) if reveal else "",
        "right_why": say(best.get("why"), language) if reveal else "",
    }
