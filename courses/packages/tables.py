"""Tables in Markdown, and the rows of cells they stand for. Pure.

A cell is one line of Markdown (``markdown.inline_html``). A sign ``|`` inside a cell is ``\\|``
in the table and plain ``|`` in the cell. Reached as ``markdown.table_rows`` and ``table_text``.
"""

import re

from courses.packages import inline

_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")
_SIGNS = re.compile(r"\\.|\|")


class TableError(ValueError):
    """A text that is no table; ``line`` counts from 0."""

    def __init__(self, line: int, reason: str):
        super().__init__(reason)
        self.line = line


def table_rows(md: str) -> list[list[str]]:
    """Return all rows of a table, the first one included. Raises TableError."""
    lines = [line.strip() for line in md.split("\n")]
    found: list[list[str]] = []
    for number, line in enumerate(lines):
        if not (line.startswith("|") and line.endswith("|") and len(line) > 1):
            raise TableError(number, "each line of a table begins and ends with |")
        if number == 1:
            if not _RULE.fullmatch(line):
                raise TableError(1, "the second line of a table is |---|---|")
            if line.count("|") - 1 != len(found[0]):
                raise TableError(1, "this line has another number of cells than the first")
            continue
        cells = _cells(line)
        if found and len(cells) != len(found[0]):
            raise TableError(number, f"{len(cells)} cells instead of {len(found[0])}")
        found.append(cells)
    if len(lines) < 2:
        raise TableError(0, "the second line of a table is |---|---|")
    return found


def _cells(line: str) -> list[str]:
    cells: list[str] = []
    cell, at = "", 1
    for match in _SIGNS.finditer(line, 1):
        cell += line[at : match.start()]
        at = match.end()
        if match.group() == "|":
            cells.append(cell.strip())
            cell = ""
        else:
            cell += "|" if match.group() == "\\|" else match.group()
    if line[at:] or cell:
        raise TableError(0, "a line of a table ends with |, not with \\|")
    return cells


def table_text(table: list[list[str]]) -> str:
    """Return the canonical Markdown of rows; rows that are too short get empty cells."""
    width = max((len(row) for row in table), default=0)
    lines = [_line([*row, *[""] * (width - len(row))]) for row in table]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    return "|" + "".join(f" {_escaped(_canonical(cell))} |" for cell in cells)


def _canonical(cell: str) -> str:
    return inline.to_markdown(inline.settle(inline.parse(cell), breaks=False))


def _escaped(cell: str) -> str:
    return _SIGNS.sub(lambda m: "\\|" if m.group() == "|" else m.group(), cell)
