"""A course pack in memory: what the reader gives and the writer takes. Pure, no database."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Source:
    """Where a statement comes from: document number, paragraph, weight and as-of date."""

    document: str
    paragraph: str
    weight: str
    as_of: str


@dataclass
class Part:
    """A named piece of a block: accordion item, example step, figure label, transcript."""

    name: str
    id: str | None
    attributes: dict[str, str]
    text: str


@dataclass
class Block:
    """One block of a lesson. ``attributes`` holds all but ``id``, ``sources`` and ``basis``."""

    kind: str
    id: str
    attributes: dict[str, str]
    sources: tuple[Source, ...] = ()
    basis: str | None = None
    text: str = ""
    parts: list[Part] = field(default_factory=list)
    line: int = field(default=0, compare=False)


@dataclass
class Text:
    """One language file: front matter, and Markdown (course, module) or blocks (lesson)."""

    path: str
    language: str
    region: str | None
    fields: dict[str, Any]
    body: str = ""
    blocks: list[Block] = field(default_factory=list)


@dataclass
class Lesson:
    id: str
    number: int
    slug: str
    texts: dict[str, Text]
    alternatives: list[Text] = field(default_factory=list)


@dataclass
class Module:
    id: str
    number: int
    slug: str
    texts: dict[str, Text]
    lessons: list[Lesson] = field(default_factory=list)


@dataclass
class Question:
    """``data`` is the content of the question's file, keys in canonical order."""

    id: str
    code: str
    path: str
    data: dict[str, Any]


@dataclass
class Pack:
    """A whole pack. ``media`` maps a file name to its bytes."""

    meta: dict[str, Any]
    id: str
    texts: dict[str, Text]
    modules: list[Module]
    questions: dict[str, Question]
    media: dict[str, bytes] = field(default_factory=dict)
    media_meta: dict[str, Any] = field(default_factory=dict)
    glossary: str | None = None


@dataclass(frozen=True)
class Finding:
    """A fault in a pack: file, line (1-based, 0 = whole file), reason, and whether it blocks."""

    path: str
    line: int
    reason: str
    blocking: bool = True
