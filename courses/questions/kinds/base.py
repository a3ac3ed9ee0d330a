"""What every kind of question shares: answers, faults, and reading posted fields. No Django.

A *payload* is the content of a question's file (``courses/packages/FORMAT.md``) as a mapping:
texts are ``{language: text}``, shares of the mark are strings such as ``'1/4'``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, Protocol

from portal.languages.table import nearest

Payload = Mapping[str, Any]
Raw = Mapping[str, Sequence[str]]
Code = Literal[
    "missing",  # nothing was answered
    "incomplete",  # some rows or items were left empty
    "unknown",  # an option, row, item or field this question does not have
    "repeated",  # one field or one option sent more than once
    "too_long",  # longer than MAX_LENGTH
    "bad_text",  # control characters, or bytes that were no text
    "not_a_number",
    "not_a_position",  # no whole number from 1 to the number of items
    "same_position",  # two items at one place
]
CODES: tuple[Code, ...] = (
    "bad_text",
    "too_long",
    "unknown",
    "repeated",
    "not_a_number",
    "not_a_position",
    "same_position",
    "incomplete",
    "missing",
)
MAX_LENGTH = 100
CHOSEN = "chosen"


@dataclass(frozen=True)
class Answer:
    """What a learner gave: pairs of part and value, always in the order of the question.

    single, true/false ``answer → option``; multiple ``option → 'chosen'``; numeric
    ``answer → text as typed`` and, where it is a number, ``value → exact fraction``;
    match ``row → choice``; order ``item → position``. A half-answer simply has fewer pairs.
    Two equal answers compare equal.
    """

    kind: str
    given: tuple[tuple[str, str], ...] = ()

    def value(self, part: str) -> str | None:
        """Return what was given for ``part``, or None."""
        return dict(self.given).get(part)

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "given": dict(self.given)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Answer:
        """Rebuild what ``to_json`` gave. Raises KeyError or TypeError on anything else."""
        pairs = tuple((str(part), str(value)) for part, value in dict(data["given"]).items())
        return cls(kind=str(data["kind"]), given=pairs)


@dataclass(frozen=True)
class Fault:
    """Why posted fields are no answer: a code, the fields it concerns, and what could be kept."""

    code: Code
    fields: tuple[str, ...]
    kept: Answer


@dataclass(frozen=True)
class PartMark:
    """What one part added to the mark. ``chosen``: yes/no, the choice, or the position given."""

    id: str
    fraction: Fraction
    chosen: bool | str | int | None


@dataclass(frozen=True)
class Marked:
    """A mark from 0 to 1: the sum of its parts, kept within these bounds."""

    fraction: Fraction
    parts: tuple[PartMark, ...]

    @classmethod
    def of(cls, parts: Iterable[PartMark]) -> Marked:
        """Add up the parts."""
        parts = tuple(parts)
        total = sum((part.fraction for part in parts), Fraction(0))
        return cls(fraction=min(Fraction(1), max(Fraction(0), total)), parts=parts)


class Kind(Protocol):
    """What a module of this package offers."""

    def read(self, payload: Payload, raw: Raw, language: str, partial: bool) -> Answer | Fault:
        """Return the answer in posted fields, or the first fault."""

    def mark(self, payload: Payload, answer: Answer) -> Marked:
        """Return the mark; parts left out count as not given."""

    def shown(
        self, payload: Payload, language: str, order: Sequence[str], answer: Answer
    ) -> dict[str, Any]:
        """Return what may be shown before answering, beside the prompt."""

    def feedback(
        self, payload: Payload, answer: Answer, language: str, reveal: bool
    ) -> dict[str, Any]:
        """Return what may be shown after answering, beside hint and result."""

    def parts(self, payload: Payload) -> list[str]:
        """Return the ids whose order of showing is drawn, in the order of the file."""

    def telltale(self, payload: Payload) -> bool:
        """Say whether the ids alone give the right answer away."""


def share(value: object) -> Fraction:
    """Return a share of the mark written as ``'1/4'``, ``'0.25'`` or ``1``."""
    return Fraction(str(value))


def say(texts: Mapping[str, str] | None, language: str) -> str:
    """Return the text in ``language``, else in the nearest language there is, else ``''``."""
    if not texts:
        return ""
    code = nearest(language, tuple(texts))
    return texts[code] if code is not None else ""


def natural(identifier: str) -> list[tuple[int, int, str]]:
    """Return a sort key by which ``i9`` comes before ``i10``."""
    pieces = re.findall(r"\d+|\D+", identifier)
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in pieces]


_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff]")


class Fields:
    """Reads the posted fields of one question and remembers the worst fault."""

    def __init__(self, kind: str, raw: Raw, names: Iterable[str]) -> None:
        self.kind = kind
        self.raw = raw
        self.names = tuple(names)
        self._faults: dict[Code, list[str]] = {}
        for name in raw:
            ours = name == "answer" or name.startswith(("row-", "item-"))
            if ours and name not in self.names:
                self.fault("unknown", name)

    def fault(self, code: Code, field: str) -> None:
        """Remember a fault of one field."""
        self._faults.setdefault(code, []).append(field)

    def values(self, name: str) -> list[str]:
        """Return the usable, non-empty values of a field; unusable ones become faults."""
        return [text for value in self.raw.get(name, ()) if (text := self._clean(name, value))]

    def one(self, name: str) -> str | None:
        """Return the only value of a field, or None; more than one is a fault."""
        if len(self.raw.get(name, ())) > 1:
            self.fault("repeated", name)
            return None
        values = self.values(name)
        return values[0] if values else None

    def result(self, given: Sequence[tuple[str, str]], partial: bool) -> Answer | Fault:
        """Return the answer, or the worst fault with what could be kept.

        A half-answer (``partial``) may lack anything and may hold what is not yet a number or
        an order, but nothing that the form could not have sent.
        """
        answer = Answer(self.kind, tuple(given))
        forgiven = {"missing", "incomplete", "not_a_number", "same_position"} if partial else set()
        for code in CODES:
            if code in self._faults and code not in forgiven:
                return Fault(code, tuple(self._faults[code]), answer)
        return answer

    def _clean(self, name: str, value: str) -> str:
        if len(value) > MAX_LENGTH:
            self.fault("too_long", name)
            return ""
        text = _INVISIBLE.sub("", value).strip()
        if any(c == "\ufffd" or unicodedata.category(c) in {"Cc", "Cs"} for c in text):
            self.fault("bad_text", name)
            return ""
        return text
