"""Drawings of a course: an SVG from a pack, checked piece by piece, filled with words. Pure.

Signatures::

    clean(svg: bytes, path: str = "") -> Figure | list[Finding]
    render(figure, labels: Mapping[str, str], direction: "ltr" | "rtl", title, description="") -> str

Nothing of the SVG reaches a page as text: only known elements with known attributes whose values
have a known form are kept, and written anew. ``render`` gives an inline SVG without style
attributes; colours are classes (``fill-ink``, ``stroke-line``), so dark mode and print work.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Literal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from courses.packages.figure_rules import (
    ATTRIBUTES,
    COLOURED,
    COMMON,
    ELEMENTS,
    NAMESPACE,
    SHAPES,
)
from courses.packages.model import Finding

MAX_BYTES = 200_000
MAX_ELEMENTS = 2_000
MAX_DEPTH = 20
_LINE = "1.25em"


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


def clean(svg: bytes, path: str = "") -> Figure | list[Finding]:
    """Return the drawing, or everything that is wrong with it."""
    if len(svg) > MAX_BYTES:
        return [Finding(path, 0, f"a drawing may have {MAX_BYTES // 1000} kB at most")]
    try:
        root = ElementTree.fromstring(svg, forbid_dtd=True)
    except ParseError as error:
        return [Finding(path, error.position[0], "is not well-formed XML")]
    except (DefusedXmlException, ValueError):
        return [Finding(path, 0, "declarations and entities are not allowed")]
    cleaning = _Cleaning(path)
    nodes = cleaning.root(root)
    if cleaning.findings:
        return cleaning.findings
    return Figure(
        nodes=nodes,
        box=cleaning.box,
        mirror=root.get("data-mirror") == "yes",
        labels=tuple(dict.fromkeys(cleaning.labels)),
        digest=hashlib.sha256(svg).hexdigest()[:8],
    )


@dataclass
class _Cleaning:
    path: str
    findings: list[Finding] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    box: tuple[float, float, float, float] = (0, 0, 1, 1)
    count: int = 0

    def fault(self, reason: str) -> None:
        self.findings.append(Finding(self.path, 0, reason))

    def root(self, root: Element) -> tuple[Node, ...]:
        if root.tag != f"{NAMESPACE}svg":
            self.fault("the root must be an svg element in the SVG namespace")
            return ()
        numbers = re.fullmatch(r"(-?[\d.]+)[ ,]+(-?[\d.]+)[ ,]+([\d.]+)[ ,]+([\d.]+)",
                               root.get("viewBox", "").strip(), re.ASCII)  # fmt: skip
        try:
            x, y, width, height = (float(n) for n in numbers.groups()) if numbers else (0, 0, 0, 0)
        except ValueError:
            x = y = width = height = 0
        if not (0 < width <= 10_000 and 0 < height <= 10_000):
            self.fault("the root needs a viewBox: x y width height")
        self.box = (x, y, width, height)
        self.attributes("svg", root)
        nodes = tuple(node for child in root if (node := self.node(child, 1)))
        for name in sorted(self.used - self.ids):
            self.fault(f"there is no marker with the id {name}")
        return nodes

    def node(self, element: Element, depth: int) -> Node | None:
        """Return the clean element; None for what is refused or not needed."""
        self.count += 1
        name = str(element.tag).removeprefix(NAMESPACE)
        if self.count > MAX_ELEMENTS or depth > MAX_DEPTH:
            if self.count <= MAX_ELEMENTS + 1:
                self.fault("too many elements, or nested too deep")
            return None
        if element.tag != f"{NAMESPACE}{name}" or name not in ELEMENTS or name == "svg":
            self.fault(f"the element {name[:40]} is not allowed")
            return None
        if name in ("title", "desc"):
            return None  # the lesson says what the figure shows, in every language
        found = self.attributes(name, element)
        children = tuple(node for child in element if (node := self.node(child, depth + 1)))
        node = Node(name, found, self.words(name, element, found), children)
        if node.has_text and "transform" in found:
            self.fault("transform is not allowed on texts and what contains them")
        return node

    def attributes(self, name: str, element: Element) -> dict[str, str]:
        allowed = COMMON | ATTRIBUTES.get(name, {}) | (COLOURED if name in SHAPES else {})
        found: dict[str, str] = {}
        for key, value in element.attrib.items():
            rule = allowed.get(key)
            if rule is None:
                self.fault(f"the attribute {key[:40]} is not allowed on {name}")
            elif not rule.fullmatch(value.strip()):
                self.fault(f"{key}={value[:40]!r} is not allowed on {name}")
            else:
                found[key] = " ".join(value.split())
                self.note(key, found[key])
        return found

    def note(self, key: str, value: str) -> None:
        if key == "id":
            if value in self.ids:
                self.fault(f"the id {value} is given twice")
            self.ids.add(value)
        elif key.startswith("marker-"):
            self.used.add(value[5:-1])
        elif key == "data-label":
            self.labels.append(value)

    def words(self, name: str, element: Element, found: dict[str, str]) -> str:
        """Return text that may stand as it is: numbers and signs, which no language changes."""
        text = " ".join((element.text or "").split())
        if any((child.tail or "").strip() for child in element):
            self.fault("text beside a tspan is not allowed; put it into a tspan")
        if not text or "data-label" in found:
            return ""
        if name not in ("text", "tspan") or re.search(r"[^\W\d_]", text):
            self.fault(f"the words {text[:40]!r} need a data-label, so that they can be translated")
        return text


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
    """
    drawing = _Drawing(figure, labels, direction == "rtl")
    key = hashlib.sha256(f"{figure.digest}{title}{sorted(labels.items())}".encode()).hexdigest()[:8]
    drawing.prefix = f"figure-{key}"
    x, y, width, height = (_number(n) for n in figure.box)
    head = f'viewBox="{x} {y} {width} {height}" direction="{"rtl" if drawing.rtl else "ltr"}"'
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
        inner = self.filled(node)
        for child in node.children:
            inner += f"<tspan{self.written(self.placed(child.attributes))}>{self.filled(child)}</tspan>"
        return f"<text{self.written(found)}>{inner}</text>"

    def placed(self, attributes: Mapping[str, str]) -> dict[str, str]:
        found = dict(attributes)
        if self.mirrored:
            if "x" in found:
                found["x"] = _number(self.axis - float(found["x"]))
            if "dx" in found:
                found["dx"] = _number(-float(found["dx"]))
        return found

    def filled(self, node: Node) -> str:
        key = node.attributes.get("data-label")
        text = node.text if key is None else self.labels.get(key, "")
        limit = int(node.attributes.get("data-chars", "0"))
        lines = wrapped(text, limit) if limit else [text]
        if len(lines) < 2:
            return escape(text)
        x = self.placed(node.attributes).get("x", "0")
        first, *rest = (escape(line) for line in lines)
        return first + "".join(f'<tspan x="{x}" dy="{_LINE}">{line}</tspan>' for line in rest)


def wrapped(text: str, limit: int) -> list[str]:
    """Return lines of about ``limit`` letters; a Chinese sign counts as two and may end a line."""
    lines: list[str] = []
    line, width = "", 0
    for word in re.findall(r"[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+|\s+", text):
        size = sum(2 if char >= "\u3000" else 1 for char in word)
        if width + size > limit and line.strip() and not word.isspace() and word not in "，。；：、）":
            lines.append(line.strip())
            line, width = "", 0
        line += word
        width += size
    return [*lines, line.strip()] if line.strip() else lines
