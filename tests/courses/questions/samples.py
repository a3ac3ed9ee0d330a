"""Questions of course C1 (curriculum.md) as payloads, and a few more shapes."""

from typing import Any


def _texts(word: str) -> dict[str, str]:
    return {"en": word, "fr": f"{word} (fr)"}


def _option(identifier: str, fraction: str, text: str) -> dict[str, Any]:
    return {
        "id": identifier,
        "fraction": fraction,
        "text": _texts(text),
        "why": _texts(f"why {identifier}"),
    }


def _question(code: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {"id": code, "code": code, "kind": kind, "prompt": _texts(f"prompt of {code}"), **fields}


Q01 = _question(
    "C1-Q01",
    "single",
    options=[
        _option("a", "0", "development aid"),
        _option("b", "0", "disarmament"),
        _option("c", "1", "criminal justice"),
        _option("d", "0", "regulation of trade"),
    ],
    hint=_texts("the hint"),
)
Q03 = _question(
    "C1-Q03",
    "multiple",
    options=[
        _option("a", "1/4", "transferring an unmarked firearm across a border"),
        _option("b", "1/4", "manufacturing a firearm without legal permission"),
        _option("c", "1/4", "assembling a firearm from trafficked parts"),
        _option("d", "1/4", "removing a serial number"),
        _option("e", "-1/2", "keeping ammunition beside a firearm"),
        _option("f", "-1/2", "working as a broker"),
    ],
)
Q09_EXACT = _question(
    "C1-Q09",
    "multiple",
    all_or_nothing=True,
    options=[
        _option("a", "-1/2", "postal charges"),
        _option("b", "1/3", "issuing of licences"),
        _option("c", "1/3", "record-keeping"),
        _option("d", "1/3", "brokers and brokering"),
        _option("e", "-1/2", "asylum"),
    ],
)
Q04 = _question(
    "C1-Q04",
    "truefalse",
    options=[
        {"id": "true", "fraction": "1", "why": _texts("why true")},
        {"id": "false", "fraction": "0", "why": _texts("why false")},
    ],
)
Q14 = _question(
    "C1-Q14",
    "match",
    rows=[
        {"id": "r23", "match": "c", "text": _texts("2023"), "why": _texts("why r23")},
        {"id": "r24", "match": "b", "text": _texts("2024"), "why": _texts("why r24")},
        {"id": "r25", "match": "a", "text": _texts("2025"), "why": _texts("why r25")},
        {"id": "r26", "match": "d", "text": _texts("2026"), "why": _texts("why r26")},
    ],
    choices=[
        {"id": "a", "text": _texts("article 1")},
        {"id": "b", "text": _texts("article 5")},
        {"id": "c", "text": _texts("articles 3 and 4")},
        {"id": "d", "text": _texts("articles 6 and 9")},
    ],
)
Q15 = _question(
    "C1-Q15",
    "numeric",
    unit=_texts("States parties"),
    accept=[
        {
            "id": "exact",
            "value": "122",
            "tolerance": "0",
            "fraction": "1",
            "why": _texts("why 122"),
        },
        {"id": "old", "value": "110", "tolerance": "2", "fraction": "0", "why": _texts("why old")},
    ],
    otherwise={"why": _texts("it is 122")},
)
STEPS = _question(
    "C3-order",
    "order",
    marking="neighbours",
    items=[
        {"id": "m", "text": _texts("secure"), "why": _texts("why m")},
        {"id": "k", "text": _texts("photograph"), "why": _texts("why k")},
        {"id": "q", "text": _texts("record"), "why": _texts("why q")},
        {"id": "b", "text": _texts("pack"), "why": _texts("why b")},
    ],
)
STEPS_ALL = {**STEPS, "marking": "all"}
EVERY = [Q01, Q03, Q09_EXACT, Q04, Q14, Q15, STEPS, STEPS_ALL]
