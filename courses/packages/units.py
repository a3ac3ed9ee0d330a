"""All words of a pack as pairs: a text in the source language and one translation of it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from courses.packages import markdown
from courses.packages.blocks import KINDS
from courses.packages.model import Block, Lesson, Pack, Text


@dataclass(frozen=True)
class Unit:
    """One text. ``source`` is the same text in the source language ("" for the source itself).

    ``scope`` groups what is read together: a lesson, a page, a question. Markdown is given as it
    stands in ``raw`` and as plain words in ``text`` and ``source``.
    """

    path: str
    line: int
    scope: str
    place: str
    language: str
    raw: str
    raw_source: str
    is_markdown: bool

    @property
    def is_source(self) -> bool:
        return not self.raw_source

    @cached_property
    def text(self) -> str:
        return _plain(self.raw) if self.is_markdown else self.raw

    @cached_property
    def source(self) -> str:
        return _plain(self.raw_source) if self.is_markdown else self.raw_source


def _plain(text: str) -> str:
    """Return the words; of a table the cells, one line per row."""
    if not text.lstrip().startswith("|"):
        return markdown.plain(text)
    try:
        rows = markdown.table_rows(text)
    except markdown.TableError:
        return text
    return "\n".join(" | ".join(markdown.inline_plain(cell) for cell in row) for row in rows)


def units(pack: Pack) -> Iterator[Unit]:
    """Yield every text of every language, the source first."""
    yield from _page(pack.texts, pack, "course")
    for module in pack.modules:
        yield from _page(module.texts, pack, module.id)
        for lesson in module.lessons:
            yield from _lesson(lesson, pack)
    for question in pack.questions.values():
        yield from _question(question.path, question.code, question.data, pack)


def _page(texts: dict[str, Text], pack: Pack, scope: str) -> Iterator[Unit]:
    first = texts[pack.meta["source"]]
    for code, text in texts.items():
        own = code == first.language
        for name, value in _fields(text.fields):
            other = "" if own else dict(_fields(first.fields)).get(name, "")
            if own or other:
                yield Unit(text.path, 1, scope, name, code, value, other, is_markdown=False)
        if text.body and (own or first.body):
            other = "" if own else first.body
            yield Unit(text.path, 1, scope, "text", code, text.body, other, is_markdown=True)


def _fields(fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("title", "summary", "audience"):
        if name in fields:
            yield name, fields[name]
    for row in fields.get("outcomes", ()):
        if isinstance(row, dict):
            yield f"outcome {row['id']}", row["text"]


def _lesson(lesson: Lesson, pack: Pack) -> Iterator[Unit]:
    yield from _page(lesson.texts, pack, lesson.id)
    first = lesson.texts[pack.meta["source"]]
    known = {block.id: block for block in first.blocks}
    for text in [*lesson.texts.values(), *lesson.alternatives]:
        own = text is first or bool(text.region)
        for block in text.blocks:
            other = None if own else known.get(block.id)
            if own or other is not None:
                yield from _block(text, block, other, lesson.id)


def _block(text: Text, block: Block, other: Block | None, scope: str) -> Iterator[Unit]:
    pieces = dict(_pieces(block))
    others = dict(_pieces(other)) if other else {}
    for place, (words, is_markdown) in pieces.items():
        source = others.get(place, ("", False))[0]
        if words and (other is None or source):
            yield Unit(
                text.path, block.line, scope, place, text.language, words, source, is_markdown
            )


def _pieces(block: Block) -> Iterator[tuple[str, tuple[str, bool]]]:
    for attribute in KINDS[block.kind].attributes:
        if attribute.translated and attribute.quoted:
            yield attribute.name, (block.attributes.get(attribute.name, ""), False)
    yield "text", (block.text, True)
    for at, part in enumerate(block.parts):
        name = f"{part.name} {part.attributes.get('key') or at + 1}"
        if "title" in part.attributes:
            yield f"{name} title", (part.attributes["title"], False)
        yield name, (part.text, part.name != "label")


def _question(path: str, scope: str, data: Any, pack: Pack, place: str = "") -> Iterator[Unit]:
    source = pack.meta["source"]
    entries: Any = data.items() if isinstance(data, dict) else enumerate(data, 1)
    for key, value in entries:
        name = f"{place} {key}".strip()
        if not isinstance(value, dict | list):
            continue
        if isinstance(value, list) or key not in ("prompt", "text", "why", "hint", "unit"):
            yield from _question(path, scope, value, pack, name)
            continue
        for code, words in value.items():
            other = "" if code == source else value[source]
            yield Unit(path, 0, scope, name, code, words, other, is_markdown=False)
