"""Drawings of a course: an SVG from a pack, checked piece by piece, filled with words. Pure.

Signatures::

    clean(svg: bytes, path: str = "") -> Figure | list[Finding]
    render(figure, labels: Mapping[str, str], direction, title, description="") -> str

Nothing of the SVG reaches a page as text: only known elements with known attributes whose values
have a known form are kept, and written anew. ``render`` gives an inline SVG without style
attributes; colours are classes (``fill-ink``, ``stroke-line``), so dark mode and print work.
"""

import hashlib
import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from courses.packages.drawing import Figure, Node, render, wrapped
from courses.packages.figure_rules import (
    ATTRIBUTES,
    COLOURED,
    COMMON,
    ELEMENTS,
    NAMESPACE,
    SHAPES,
)
from courses.packages.model import Finding

__all__ = ["Figure", "Node", "clean", "render", "wrapped"]

MAX_BYTES = 200_000
MAX_ELEMENTS = 2_000
MAX_DEPTH = 20


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
