r"""Text inside a line: strong, emphasis, links and defined terms, as Markdown and as HTML. Pure.

Kept as runs: pieces of text with the same style. ``**`` turns strong on or off, ``*`` emphasis,
``***`` both; a sign turns something on only before a character that is no space, and off only
after one. Unlike CommonMark no punctuation rule applies, so strong text works in Chinese, where no
space stands between words. ``\`` before a punctuation sign makes it an ordinary one; ``\`` at the
end of a line is a line break. All else, HTML included, is plain text.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from itertools import groupby

from courses.packages.runs import Run, common, settle

__all__ = ["ADDRESS", "Run", "faults", "parse", "settle", "to_html", "to_markdown"]

ADDRESS = re.compile(r"(?:https://|mailto:|#@?)[^\s<>\"\\^`{|}]+")
_TARGET = re.compile(r"\(((?:\\[()\\]|[^()\s\\])+)\)")
_BRACKETS = re.compile(r"\\.|\[|\]", re.DOTALL)
_PLAIN = re.compile(r"[^\\*\[\n]+")
_LONGEST = 2_000  # characters of a link text: keeps the search for its end short


def parse(markdown: str) -> list[Run]:
    """Return the runs of the Markdown of one paragraph, heading, item or cell."""
    return settle(_Parser(markdown, Run("")).runs())


class _Parser:
    def __init__(self, text: str, base: Run):
        self.text, self.base, self.style = text, base, replace(base, text="")
        self.found: list[Run] = []
        self.open: dict[str, int] = {}  # style → index of the run before which it began
        self.loose = False  # stars that turn nothing on or off, though they touch a word

    def runs(self) -> list[Run]:
        at = 0
        while at < len(self.text):
            at = self.step(at)
        for name, begin in sorted(self.open.items(), key=lambda pair: -pair[1]):
            stars = "**" if name == "strong" else "*"
            self.loose = True
            rest = [_styled(run, name, False) for run in self.found[begin:]]
            self.found[begin:] = [replace(self.base, text=stars), *rest]
        return self.found

    def add(self, text: str) -> None:
        self.found.append(replace(self.style, text=text))

    def step(self, at: int) -> int:
        """Read what stands at ``at``; return where to go on."""
        text = self.text
        if match := _PLAIN.match(text, at):
            self.add(match.group())
            return match.end()
        if text[at] == "\n":
            self.add(" ")
            return at + 1
        if text[at] == "\\":
            return self.escaped(at)
        if text[at] == "*":
            return self.stars(at)
        end = self.term(at) or self.link(at)
        if not end:
            self.add("[")
        return end or at + 1

    def escaped(self, at: int) -> int:
        following = self.text[at + 1 : at + 2]
        if following == "\n":
            self.add("\n")
        elif following and following.isascii() and not following.isalnum() and following > " ":
            self.add(following)
        else:
            self.add("\\")
            return at + 1
        return at + 2

    def stars(self, at: int) -> int:
        end = at
        while self.text[end : end + 1] == "*":
            end += 1
        names = {1: ("em",), 2: ("strong",), 3: ("strong", "em")}.get(end - at, ())
        before, after = self.text[at - 1 : at], self.text[end : end + 1]
        fits = [
            bool(before) and not before.isspace() and name in self.open
            if getattr(self.style, name)
            else bool(after) and not after.isspace()
            for name in names
        ]
        if not fits or not all(fits):
            self.add(self.text[at:end])
            self.loose = self.loose or not (before + after).isspace()
            return end
        for name in names:
            turned_on = not getattr(self.style, name)
            self.style = _styled(self.style, name, turned_on)
            if turned_on:
                self.open[name] = len(self.found)
            else:
                del self.open[name]
        return end

    def inner(self, text: str, style: Run) -> None:
        parser = _Parser(text, style)
        self.found.extend(parser.runs())
        self.loose = self.loose or parser.loose

    def term(self, at: int) -> int:
        """Read ``[=term=]``; 0 if there is none."""
        if self.style.term or not self.text.startswith("[=", at):
            return 0
        end = self.text.find("=]", at + 2, at + _LONGEST)
        while end > 0 and _is_escaped(self.text, end):
            end = self.text.find("=]", end + 1, at + _LONGEST)
        if end < 0 or not self.text[at + 2 : end].strip():
            return 0
        self.inner(self.text[at + 2 : end], replace(self.style, term=True))
        return end + 2

    def link(self, at: int) -> int:
        """Read ``[text](address)``; 0 if there is none, or if its address is not allowed."""
        if self.style.href is not None:
            return 0
        end = _bracket_end(self.text, at)
        match = _TARGET.match(self.text, end + 1) if end else None
        if match is None or not self.text[at + 1 : end].strip():
            return 0
        href = re.sub(r"\\(.)", r"\1", match[1])
        if not ADDRESS.fullmatch(href):
            return 0
        self.inner(self.text[at + 1 : end], replace(self.style, href=href))
        return match.end()


def _styled(run: Run, name: str, on: bool) -> Run:
    return replace(run, strong=on) if name == "strong" else replace(run, em=on)


def _bracket_end(text: str, at: int) -> int:
    """Return where the bracket that opens at ``at`` closes, 0 if it does not."""
    depth = 0
    for match in _BRACKETS.finditer(text, at, at + _LONGEST):
        depth += {"[": 1, "]": -1}.get(match.group(), 0)
        if depth == 0:
            return match.start()
    return 0


def _is_escaped(text: str, at: int) -> bool:
    before = at
    while before and text[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1


def faults(markdown: str) -> Iterator[str]:
    """Yield what in the Markdown of one line will be shown as plain text, likely by mistake."""
    for match in re.finditer(r"(!?)\[[^\[\]]*(?<!\\)\]\(([^()\s]*)", markdown):
        href = re.sub(r"\\(.)", r"\1", match[2])
        if match[1]:
            yield "a picture is a block of its own"
        elif not ADDRESS.fullmatch(href):
            yield f"a link to “{href[:80]}” is not allowed (https, mailto or #block)"
    parser = _Parser(markdown, Run(""))
    parser.runs()
    if parser.loose:
        yield "a * without its partner; write \\* for a star"


def to_markdown(runs: list[Run]) -> str:
    """Return the Markdown of settled runs."""
    return _markdown(runs, 0, (False, False), inside=False)


def _markdown(runs: list[Run], level: int, base: tuple[bool, bool], *, inside: bool) -> str:
    out: list[str] = []
    now = base

    def turn(wanted: tuple[bool, bool]) -> None:
        nonlocal now
        out.append("**" * (wanted[0] != now[0]) + "*" * (wanted[1] != now[1]))
        now = wanted

    for link, linked in groupby(runs, key=lambda run: run.href if level == 0 else None):
        members = list(linked)
        if link:
            turn(common(members))
            address = re.sub(r"([()\\])", r"\\\1", link)
            out.append(f"[{_lead(_markdown(members, 1, now, inside=True))}]({address})")
            continue
        for term, group in groupby(members, key=lambda run: run.term and level < 2):
            inner = list(group)
            if term:
                turn(common(inner))
                out.append(f"[={_markdown(inner, 2, now, inside=True)}=]")
                continue
            for run in inner:
                turn(run.bits)
                out.append(_escape(run.text, inside))
    turn(base)
    return "".join(out)


def _lead(text: str) -> str:
    """Keep a link text that begins with ``=`` from looking like a term."""
    return "\\" + text if text.startswith("=") else text


def _escape(text: str, inside: bool) -> str:
    text = re.sub(r"[\\*\[\]]" if inside else r"[\\*\[]", r"\\\g<0>", text)
    return text.replace("\n", "\\\n")


def to_html(runs: list[Run]) -> str:
    """Return HTML as Draftail stores it: ``a`` outside, then ``b``, ``dfn``, ``i``."""
    out: list[str] = []
    for href, group in groupby(runs, key=lambda run: run.href):
        if href:
            inner = "".join(_nested([run]) for run in group)
            out.append(f'<a href="{escape(href)}">{inner}</a>')
        else:
            out.append(_nested(list(group)))
    return "".join(out)


def _nested(runs: list[Run]) -> str:
    out: list[str] = []
    stack: list[str] = []
    for run in runs:
        wanted = [t for t, on in (("b", run.strong), ("dfn", run.term), ("i", run.em)) if on]
        keep = 0
        while keep < min(len(stack), len(wanted)) and stack[keep] == wanted[keep]:
            keep += 1
        out += [f"</{tag}>" for tag in reversed(stack[keep:])]
        out += [f"<{tag}>" for tag in wanted[keep:]]
        out.append(escape(run.text, quote=False).replace("\n", "<br/>"))
        stack = wanted
    out += [f"</{tag}>" for tag in reversed(stack)]
    return "".join(out)
