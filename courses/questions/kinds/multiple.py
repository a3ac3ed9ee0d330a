"""Several right options: the sum of the chosen fractions within 0 and 1, or all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from courses.questions.kinds.base import (
    CHOSEN,
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
from courses.questions.kinds.single import options_explained, parts, telltale

KIND = "multiple"
__all__ = ["KIND", "feedback", "mark", "parts", "read", "shown", "telltale"]


def read(payload: Payload, raw: Raw, language: str, partial: bool) -> Answer | Fault:
    fields = Fields(KIND, raw, ["answer"])
    known = parts(payload)
    chosen = fields.values("answer")
    if any(option not in known for option in chosen):
        fields.fault("unknown", "answer")
    if len(set(chosen)) < len(chosen):
        fields.fault("repeated", "answer")
    if not chosen:
        fields.fault("missing", "answer")
    return fields.result([(option, CHOSEN) for option in known if option in chosen], partial)


def mark(payload: Payload, answer: Answer) -> Marked:
    chosen = dict(answer.given)
    shares = {o["id"]: share(o["fraction"]) for o in payload["options"]}
    if payload.get("all_or_nothing") and set(chosen) != {i for i, f in shares.items() if f > 0}:
        shares = dict.fromkeys(shares, share(0))
    return Marked.of(
        PartMark(i, fraction if i in chosen else share(0), i in chosen)
        for i, fraction in shares.items()
    )


def shown(payload: Payload, language: str, order: Sequence[str], answer: Answer) -> dict[str, Any]:
    options = {option["id"]: option for option in payload["options"]}
    chosen = dict(answer.given)
    return {
        "options": [
            {"id": i, "text": say(options[i].get("text"), language), "chosen": i in chosen}
            for i in order
        ]
    }


def feedback(payload: Payload, answer: Answer, language: str, reveal: bool) -> dict[str, Any]:
    return {"options": options_explained(payload, set(dict(answer.given)), language, reveal)}
