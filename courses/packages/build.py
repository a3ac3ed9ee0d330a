"""From a block as it was written to a block of the model, with its attributes checked. Pure."""

import re
from typing import Literal

from courses.packages.blocks import COMMON, KINDS, MODES, Attribute, Kind, PartKind
from courses.packages.fields import is_identity
from courses.packages.model import Block, Part, Source
from courses.packages.report import Report
from courses.packages.sources import SourceError, parse_sources
from courses.packages.syntax import Raw, plain_text

Role = Literal["source", "translation", "alternative"]

_BASIS = re.compile(r"[0-9a-f]{16}")


def build(raw: Raw, role: Role, report: Report) -> Block | None:
    """Return the block; None if its kind or id is unknown. Faults go to ``report``.

    ``role``: whether the file is in the source language, a translation, or for one region.
    """
    kind = KINDS.get(raw.kind)
    if kind is None:
        report.add(raw.line, f"“{raw.kind}” is no kind of block; known: {', '.join(KINDS)}")
        return None
    values = dict(raw.attributes)
    identity = values.pop("id", "")
    if not is_identity(identity):
        report.add(raw.line, "id must be a label (@name) or a UUID in lower case")
        return None
    sources = _sources(values.pop("sources", None), role, raw.line, report)
    basis = _basis(values.pop("basis", None), role, raw.line, report)
    placing = _placing(values, role, raw.line, report)
    mode = placing.get("mode")
    full = role == "source" or mode == "insert-after"
    block = Block(
        kind=kind.name,
        id=identity,
        attributes=placing | _attributes(kind, values, role, full, raw.line, report),
        sources=sources,
        basis=basis,
        text=raw.text,
        parts=_parts(kind, raw, mode, report),
        line=raw.line,
    )
    _check_text(kind, block, role, report)
    return block


def _sources(value: str | None, role: Role, line: int, report: Report) -> tuple[Source, ...]:
    if value is None:
        return ()
    if role == "translation":
        report.add(line, "sources come from the source language; a translation has none")
    try:
        return parse_sources(value)
    except SourceError as error:
        report.add(line, f"sources: {error}")
        return ()


def _basis(value: str | None, role: Role, line: int, report: Report) -> str | None:
    if value is None:
        return None
    if role == "source":
        report.add(line, "basis belongs to translations and alternatives only")
    elif not _BASIS.fullmatch(value):
        report.add(line, "basis must be 16 hexadecimal digits; leave it out and format fills it in")
    return value


def _placing(values: dict[str, str], role: Role, line: int, report: Report) -> dict[str, str]:
    """Take ``mode`` and ``after`` out of the attributes of an alternative."""
    if role != "alternative":
        return {}
    found: dict[str, str] = {n: values.pop(n) for n in ("mode", "after") if n in values}
    if found.get("mode") not in MODES:
        report.add(line, f"mode must be one of: {', '.join(MODES)}")
    inserted = found.get("mode") == "insert-after"
    if inserted != ("after" in found) or not is_identity(found.get("after", "@a")):
        report.add(
            line, "after (the block it follows) belongs to mode=insert-after, and only there"
        )
    return found


def _attributes(
    kind: Kind, values: dict[str, str], role: Role, full: bool, line: int, report: Report
) -> dict[str, str]:
    """Return the checked attributes in canonical order. ``full``: defaults are filled in."""
    for name in values:
        known = kind.attribute(name)
        if known is None:
            report.add(line, f"a block of kind {kind.name} has no attribute {name}")
        elif role == "translation" and not known.translated:
            report.add(line, f"{name} comes from the source language; a translation has none")
    found: dict[str, str] = {}
    for known in (*kind.attributes, *COMMON):
        value = values.get(known.name)
        if value is None:
            needed = full or (role == "translation" and known.translated)
            if needed and known.required:
                report.add(line, f"{known.name} is missing")
            if full and known.default is not None:
                found[known.name] = known.default
            continue
        value = _tested(known, value, line, report)
        if value != known.drop:
            found[known.name] = value
    return found


def _tested(known: Attribute, value: str, line: int, report: Report) -> str:
    value = value.strip()
    if not value and known.drop != "":
        report.add(line, f"{known.name} is empty")
    elif value and (wrong := known.test(value)):
        report.add(line, f"{known.name}: {wrong}")
    return value


def _parts(kind: Kind, raw: Raw, mode: str | None, report: Report) -> list[Part]:
    found: list[Part] = []
    for piece in raw.parts:
        known = kind.part(piece.kind)
        if known is None:
            report.add(piece.line, f"a block of kind {kind.name} has no part “{piece.kind}”")
            continue
        found.append(_part(known, piece, report))
    for known in kind.parts:
        number = sum(part.name == known.name for part in found)
        if known.required and not number and mode != "hide":
            report.add(raw.line, f"the part :: {known.name} is missing")
        if known.single and number > 1:
            report.add(raw.line, f"there may be one :: {known.name} only")
    return found


def _part(known: PartKind, piece: Raw, report: Report) -> Part:
    values = dict(piece.attributes)
    identity = values.pop("id", None)
    if known.identity and not is_identity(identity or ""):
        report.add(piece.line, "id must be a label (@name) or a UUID in lower case")
    if not known.identity and identity is not None:
        report.add(piece.line, f"the part {known.name} has no id")
    found: dict[str, str] = {}
    for attribute in known.attributes:
        value = values.pop(attribute.name, None)
        if value is None:
            report.add(piece.line, f"{attribute.name} is missing")
            continue
        found[attribute.name] = _tested(attribute, value, piece.line, report)
    for name in values:
        report.add(piece.line, f"the part {known.name} has no attribute {name}")
    if not piece.text:
        report.add(piece.line, f"the part {known.name} has no text")
    if known.line and "\n" in piece.text:
        report.add(piece.line, f"the text of {known.name} must be one line")
    text = plain_text(piece.text) if known.line else piece.text
    return Part(known.name, identity, found, text)


def _check_text(kind: Kind, block: Block, role: Role, report: Report) -> None:
    hidden = block.attributes.get("mode") == "hide"
    if block.text and (kind.text is None or hidden):
        what = "that hides" if hidden else f"of kind {kind.name}"
        report.add(block.line, f"a block {what} has no text of its own")
    if not block.text and kind.text and not hidden:
        report.add(block.line, "this block has no text")
