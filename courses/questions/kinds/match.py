"""Pairs: one choice for every row. The mark is the share of right pairs."""

from __future__ import annotations

from collections.abc import Sequence
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
    natural,
    say,
)

KIND = "match"


def parts(payload: Payload) -> list[str]:
    return [choice["id"] for choice in payload["choices"]]


def telltale(payload: Payload) -> bool:
    """Say whether a row and its choice bear one id, or their ids run side by side."""
    rows = sorted(payload["rows"], key=lambda row: natural(row["id"]))
    right = [row["match"] for row in rows]
    in_step = right == sorted(set(right), key=natural)
    return any(row["id"] == row["match"] for row in rows) or (len(rows) > 1 and in_step)


def read(payload: Payload, raw: Raw, language: str, partial: bool) -> Answer | Fault:
    rows = [row["id"] for row in payload["rows"]]
    choices = parts(payload)
    fields = Fields(KIND, raw, [f"row-{row}" for row in rows])
    given: list[tuple[str, str]] = []
    for row in rows:
        choice = fields.one(f"row-{row}")
        if choice is None:
            fields.fault("incomplete", f"row-{row}")
        elif choice not in choices:
            fields.fault("unknown", f"row-{row}")
        else:
            given.append((row, choice))
    if not given:
        fields.fault("missing", f"row-{rows[0]}")
    return fields.result(given, partial)


def mark(payload: Payload, answer: Answer) -> Marked:
    given = dict(answer.given)
    each = Fraction(1, len(payload["rows"]))
    return Marked.of(
        PartMark(
            r["id"], each if given.get(r["id"]) == r["match"] else Fraction(0), given.get(r["id"])
        )
        for r in payload["rows"]
    )


def shown(payload: Payload, language: str, order: Sequence[str], answer: Answer) -> dict[str, Any]:
    choices = {choice["id"]: choice for choice in payload["choices"]}
    return {
        "rows": [
            {
                "id": row["id"],
                "field": f"row-{row['id']}",
                "text": say(row.get("text"), language),
                "chosen": answer.value(row["id"]),
            }
            for row in payload["rows"]
        ],
        "choices": [{"id": i, "text": say(choices[i].get("text"), language)} for i in order],
    }


def feedback(payload: Payload, answer: Answer, language: str, reveal: bool) -> dict[str, Any]:
    """Explain each row. The text explains the right pair: a wrong row waits for ``reveal``."""
    texts = {choice["id"]: say(choice.get("text"), language) for choice in payload["choices"]}
    rows = []
    for row in payload["rows"]:
        chosen = answer.value(row["id"])
        right = chosen == row["match"]
        rows.append({
            "id": row["id"],
            "text": say(row.get("text"), language),
            "chosen": chosen,
            "chosen_text": texts.get(chosen or "", ""),
            "right": right if chosen is not None or reveal else None,
            "right_text": texts[row["match"]] if reveal or right else "",
            "why": say(row.get("why"), language) if reveal or right else "",
        })  # fmt: skip
    return {"rows": rows}
