"""YAML as packs use it: plain data in, canonical text out. Pure.

Read from parser events, so no object is ever built from a tag and no alias is ever followed.
Only maps with text keys, lists, text, whole numbers, ``true``/``false`` and ``null`` exist; a date,
a decimal or ``yes`` is text. Written by the same rules, quoted wherever another YAML reader could
see something else.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from yaml import events as ev

from courses.packages.report import Path, Place, Report

MAX_DEPTH = 12
MAX_NODES = 50_000

_INT = re.compile(r"-?(?:0|[1-9][0-9]{0,15})")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER = yaml.resolver.Resolver()
_STR_TAG = "tag:yaml.org,2002:str"
_FLOW_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+-]*")
_NOT_FIRST = frozenset("-?:,[]{}#&*!|>'\"%@`=~")
FLOW_KEYS = frozenset({"complete", "rule"})


class _Refused(Exception):
    """The text cannot be read further."""


def load(text: str, report: Report, first_line: int = 1) -> tuple[Any, dict[Path, int]] | None:
    """Return the data in ``text`` and the line of every value in it; None if it is refused.

    ``first_line``: line of the file where ``text`` starts. Faults go to ``report``.
    """
    reader = _Reader(report, first_line)
    before = len(report.findings)
    try:
        value = reader.document(iter(yaml.parse(text, Loader=_LOADER)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        report.add(first_line + (mark.line if mark else 0), f"not valid YAML: {error.problem}")
        return None
    except yaml.YAMLError as error:
        report.add(first_line, f"not valid YAML: {error}")
        return None
    except _Refused:
        return None
    return None if len(report.findings) > before else (value, reader.lines)


class _Reader:
    def __init__(self, report: Report, first_line: int):
        self.report, self.first_line, self.nodes = report, first_line, 0
        self.lines: dict[Path, int] = {}

    def line(self, event: Any) -> int:
        return self.first_line + int(event.start_mark.line)

    def refuse(self, event: Any, reason: str) -> None:
        self.report.add(self.line(event), reason)
        raise _Refused

    def document(self, stream: Iterator[Any]) -> Any:
        value: Any = None
        documents = 0
        for event in stream:
            if isinstance(event, ev.StreamStartEvent | ev.StreamEndEvent | ev.DocumentEndEvent):
                continue
            if isinstance(event, ev.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.refuse(event, "only one YAML document is allowed")
                continue
            value = self.node(event, stream, ())
        return value

    def node(self, event: Any, stream: Iterator[Any], path: Path) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES or len(path) > MAX_DEPTH:
            self.refuse(event, "too many values, or nested too deep")
        if isinstance(event, ev.AliasEvent) or getattr(event, "anchor", None):
            self.refuse(event, "anchors and aliases (& and *) are not allowed")
        if getattr(event, "tag", None):
            self.refuse(event, "tags (!) are not allowed")
        self.lines[path] = self.line(event)
        if isinstance(event, ev.ScalarEvent):
            return _scalar(event)
        if isinstance(event, ev.SequenceStartEvent):
            return self.sequence(stream, path)
        return self.mapping(stream, path)

    def sequence(self, stream: Iterator[Any], path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(stream), ev.SequenceEndEvent):
            items.append(self.node(event, stream, (*path, len(items))))
        return items

    def mapping(self, stream: Iterator[Any], path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(stream), ev.MappingEndEvent):
            if not isinstance(event, ev.ScalarEvent):
                self.refuse(event, "a key must be a single word")
            key = str(event.value)
            if key in found:
                self.report.add(self.line(event), f"“{key}” is given twice")
            if event.anchor or event.tag:
                self.refuse(event, "anchors and tags (& and !) are not allowed")
            found[key] = self.node(next(stream), stream, (*path, key))
            self.lines[(*path, key)] = self.line(event)
        return found


def _scalar(event: Any) -> Any:
    value = str(event.value)
    if event.style in ("'", '"', "|", ">"):
        return value
    if value in ("", "~", "null"):
        return None
    if value in ("true", "false"):
        return value == "true"
    return int(value) if _INT.fullmatch(value) else value


def place(report: Report, lines: dict[Path, int], languages: tuple[str, ...] = ()) -> Place:
    """Return the root place of a loaded text, from which faults are reported by line."""
    return Place(report, lines, (), languages)


def dump(value: dict[str, Any]) -> str:
    """Return the canonical YAML text of a map: keys in the order given, ``\\n`` at the end."""
    return "".join(f"{line}\n" for line in _map_lines(value))


def _map_lines(value: dict[str, Any]) -> Iterator[str]:
    for key, inner in value.items():
        name = _text(str(key), flow=True)
        if isinstance(inner, dict) and inner and key not in FLOW_KEYS:
            yield f"{name}:"
            yield from ("  " + line for line in _map_lines(inner))
        elif isinstance(inner, list) and any(isinstance(item, dict) for item in inner):
            yield f"{name}:"
            for item in inner:
                lead = "- "
                for line in _map_lines(item):
                    yield lead + line
                    lead = "  "
        else:
            yield f"{name}: {_inline(inner)}"


def _inline(value: Any, flow: bool = False) -> str:
    if isinstance(value, dict):
        pairs = (f"{_text(str(k), flow=True)}: {_inline(v, True)}" for k, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(item, True) for item in value) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _text(str(value), flow=flow)


def _text(value: str, *, flow: bool) -> str:
    if "\n" in value or "\t" in value:
        return json.dumps(value, ensure_ascii=False)
    if _is_plain(value) and (not flow or _FLOW_SAFE.fullmatch(value)):
        return value
    return "'" + value.replace("'", "''") + "'"


def _is_plain(value: str) -> bool:
    """Whether every YAML reader takes the bare words for the same text."""
    if not value or value != value.strip() or value[0] in _NOT_FIRST:
        return False
    if ": " in value or " #" in value or value.endswith(":"):
        return False
    resolve: Callable[..., str] = _RESOLVER.resolve
    return resolve(yaml.ScalarNode, value, (True, False)) == _STR_TAG
