"""The ``::: kind {attributes}`` syntax of lesson files: from lines to blocks and back. Pure."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from courses.packages.blocks import COMMON, KINDS, Attribute
from courses.packages.model import Block, Part
from courses.packages.report import Report
from courses.packages.sources import write_sources

_OPEN = re.compile(r"(:{2,3})[ \t]*([a-z][a-z-]*)[ \t]*(\{.*)?")
_ATTRIBUTE = re.compile(r'\s*([a-z][a-z_-]*)=(?:"((?:[^"\\]|\\.)*)"|([^\s"\\{}=]+))')
_ESCAPE = re.compile(r"\\(.)")
_BARE = re.compile(r"[A-Za-z0-9@][A-Za-z0-9@.:+_-]*")


@dataclass
class Raw:
    """A block or part as it was written: no attribute looked at yet."""

    kind: str
    attributes: dict[str, str]
    line: int
    lines: list[str] = field(default_factory=list)
    parts: list["Raw"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines without those that are empty at the beginning and the end."""
        return "\n".join(line.rstrip() for line in self.lines).strip("\n")

    @property
    def text_line(self) -> int:
        """The line of the file where ``text`` begins."""
        empty = 0
        while empty < len(self.lines) and not self.lines[empty].strip():
            empty += 1
        return self.line + 1 + empty


def parse(lines: list[str], first_line: int, report: Report) -> list[Raw]:
    """Return the blocks in the lines of a lesson file; faults go to ``report``.

    ``first_line``: the number of the first of ``lines`` in its file.
    """
    blocks: list[Raw] = []
    block: Raw | None = None
    for number, line in enumerate(lines, first_line):
        if block is None:
            block = _outside(line, number, blocks, report)
        elif line.rstrip() == ":::":
            block = None
        elif line.startswith(":::"):
            report.add(number, f"the block that opens on line {block.line} is not closed")
            block = _outside(line, number, blocks, report)
        elif line.startswith("::"):
            if part := _head(line, number, report, part=True):
                block.parts.append(part)
        else:
            (block.parts[-1] if block.parts else block).lines.append(line)
    if block is not None:
        report.add(block.line, "this block is not closed (::: on a line of its own)")
    return blocks


def _outside(line: str, number: int, blocks: list[Raw], report: Report) -> Raw | None:
    """Read a line between blocks; return the block that it opens, if it does."""
    if not line.strip():
        return None
    if line.rstrip() == ":::":
        report.add(number, "there is no block to close here")
        return None
    if not line.startswith(":::"):
        report.add(number, "text outside a block (a block opens with ::: kind {id=…})")
        return None
    block = _head(line, number, report, part=False)
    if block is None:
        return None
    blocks.append(block)
    closed = block.attributes.pop(":::", None)
    return None if closed else block


def _head(line: str, number: int, report: Report, *, part: bool) -> Raw | None:
    """Read ``::: kind {…}`` or ``:: name {…}``; a block closed on its line has a key ``:::``."""
    match = _OPEN.fullmatch(line.rstrip())
    if match is None or (len(match[1]) == 2) is not part:
        form = ":: name {…}" if part else "::: kind {id=…}"
        report.add(number, f"a {'part' if part else 'block'} opens with {form}")
        return None
    attributes, rest = read_attributes(match[3] or "", number, report)
    if rest.strip() == ":::" and not part:
        attributes[":::"] = "closed"
    elif rest.strip():
        report.add(number, f"not understood at the end of the line: {rest.strip()[:80]}")
    return Raw(match[2], attributes, number)


def read_attributes(text: str, number: int, report: Report) -> tuple[dict[str, str], str]:
    """Return the attributes in ``{…}`` at the start of ``text``, and what follows them."""
    found: dict[str, str] = {}
    if not text.startswith("{"):
        return found, text
    at = 1
    while match := _ATTRIBUTE.match(text, at):
        name, quoted, bare = match.groups()
        if name in found:
            report.add(number, f"the attribute {name} is given twice")
        if quoted is not None and (wrong := re.search(r"\\[^\"\\]", _pairs(quoted))):
            report.add(number, f'{name}: {wrong.group()} is not known; only \\" and \\\\ are')
        found[name] = bare if quoted is None else _ESCAPE.sub(r"\1", quoted)
        at = match.end()
    rest = text[at:].lstrip()
    if not rest.startswith("}"):
        report.add(number, f'not an attribute (key=word or key="text"): {rest[:80]}')
        return found, ""
    return found, rest[1:]


def _pairs(quoted: str) -> str:
    """Take out the escapes that are known, so that only unknown ones remain."""
    return quoted.replace("\\\\", "").replace('\\"', "")


def write(blocks: list[Block]) -> str:
    """Return the canonical text of blocks, ``\\n`` at the end; empty if there are none."""
    return "\n".join("".join(f"{line}\n" for line in _block_lines(block)) for block in blocks)


def _block_lines(block: Block) -> Iterator[str]:
    kind = KINDS[block.kind]
    order = ("mode", "after", *(a.name for a in (*kind.attributes, *COMMON)))
    values = {"id": block.id}
    values |= {name: block.attributes[name] for name in order if name in block.attributes}
    if block.sources:
        values["sources"] = write_sources(block.sources)
    if block.basis:
        values["basis"] = block.basis
    head = f"::: {block.kind} {_attributes(values, kind.attribute)}"
    if not block.text and not block.parts:
        yield f"{head} :::"
        return
    yield head
    if block.text:
        yield block.text
    for part in block.parts:
        known = kind.part(part.name)
        yield from _part_lines(part, plain=known is not None and known.line)
    yield ":::"


def _part_lines(part: Part, *, plain: bool) -> Iterator[str]:
    values = {"id": part.id} if part.id else {}
    values |= part.attributes
    yield (
        f":: {part.name} {_attributes(values, lambda name: None)}" if values else f":: {part.name}"
    )
    if part.text:
        yield re.sub(r"^(?=\\*::)", r"\\", part.text) if plain else part.text


def plain_text(text: str) -> str:
    """Return the text of a part that is one plain line: before ``::`` it has a ``\\``."""
    return re.sub(r"^\\(?=\\*::)", "", text)


def _attributes(values: dict[str, str], find: Callable[[str], Attribute | None]) -> str:
    pairs = []
    for name, value in values.items():
        known = find(name)
        quoted = name in ("sources", "title") or (known is not None and known.quoted)
        if quoted or not _BARE.fullmatch(value):
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            value = f'"{escaped}"'
        pairs.append(f"{name}={value}")
    return "{" + " ".join(pairs) + "}"
