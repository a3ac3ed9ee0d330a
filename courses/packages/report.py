"""Where faults of a pack are collected while it is read: file, line, reason. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from courses.packages.model import Finding

Path = tuple[str | int, ...]


@dataclass
class Report:
    """The faults of one file. ``add`` takes a 1-based line, 0 for the file as a whole."""

    path: str
    findings: list[Finding] = field(default_factory=list)

    def add(self, line: int, reason: str, blocking: bool = True) -> None:
        """Note a fault."""
        self.findings.append(Finding(self.path, line, reason, blocking))


@dataclass(frozen=True)
class Place:
    """A value inside a YAML text: knows its name and line, and the languages of the pack."""

    report: Report
    lines: Mapping[Path, int]
    keys: Path = ()
    languages: tuple[str, ...] = ()

    def sub(self, key: str | int) -> Place:
        """Return the place of an inner value."""
        return replace(self, keys=(*self.keys, key))

    @property
    def name(self) -> str:
        """The way to this value as a person would say it: ``options[2].why.fr``."""
        words = ""
        for key in self.keys:
            words += f"[{key + 1}]" if isinstance(key, int) else f".{key}" if words else key
        return words

    @property
    def line(self) -> int:
        """The line of the value, or of the nearest value around it."""
        keys = self.keys
        while keys not in self.lines and keys:
            keys = keys[:-1]
        return self.lines.get(keys, 1)

    def fault(self, reason: str, blocking: bool = True) -> None:
        """Note a fault of this value."""
        name = self.name
        self.report.add(self.line, f"{name}: {reason}" if name else reason, blocking)
