"""The kinds of question: one module each, and the three doors every caller uses. No Django."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from courses.questions.kinds import match, multiple, numeric, order, single, truefalse
from courses.questions.kinds.base import (
    CODES,
    Answer,
    Fault,
    Kind,
    Marked,
    PartMark,
    Payload,
    Raw,
    say,
)
from portal.languages.table import nearest

KINDS: dict[str, Kind] = {
    "single": single,
    "multiple": multiple,
    "truefalse": truefalse,
    "numeric": numeric,
    "match": match,
    "order": order,
}

__all__ = [
    "CODES", "KINDS", "Answer", "Fault", "Kind", "Marked", "PartMark", "Payload", "Raw",
    "feedback", "kind_of", "read", "shown", "telltale",
]  # fmt: skip


def kind_of(payload: Payload) -> Kind:
    """Return the module of the question's kind. Raises KeyError for a kind we do not have."""
    return KINDS[payload["kind"]]


def read(payload: Payload, raw: Raw, language: str = "en", partial: bool = False) -> Answer | Fault:
    """Return the answer in posted form fields, or why they are none.

    Fields: ``answer`` (single, true/false, numeric; repeated for multiple), ``row-<id>`` = choice
    (match), ``item-<id>`` = position from 1 (order). Other fields of the form are not looked at.
    ``language`` is the reader's: it settles how ``1.000`` is read. ``partial`` accepts a
    half-answer, as it is kept while somebody is still working on it.
    """
    return kind_of(payload).read(payload, raw, language, partial)


def shown(
    payload: Payload, language: str, order: Sequence[str], answer: Answer | None = None
) -> dict[str, Any]:
    """Return what a template may show before answering: never key, fraction, "why" or hint.

    ``order`` is what ``draw.option_order`` gave for this attempt; ``answer`` is a half-answer to
    show again. Keys: kind, prompt, language (the one really shown), and by kind options, rows
    and choices, items and positions, or value and unit.
    """
    given = answer if answer is not None else Answer(payload["kind"])
    return {
        "kind": payload["kind"],
        "language": nearest(language, tuple(payload["prompt"])),
        "prompt": say(payload["prompt"], language),
        **kind_of(payload).shown(payload, language, order, given),
    }


def feedback(payload: Payload, answer: Answer, language: str, reveal: bool) -> dict[str, Any]:
    """Return what a template may show after answering.

    While a try is left (``reveal`` false) only what the learner chose is explained, the hint is
    given, and no right answer that was not chosen is named. Of options ``right`` is None where
    nothing may be said yet.
    """
    whole = kind_of(payload).mark(payload, answer).fraction
    return {
        "kind": payload["kind"],
        "reveal": reveal,
        "all_right": whole == 1,
        "partly_right": 0 < whole < 1,
        "hint": "" if reveal or whole == 1 else say(payload.get("hint"), language),
        **kind_of(payload).feedback(payload, answer, language, reveal),
    }


def telltale(payload: Payload) -> bool:
    """Say whether the ids of parts, which pages must carry, give the right answer away."""
    return kind_of(payload).telltale(payload)
