"""One right option of several. The mark is the fraction of the chosen option."""

from __future__ import annotations

from collections.abc import Sequence
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

KIND = "single"


def parts(payload: Payload) -> list[str]:
    return [option["id"] for option in payload["options"]]


def telltale(payload: Payload) -> bool:
    return False


def read(payload: Payload, raw: Raw, language: str, partial: bool) -> Answer | Fault:
    fields = Fields(payload["kind"], raw, ["answer"])
    chosen = fields.one("answer")
    if chosen is None:
        fields.fault("missing", "answer")
    elif chosen not in parts(payload):
        fields.fault("unknown", "answer")
        chosen = None
    return fields.result([("answer", chosen)] if chosen else [], partial)


def mark(payload: Payload, answer: Answer) -> Marked:
    chosen = answer.value("answer")
    return Marked.of(
        PartMark(
            o["id"], share(o["fraction"]) if o["id"] == chosen else share(0), o["id"] == chosen
        )
        for o in payload["options"]
    )


def shown(payload: Payload, language: str, order: Sequence[str], answer: Answer) -> dict[str, Any]:
    options = {option["id"]: option for option in payload["options"]}
    chosen = answer.value("answer")
    return {
        "options": [
            {"id": i, "text": say(options[i].get("text"), language), "chosen": i == chosen}
            for i in order
        ]
    }


def feedback(payload: Payload, answer: Answer, language: str, reveal: bool) -> dict[str, Any]:
    chosen = {answer.value("answer")}
    return {"options": options_explained(payload, chosen, language, reveal)}


def options_explained(
    payload: Payload, chosen: set[str | None], language: str, reveal: bool
) -> list[dict[str, Any]]:
    """Return each option with what may be said of it: of chosen ones at once, else revealed."""
    explained = []
    for option in payload["options"]:
        told = reveal or option["id"] in chosen
        explained.append({
            "id": option["id"],
            "text": say(option.get("text"), language),
            "chosen": option["id"] in chosen,
            "right": share(option["fraction"]) > 0 if told else None,
            "why": say(option.get("why"), language) if told else "",
        })  # fmt: skip
    return explained
