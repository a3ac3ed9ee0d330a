"""What changed between two texts: lines, and in changed lines the words. Pure.

The work is bounded: where two parts have too many equal pieces to be matched, the old one is shown
as taken out and the new one as put in.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

SAME, OUT, IN = "same", "out", "in"
MOST_PAIRS = 60_000  # pairs of equal pieces that are looked at
AROUND = 2  # unchanged lines that are shown beside a change
_PIECE = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|\w+|\s+|[^\w\s]")


@dataclass(frozen=True)
class Part:
    """A piece of a line: ``same``, ``out`` (only in the old text) or ``in`` (only in the new)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """A line as it is shown. ``skipped``: this many unchanged lines are left out instead."""

    parts: tuple[Part, ...] = ()
    skipped: int = 0


@dataclass(frozen=True)
class Difference:
    """All lines that changed with some around them; how many words went out and came in."""

    lines: list[Line]
    taken: int
    added: int

    @property
    def is_same(self) -> bool:
        """Whether the two texts are equal."""
        return not (self.taken or self.added)


Code = tuple[str, int, int, int, int]


def compare(old: str, new: str) -> Difference:
    """Return what makes ``new`` of ``old``."""
    before, after = old.split("\n"), new.split("\n")
    lines: list[Line] = []
    for tag, a, b, c, d in _codes(before, after):
        if tag == "equal":
            lines += [Line((Part(SAME, line),)) for line in after[c:d]]
        else:
            lines += _changed("\n".join(before[a:b]), "\n".join(after[c:d]), a < b, c < d)
    counts = Counter(
        part.kind for line in lines for part in line.parts
        for piece in _PIECE.findall(part.text) or [""] if part.kind != SAME and not piece.isspace()
    )  # fmt: skip
    return Difference(_folded(lines), counts[OUT], counts[IN])


def _codes(before: Sequence[str], after: Sequence[str]) -> list[Code]:
    """Return difflib's steps, or one that replaces all where matching would take too long."""
    if not before or not after:
        return [("replace", 0, len(before), 0, len(after))]
    counts = Counter(before)
    pairs = sum(counts[piece] for piece in after if piece in counts)
    if pairs > MOST_PAIRS:
        return _ends_alike(before, after)
    return list(SequenceMatcher(None, before, after, autojunk=False).get_opcodes())


def _ends_alike(before: Sequence[str], after: Sequence[str]) -> list[Code]:
    """Return the equal beginning and end, and one step that replaces what lies between."""
    most, start = min(len(before), len(after)), 0
    while start < most and before[start] == after[start]:
        start += 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    a, b = len(before) - end, len(after) - end
    steps = [
        ("equal", 0, start, 0, start), ("replace", start, a, start, b),
        ("equal", a, len(before), b, len(after)),
    ]  # fmt: skip
    return [row for row in steps if row[1] < row[2] or row[3] < row[4]]


def _changed(old: str, new: str, had: bool, has: bool) -> list[Line]:
    """Return the lines of a part that changed, compared word by word."""
    if not had or not has:
        kind, text = (IN, new) if has else (OUT, old)
        return [Line((Part(kind, line),)) for line in text.split("\n")]
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    parts: list[Part] = []
    for tag, a, b, c, d in _codes(before, after):
        if tag == "equal":
            parts.append(Part(SAME, "".join(after[c:d])))
        else:
            parts += [Part(OUT, "".join(before[a:b])), Part(IN, "".join(after[c:d]))]
    return list(_in_lines(part for part in parts if part.text))


def _in_lines(parts: Iterator[Part] | Sequence[Part]) -> Iterator[Line]:
    """Cut parts at the ends of lines."""
    line: list[Part] = []
    for part in parts:
        first, *rest = part.text.split("\n")
        line += [Part(part.kind, first)] if first else []
        for text in rest:
            yield Line(tuple(line))
            line = [Part(part.kind, text)] if text else []
    yield Line(tuple(line))


def _folded(lines: list[Line]) -> list[Line]:
    """Leave out unchanged lines that are far from any change."""
    near = [False] * len(lines)
    for place, line in enumerate(lines):
        if any(part.kind != SAME for part in line.parts):
            first, last = max(0, place - AROUND), min(len(lines), place + AROUND + 1)
            near[first:last] = [True] * (last - first)
    found: list[Line] = []
    for shown, rows in groupby(range(len(lines)), key=lambda place: near[place]):
        places = list(rows)
        found += [lines[place] for place in places] if shown else [Line(skipped=len(places))]
    return found
