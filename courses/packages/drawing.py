"""A clean drawing, and the inline SVG it becomes: words filled in, mirrored if need be. Pure."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal

_LINE = 1.25  # em, from one line of wrapped words to the next
_ARABIC = 1.12  # its letters look smaller than Latin ones of the same size (as in scripts.css)
# What stays on one line: a Chinese sign with its brackets and stops, a word of another script
# (a no-break space is part of it), or the space between.
_PIECES = re.compile(
    r"[《（「]*[\u3000-\u9fff\uff00-\uffef][，。；：、）》」？！]*"
    r"|(?:[^\s\u3000-\u9fff\uff00-\uffef]|[\u00a0\u202f])+|[^\S\u00a0\u202f]+"
)


@dataclass(frozen=True)
class Node:
    """An element that passed: name, attributes, text, children."""

    name: str
    attributes: dict[str, str]
    text: str = ""
    children: "tuple[Node, ...]" = ()

    @property
    def has_text(self) -> bool:
        """Whether words stand in it."""
        return self.name == "text" or any(child.has_text for child in self.children)


@dataclass(frozen=True)
class Figure:
    """A clean drawing. ``labels``: keys of the words it wants; ``box``: x, y, width, height."""

    nodes: tuple[Node, ...]
    box: tuple[float, float, float, float]
    mirror: bool
    labels: tuple[str, ...]
    digest: str


def render(
    figure: Figure,
    labels: Mapping[str, str],
    direction: Literal["ltr", "rtl"] | str,
    title: str,
    description: str = "",
) -> str:
    """Return inline SVG with the words filled in.

    Right to left, a figure with ``data-mirror`` is mirrored: shapes as a whole, words by their
    place only. ``title`` is what the figure shows; without one it counts as decoration.
    The width is that of the box in pixels: a page may draw it smaller, but does not blow it up.
    """
    drawing = _Drawing(figure, labels, direction == "rtl")
    key = hashlib.sha256(f"{figure.digest}{title}{sorted(labels.items())}".encode()).hexdigest()[:8]
    drawing.prefix = f"figure-{key}"
    x, y, width, height = (_number(n) for n in figure.box)
    side = "rtl" if drawing.rtl else "ltr"
    head = f'class="figure-drawing" viewBox="{x} {y} {width} {height}" width="{width}"'
    head += f' direction="{side}"'
    names = ""
    if title:
        ids = f"{drawing.prefix}-title"
        names = f'<title id="{ids}">{escape(title)}</title>'
        if description:
            names += f'<desc id="{drawing.prefix}-desc">{escape(description)}</desc>'
            ids += f" {drawing.prefix}-desc"
        head += f' role="img" aria-labelledby="{ids}"'
    else:
        head += ' aria-hidden="true"'
    body = "".join(piece for node in figure.nodes for piece in drawing.pieces(node))
    return f'<svg xmlns="http://www.w3.org/2000/svg" {head}>{names}{body}</svg>'


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


@dataclass
class _Drawing:
    figure: Figure
    labels: Mapping[str, str]
    rtl: bool
    prefix: str = ""

    @property
    def axis(self) -> float:
        """What x and its mirror image add up to."""
        return 2 * self.figure.box[0] + self.figure.box[2]

    @property
    def mirrored(self) -> bool:
        return self.rtl and self.figure.mirror

    def pieces(self, node: Node) -> Iterator[str]:
        if node.name == "text":
            yield self.text(node)
        elif node.has_text:
            yield f"<{node.name}{self.written(node.attributes)}>"
            for child in node.children:
                yield from self.pieces(child)
            yield f"</{node.name}>"
        elif self.mirrored and node.name != "defs":
            yield f'<g transform="matrix(-1 0 0 1 {_number(self.axis)} 0)">{self.shape(node)}</g>'
        else:
            yield self.shape(node)

    def shape(self, node: Node) -> str:
        inner = "".join(self.shape(child) for child in node.children)
        return f"<{node.name}{self.written(node.attributes)}>{inner}</{node.name}>"

    def written(self, attributes: Mapping[str, str]) -> str:
        words = ""
        for key, value in attributes.items():
            if key.startswith("data-"):
                continue
            if key == "id":
                value = f"{self.prefix}-{value}"
            elif key.startswith("marker-"):
                value = f"url(#{self.prefix}-{value[5:-1]})"
            words += f' {key}="{escape(value)}"'
        return words

    def text(self, node: Node) -> str:
        """Write words. ``start`` is the right edge of right-to-left text: it mirrors by itself,
        and has to change sides where the figure is not mirrored."""
        found = self.placed(node.attributes)
        if self.rtl and not self.mirrored:
            swapped = {"start": "end", "end": "start", "middle": "middle"}
            found["text-anchor"] = swapped[found.get("text-anchor", "start")]
        inner = self.filled(node, node.attributes)
        for child in node.children:
            words = self.filled(child, node.attributes | child.attributes)
            inner += f"<tspan{self.written(self.placed(child.attributes))}>{words}</tspan>"
        return f"<text{self.written(found)}>{inner}</text>"

    def placed(self, attributes: Mapping[str, str]) -> dict[str, str]:
        found = dict(attributes)
        if self.rtl and "font-size" in found:
            found["font-size"] = _number(float(found["font-size"]) * _ARABIC)
        if self.mirrored:
            if "x" in found:
                found["x"] = _number(self.axis - float(found["x"]))
            if "dx" in found:
                found["dx"] = _number(-float(found["dx"]))
        return found

    def filled(self, node: Node, attributes: Mapping[str, str]) -> str:
        """Return the words, in lines. Words centred on their y are centred as a block of lines:
        a language that needs three lines stands in the middle of its box like one that needs one.
        """
        key = node.attributes.get("data-label")
        text = node.text if key is None else self.labels.get(key, "")
        limit = int(node.attributes.get("data-chars", "0"))
        lines = wrapped(text, limit) if limit else [text]
        if len(lines) < 2:
            return escape(text)
        x = self.placed(attributes).get("x", "0")
        centred = attributes.get("dominant-baseline") in ("middle", "central")
        first = -_LINE * (len(lines) - 1) / 2 if centred else 0
        steps = [first, *[_LINE] * (len(lines) - 1)]
        return "".join(
            f'<tspan x="{x}" dy="{_number(step)}em">{escape(line)}</tspan>'
            for step, line in zip(steps, lines, strict=True)
        )


def wrapped(text: str, limit: int) -> list[str]:
    """Return lines of ``limit`` letters at most, of much the same length, so that no word or sign
    is left alone. A Chinese sign counts as two and may end a line; a longer word gets its line."""
    lines = _broken(text, limit)
    while limit > 1 and len(shorter := _broken(text, limit - 1)) == len(lines):
        lines, limit = shorter, limit - 1
    return lines


def _broken(text: str, limit: int) -> list[str]:
    lines: list[str] = []
    line, width = "", 0
    for piece in _PIECES.findall(text):
        size = sum(2 if char >= "\u3000" else 1 for char in piece)
        if width + size > limit and line.strip() and not piece.isspace():
            lines.append(line.strip())
            line, width = "", 0
        line += piece
        width += size
    return [*lines, line.strip()] if line.strip() else lines
