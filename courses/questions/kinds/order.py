"""Items put in order: all or nothing, or the share of neighbours in right order.

With n items there are n − 1 pairs of neighbours; a pair counts when the second item of it was
put straight after the first. Every item bears the pair it opens.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
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

KIND = "order"


def parts(payload: Payload) -> list[str]:
    return [item["id"] for item in payload["items"]]


def telltale(payload: Payload) -> bool:
    """Say whether the ids, sorted either way, stand in the right order."""
    ids = parts(payload)
    by_id = sorted(ids, key=natural)
    return len(ids) > 1 and ids in (by_id, by_id[::-1])


def read(payload: Payload, raw: Raw, language: str, partial: bool) -> Answer | Fault:
    items = parts(payload)
    fields = Fields(KIND, raw, [f"item-{item}" for item in items])
    given: list[tuple[str, str]] = []
    for item in items:
        text = fields.one(f"item-{item}")
        if text is None:
            fields.fault("incomplete", f"item-{item}")
            continue
        position = _whole(text)
        if position is None or not 1 <= position <= len(items):
            fields.fault("not_a_position", f"item-{item}")
        else:
            if str(position) in dict(given).values():
                fields.fault("same_position", f"item-{item}")
            given.append((item, str(position)))
    if not given:
        fields.fault("missing", f"item-{items[0]}")
    return fields.result(given, partial)


def _whole(text: str) -> int | None:
    digits = [unicodedata.decimal(c, None) for c in text]
    if not digits or None in digits:
        return None
    return int("".join(str(d) for d in digits))


def _followed(payload: Payload, answer: Answer) -> set[str]:
    """Return the items that are followed by the item that follows them in the right order."""
    right = parts(payload)
    placed = {item: int(position) for item, position in answer.given}
    return {
        first
        for first, second in pairwise(right)
        if first in placed and second in placed and placed[second] == placed[first] + 1
    }


def _all_right(payload: Payload, answer: Answer) -> bool:
    placed = dict(answer.given)
    return all(placed.get(i) == str(n) for n, i in enumerate(parts(payload), start=1))


def mark(payload: Payload, answer: Answer) -> Marked:
    right = parts(payload)
    if payload.get("marking") == "neighbours" and len(right) > 1:
        followed = _followed(payload, answer)
        shares = {i: Fraction(int(i in followed), len(right) - 1) for i in right}
    else:
        whole = int(_all_right(payload, answer))
        shares = {i: Fraction(whole, len(right)) for i in right}
    placed = {item: int(position) for item, position in answer.given}
    return Marked.of(PartMark(i, shares[i], placed.get(i)) for i in right)


def shown(payload: Payload, language: str, order: Sequence[str], answer: Answer) -> dict[str, Any]:
    items = {item["id"]: item for item in payload["items"]}
    placed = {item: int(position) for item, position in answer.given}
    return {
        "positions": list(range(1, len(items) + 1)),
        "items": [
            {
                "id": i,
                "field": f"item-{i}",
                "text": say(items[i].get("text"), language),
                "position": placed.get(i),
            }
            for i in order
        ],
    }


def feedback(payload: Payload, answer: Answer, language: str, reveal: bool) -> dict[str, Any]:
    """Explain each item in the order given; in the right order only once it is revealed."""
    right = parts(payload)
    placed = {item: int(position) for item, position in answer.given}
    fine = _standing_right(payload, answer)
    shown_items = (
        payload["items"]
        if reveal
        else sorted(
            payload["items"], key=lambda item: (placed.get(item["id"], 0), natural(item["id"]))
        )
    )
    items = []
    for item in shown_items:
        told = reveal or item["id"] in fine
        items.append({
            "id": item["id"],
            "text": say(item.get("text"), language),
            "position": placed.get(item["id"]),
            "right": item["id"] in fine if item["id"] in placed or reveal else None,
            "right_position": right.index(item["id"]) + 1 if reveal else None,
            "why": say(item.get("why"), language) if told else "",
        })  # fmt: skip
    return {"items": items}


def _standing_right(payload: Payload, answer: Answer) -> set[str]:
    """Return the items to call right: in their place, or beside a right neighbour."""
    right = parts(payload)
    if payload.get("marking") != "neighbours":
        placed = dict(answer.given)
        return {i for n, i in enumerate(right, start=1) if placed.get(i) == str(n)}
    followed = _followed(payload, answer)
    after = {b for a, b in pairwise(right) if a in followed}
    return followed | after
