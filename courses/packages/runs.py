"""Pieces of text in one style, and the one canonical way to cut a line into them. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

_SPACES = re.compile(r"[ \t\f\r]+")
_PIECES = re.compile(r"\s+|\S+(?:\s+\S+)*")


@dataclass(slots=True)
class Run:
    """A piece of text in one style. ``\\n`` in ``text`` is a line break."""

    text: str
    strong: bool = False
    em: bool = False
    term: bool = False
    href: str | None = None

    @property
    def bits(self) -> tuple[bool, bool]:
        return self.strong, self.em


def settle(runs: Iterable[Run], *, breaks: bool = True) -> list[Run]:
    """Return runs in canonical form: spaces collapsed and outside of styles, equal runs joined."""
    collapsed: list[Run] = []
    blank = True
    for run in _joined(runs):
        text = _SPACES.sub(" ", run.text if breaks else run.text.replace("\n", " "))
        text = re.sub(r" ?\n ?", "\n", text)
        if blank and text.startswith(" "):
            text = text[1:]
        if text.startswith("\n") and collapsed and collapsed[-1].text.endswith(" "):
            collapsed[-1] = replace(collapsed[-1], text=collapsed[-1].text[:-1])
        if text:
            blank = text[-1] in " \n"
            collapsed.append(replace(run, text=text))
    return _joined(_trimmed(_level(_trimmed(run for run in collapsed if run.text), 0)))


def _trimmed(runs: Iterable[Run]) -> list[Run]:
    runs = list(runs)
    while runs and not runs[0].text.lstrip():
        runs.pop(0)
    while runs and not runs[-1].text.rstrip():
        runs.pop()
    if runs:
        runs[0] = replace(runs[0], text=runs[0].text.lstrip())
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip())
    return runs


@dataclass(frozen=True)
class _Item:
    """What stands side by side: words, spaces, a term or a link; ``bits`` of all of it."""

    sort: str  # words, space, term, href
    bits: tuple[bool, bool]
    runs: list[Run]


def _items(runs: Iterable[Run], level: int) -> Iterator[_Item]:
    """Yield the items at one level: 0 links, 1 terms, 2 words and spaces."""
    if level == 2:
        for run in runs:
            for piece in _PIECES.findall(run.text):
                sort = "space" if piece.isspace() else "words"
                yield _Item(sort, run.bits, [replace(run, text=piece)])
        return
    name = ("href", "term")[level]
    for value, group in groupby(runs, key=lambda run: getattr(run, name)):
        members = list(group)
        if not value:
            yield from _items(members, level + 1)
            continue
        lead, members, trail = _edges(members, {name: None if name == "href" else False})
        yield from _items(lead, level + 1)
        if members:
            inner = _level(members, level + 1)
            yield _Item(name, common(inner), inner)
        yield from _items(trail, level + 1)


def _edges(runs: list[Run], without: dict[str, Any]) -> tuple[list[Run], list[Run], list[Run]]:
    """Split the spaces at both ends off, and take the link or term from them."""
    core = _trimmed(runs)
    words = "".join(run.text for run in runs)
    lead = words[: len(words) - len(words.lstrip())]
    trail = words[len(words.rstrip()) :] if core else ""

    def space(text: str, like: Run) -> list[Run]:
        return [replace(like, text=text, **without)] if text else []

    return space(lead, runs[0]), core, space(trail, runs[-1])


def _level(runs: Iterable[Run], level: int) -> list[Run]:
    """Take strong and emphasis from spaces that do not have both neighbours in the same style."""
    groups = [
        (space, list(items))
        for space, items in groupby(_items(runs, level), key=lambda item: item.sort == "space")
    ]
    found: list[Run] = []
    for at, (space, items) in enumerate(groups):
        inner = [run for item in items for run in item.runs]
        if space and 0 < at < len(groups) - 1:
            style = _space_bits(groups[at - 1][1][-1], common(inner), groups[at + 1][1][0])
        elif space:
            style = (False, False)
        else:
            found += inner
            continue
        found += [replace(run, strong=style[0], em=style[1]) for run in inner]
    return found


def _space_bits(before: _Item, own: tuple[bool, bool], after: _Item) -> tuple[bool, bool]:
    """Return the style of a space between two items.

    The studio's editor takes a space out of an element that ends with it. So a space keeps a style
    only where the HTML element of that style goes on behind it.
    """
    strong, em = (all(three) for three in zip(before.bits, own, after.bits, strict=True))
    linked = after.runs[0].href is not None
    if after.sort == "href" or (linked and before.runs[-1].bits != after.runs[0].bits):
        return False, False
    if linked and before.runs[-1].term != after.runs[0].term:
        return False, False
    if after.bits[0] != strong or (after.sort == "term" and not before.runs[-1].term):
        em = False
    return strong, em


def common(runs: list[Run]) -> tuple[bool, bool]:
    return all(run.strong for run in runs), all(run.em for run in runs)


def _joined(runs: Iterable[Run]) -> list[Run]:
    found: list[Run] = []
    for _, group in groupby(runs, key=lambda run: (run.bits, run.term, run.href)):
        members = list(group)
        found.append(replace(members[0], text="".join(run.text for run in members)))
    return found
