r"""The Markdown of packs, and the HTML that Wagtail's rich text stores. Pure.

Signatures::

    to_html(md: str) -> str                      Draftail's database format, without block keys
    to_markdown(html: str, address=None) -> str  the canonical Markdown of such HTML
    canonical(md: str) -> str                    the canonical form; == to_markdown(to_html(md))
    plain(md: str) -> str                        text for word counts and search, a line per block
    faults(md: str) -> list[Fault]               what is not part of this Markdown
    inline_html(md), inline_canonical(md), inline_plain(md)   for cells: one line, no blocks
    table_rows(md) -> list[list[str]]; table_text(rows) -> str    cells are such lines

Known: paragraphs, ``##`` to ``####``, ``-`` and ``1.`` lists nested one level, ``>`` quotes, and
what ``inline`` knows; a line that ends with ``\`` breaks. ``address`` of ``to_markdown`` is asked
for the address of a link from its HTML attributes (page links have no ``href``); without one, or
if it gives none that packs allow, the link becomes plain text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.token import Token

from courses.packages import inline
from courses.packages.html_blocks import BlockParser
from courses.packages.inline import Run
from courses.packages.tables import TableError, table_rows, table_text

__all__ = [
    "Fault", "TableError", "addresses", "canonical", "faults", "inline_canonical", "inline_html",
    "inline_plain", "plain", "table_rows", "table_text", "to_html", "to_markdown",
]  # fmt: skip

_MD = MarkdownIt("zero").enable(["heading", "list", "blockquote"])
_LISTS = ("ul", "ol")
_START = re.compile(r"(#{1,6}|[-+])(?= |$)|>|::|\d{1,9}(?=[.)](?: |$))", re.ASCII)
_HTML = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>")
_TABLE = re.compile(r"^\s*\|?\s*:?-{3,}:?\s*\|", re.MULTILINE)

Address = Callable[[Mapping[str, str]], str | None]


@dataclass(frozen=True)
class Piece:
    """A paragraph, heading, quote or list item. ``depth``: 0 or 1, of list items."""

    kind: str  # p, h2, h3, h4, blockquote, ul, ol
    depth: int
    runs: list[Run]


@dataclass(frozen=True)
class Fault:
    """What is not part of this Markdown: line (0 = first) and reason."""

    line: int
    reason: str
    blocking: bool = True


def to_html(md: str) -> str:
    """Return the HTML of Markdown; HTML in it is escaped."""
    return "".join(_html(pieces) for pieces in _grouped(_pieces(md)))


def to_markdown(html: str, address: Address | None = None) -> str:
    """Return the canonical Markdown of rich text."""
    parser = BlockParser(address or (lambda attributes: attributes.get("href")))
    parser.feed(html)
    parser.close()
    return _write(Piece(kind, depth, runs) for kind, depth, runs in parser.blocks)


def canonical(md: str) -> str:
    """Return Markdown in its canonical form."""
    return _write(_pieces(md))


def plain(md: str) -> str:
    """Return the words of Markdown, one line per block."""
    return "\n".join(_plain(piece.runs) for piece in _pieces(md))


def inline_html(md: str) -> str:
    """Return the HTML of one line."""
    return inline.to_html(inline.parse(md))


def inline_canonical(md: str) -> str:
    """Return one line of Markdown in its canonical form."""
    return inline.to_markdown(inline.settle(inline.parse(md), breaks=False))


def inline_plain(md: str) -> str:
    """Return the words of one line of Markdown."""
    return _plain(inline.parse(md))


def addresses(md: str) -> list[str]:
    """Return the addresses of all links."""
    if "](" not in md:
        return []
    return [run.href for piece in _pieces(md) for run in piece.runs if run.href]


def faults(md: str) -> list[Fault]:
    """Return what a person may have meant but will not get."""
    found: list[Fault] = []
    _parse(md, found)
    for tag in _HTML.finditer(md):
        line = md.count("\n", 0, tag.start())
        found.append(Fault(line, f"HTML is shown as text: {tag.group()[:40]}", blocking=False))
    if match := _TABLE.search(md):
        found.append(Fault(md.count("\n", 0, match.start()), "a table is a block of its own"))
    if match := re.search(r"^\s*(```|~~~)", md, re.MULTILINE):
        found.append(Fault(md.count("\n", 0, match.start()), "code blocks are not known here"))
    return sorted(found, key=lambda fault: fault.line)


def _plain(runs: list[Run]) -> str:
    return "".join(run.text for run in runs).replace("\n", " ")


@lru_cache(maxsize=1024)
def _pieces(md: str) -> tuple[Piece, ...]:
    return tuple(_parse(md, None))


def _parse(md: str, found: list[Fault] | None) -> list[Piece]:
    tokens: list[Token] = []
    _MD.block.parse(md, _MD, {}, tokens)
    pieces = _Walk(found).pieces(tokens)
    return [piece for piece in pieces if piece.runs]


class _Walk:
    """Goes through the tokens of markdown-it and flattens them into pieces."""

    def __init__(self, found: list[Fault] | None):
        self.found = found
        self.lists: list[str] = []
        self.new_item = False
        self.quotes = 0
        self.line = 0
        self.heading = ""

    def pieces(self, tokens: list[Token]) -> Iterator[Piece]:
        for token in tokens:
            if token.map:
                self.line = token.map[0]
            if token.type == "inline":
                yield self.piece(token.content)
                continue
            self.enter(token)

    def enter(self, token: Token) -> None:
        kind, _, side = token.type.rpartition("_")
        opens = side == "open"
        if kind == "blockquote":
            self.quotes += 1 if opens else -1
        elif kind == "heading":
            self.heading = token.tag if opens else ""
        elif kind in ("bullet_list", "ordered_list"):
            self.list(token, opens)
        elif kind == "list_item":
            self.new_item = opens

    def list(self, token: Token, opens: bool) -> None:
        if not opens:
            self.lists.pop()
            return
        self.lists.append(token.tag)
        if len(self.lists) == 3:
            self.fault("lists are nested one level only")
        if token.attrs.get("start", 1) != 1:
            self.fault("a numbered list begins with 1")

    def fault(self, reason: str) -> None:
        if self.found is not None:
            self.found.append(Fault(self.line, reason))

    def piece(self, content: str) -> Piece:
        if self.found is not None:
            for reason in inline.faults(content):
                self.fault(reason)
        runs = inline.parse(content)
        if sum((bool(self.lists), bool(self.quotes), bool(self.heading))) > 1 or self.quotes > 1:
            self.fault("headings, quotes and lists do not go into each other")
        if self.heading:
            if self.heading not in ("h2", "h3", "h4"):
                self.fault("headings are ## to ####")
            level = min(max(int(self.heading[1]), 2), 4)
            return Piece(f"h{level}", 0, inline.settle(runs, breaks=False))
        if self.quotes:
            return Piece("blockquote", 0, runs)
        if self.lists and self.new_item:
            self.new_item = False
            return Piece(self.lists[-1], min(len(self.lists) - 1, 1), runs)
        if self.lists:
            self.fault("an item of a list has one paragraph only")
        return Piece("p", 0, runs)


def _grouped(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Yield single pieces, and runs of list items together; the first item has depth 0."""
    for is_list, group in groupby(pieces, key=lambda piece: piece.kind in _LISTS):
        members = list(group)
        if not is_list:
            yield from ([piece] for piece in members)
            continue
        first = members[0]
        yield [Piece(first.kind, 0, first.runs), *members[1:]]


def _lists(items: list[Piece], depth: int) -> Iterator[tuple[str, list[tuple[Piece, list[Piece]]]]]:
    """Yield the lists at a depth: their tag, and their items, each with what is nested in it."""
    entries: list[tuple[Piece, list[Piece]]] = []
    for item in items:
        if item.depth > depth:
            entries[-1][1].append(item)
        else:
            entries.append((item, []))
    for tag, group in groupby(entries, key=lambda entry: entry[0].kind):
        yield tag, list(group)


def _html(pieces: list[Piece], depth: int = 0) -> str:
    if pieces and pieces[0].kind not in _LISTS:
        tag = pieces[0].kind
        return f"<{tag}>{inline.to_html(pieces[0].runs)}</{tag}>"
    out = []
    for tag, entries in _lists(pieces, depth):
        items = (
            f"<li>{inline.to_html(item.runs)}{_html(nested, depth + 1)}</li>"
            for item, nested in entries
        )
        out.append(f"<{tag}>{''.join(items)}</{tag}>")
    return "".join(out)


def _write(pieces: Iterable[Piece]) -> str:
    return "\n\n".join(_markdown(group) for group in _grouped(p for p in pieces if p.runs))


def _markdown(pieces: list[Piece]) -> str:
    piece = pieces[0]
    if piece.kind in _LISTS:
        return "\n\n".join("\n".join(lines) for lines in _list_lines(pieces, 0))
    if piece.kind[0] == "h":
        text = inline.to_markdown(inline.settle(piece.runs, breaks=False))
        return "#" * int(piece.kind[1]) + " " + re.sub(r"#$", r"\\#", text)
    lines = _lines(piece.runs)
    return (
        "\n".join(f"> {line}" for line in lines) if piece.kind == "blockquote" else "\n".join(lines)
    )


def _list_lines(pieces: list[Piece], depth: int) -> Iterator[list[str]]:
    for tag, entries in _lists(pieces, depth):
        lines: list[str] = []
        for number, (item, nested) in enumerate(entries, 1):
            lead = "- " if tag == "ul" else f"{number}. "
            inner = _lines(item.runs)
            for more in _list_lines(nested, depth + 1) if nested else ():
                inner += more
            lines.append(lead + inner[0])
            lines += [" " * len(lead) + line for line in inner[1:]]
        yield lines


def _lines(runs: list[Run]) -> list[str]:
    """Return the lines of a paragraph; what would open something else at their start is escaped."""
    lines = inline.to_markdown(runs).split("\n")
    return [_START.sub(_guard, line, count=1) if _START.match(line) else line for line in lines]


def _guard(match: re.Match[str]) -> str:
    words = match.group()
    return f"{words}\\" if words.isdecimal() else f"\\{words}"
