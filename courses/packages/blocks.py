"""The kinds of block a lesson file may hold: attributes, parts, text (FORMAT.md). Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from courses.packages.fields import CODE, KEY

AUDIENCES = (
    "police", "customs", "border", "prosecution", "judiciary", "registry", "forensic", "courier",
    "drafting",
)  # fmt: skip
MODES = ("replace", "hide", "insert-after")

Test = Callable[[str], str | None]  # returns what is wrong, or None


@dataclass(frozen=True)
class Attribute:
    """An attribute of a block. ``default``: its value where a source block leaves it out.

    ``drop``: a value that says the same as leaving it out. ``quoted``: always in quotes.
    """

    name: str
    test: Test
    translated: bool = False
    required: bool = False
    default: str | None = None
    drop: str | None = None
    quoted: bool = False


@dataclass(frozen=True)
class PartKind:
    """A part of a block. ``identity``: it has an ``id``."""

    name: str
    attributes: tuple[Attribute, ...] = ()
    identity: bool = False
    required: bool = False
    single: bool = False
    line: bool = False  # one line of plain text, not Markdown


@dataclass(frozen=True)
class Kind:
    """A kind of block. ``text``: whether it has text of its own (None: it must not)."""

    name: str
    attributes: tuple[Attribute, ...] = ()
    text: str | None = None  # "markdown" or "table"
    parts: tuple[PartKind, ...] = ()

    def attribute(self, name: str) -> Attribute | None:
        return next((a for a in (*self.attributes, *COMMON) if a.name == name), None)

    def part(self, name: str) -> PartKind | None:
        return next((p for p in self.parts if p.name == name), None)


def _any(longest: int) -> Test:
    def test(value: str) -> str | None:
        return None if len(value) <= longest else f"is longer than {longest} characters"

    return test


def _of(*options: str) -> Test:
    return lambda value: None if value in options else f"must be one of: {', '.join(options)}"


def _like(pattern: str, what: str) -> Test:
    regex = re.compile(pattern, re.ASCII)
    return lambda value: None if regex.fullmatch(value) else f"must be {what}"


def _number(low: int, high: int) -> Test:
    def test(value: str) -> str | None:
        right = re.fullmatch(r"0|[1-9]\d{0,4}", value, re.ASCII) and low <= int(value) <= high
        return None if right else f"must be a whole number from {low} to {high}"

    return test


def _audience(value: str) -> str | None:
    unknown = [one for one in value.split(",") if one not in AUDIENCES]
    return f"{unknown[0]!r} is none of: {', '.join(AUDIENCES)}" if unknown else None


_media = _like(r"[a-z0-9][a-z0-9._-]{0,99}", "the name of a file in media/")
_date = _like(r"\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?", "a date such as 2026-11-21")
_address = _like(r"https://[^\s<>\"\\]{1,500}", "an https address")


def _title(longest: int = 200, required: bool = True) -> Attribute:
    drop = None if required else ""
    return Attribute("title", _any(longest), True, required, drop=drop, quoted=True)


_CAPTION = Attribute("caption", _any(400), translated=True, drop="", quoted=True)
_ITEM = (_title(),)
COMMON: tuple[Attribute, ...] = (
    Attribute("optional", _of("yes", "no"), drop="no"),
    Attribute("audience", _audience, drop="", quoted=True),
    Attribute("regional", _of("no", "may", "must"), drop="no"),
)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("step", (_title(), Attribute("minutes", _number(0, 60), default="2"))),
        Kind("text", text="markdown"),
        Kind(
            "callout",
            (
                Attribute("tone", _of("note", "law", "safety", "remember"), default="note"),
                _title(required=False),
            ),
            text="markdown",
        ),
        Kind(
            "image",
            (
                Attribute("file", _media),
                Attribute("figure", _media),
                Attribute("alt", _any(400), translated=True, drop="", quoted=True),
                Attribute("decorative", _of("yes", "no"), drop="no"),
                _CAPTION,
            ),
            parts=(
                PartKind(
                    "label",
                    (Attribute("key", _like(KEY.pattern, "a key"), required=True),),
                    required=False,
                    line=True,
                ),
                PartKind("description", single=True),
            ),
        ),
        Kind(
            "video",
            (
                Attribute("file", _media),
                Attribute("poster", _media),
                _title(),
                Attribute("captions", _media, translated=True),
                Attribute("audio", _media, translated=True),
            ),
            parts=(PartKind("transcript", single=True, required=True),),
        ),
        Kind("accordion", parts=(PartKind("item", _ITEM, identity=True, required=True),)),
        Kind(
            "table",
            (_CAPTION, Attribute("header", _of("row", "column", "both", "none"), default="row")),
            text="table",
        ),
        Kind(
            "resource",
            (
                _title(300),
                Attribute("url", _address, quoted=True),
                Attribute("language", _any(40)),
                Attribute("size", _any(40)),
                Attribute("checked", _date),
                Attribute("label", _like(r"TLP:[A-Z+]{3,12}", "a label such as TLP:CLEAR")),
            ),
            text="markdown",
        ),
        Kind(
            "example",
            (_title(), Attribute("stage", _of("full", "gaps", "solve"), default="full")),
            text="markdown",
            parts=(PartKind("step", _ITEM, identity=True),),
        ),
        Kind(
            "question",
            (
                Attribute("question", _like(CODE.pattern, "a question code"), required=True),
                Attribute(
                    "behaviour", _of("interactive", "immediate", "deferred"), default="interactive"
                ),
                Attribute("tries", _number(1, 9), default="2"),
            ),
        ),
    )
}
