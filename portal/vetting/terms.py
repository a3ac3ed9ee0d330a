"""The terms for members: texts by version and language, and which version is in force.

A text that was released is never changed (a test keeps the digests): a new wording is a new folder
and a new ``CURRENT``. With an application stand version, language and digest of what was accepted.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.languages.table import CODES

CURRENT = "2026-11"
PLACE = Path(__file__).resolve().parent / "terms"


@dataclass(frozen=True)
class Part:
    """A piece of the text: ``kind`` is heading, paragraph or list, ``lines`` its words."""

    kind: str
    lines: tuple[str, ...]


@lru_cache(maxsize=64)
def text(version: str, language: str) -> str:
    """Return a version in a language. Raises KeyError for one that does not exist."""
    if language not in CODES or version not in versions():
        raise KeyError(f"no terms {version} in {language}")
    return (PLACE / version / f"{language}.md").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def versions() -> tuple[str, ...]:
    """Return all versions ever released, the oldest first."""
    return tuple(sorted(folder.name for folder in PLACE.iterdir() if folder.is_dir()))


def digest(version: str, language: str) -> str:
    """Return the SHA-256 (hex) of a text, which says later what exactly was accepted."""
    return hashlib.sha256(text(version, language).encode()).hexdigest()


@lru_cache(maxsize=64)
def parts(version: str, language: str) -> tuple[Part, ...]:
    """Return the text as headings ("## "), lists ("- ") and paragraphs, parted by empty lines."""
    return tuple(_part(block) for block in text(version, language).strip().split("\n\n"))


def _part(block: str) -> Part:
    lines = block.strip().split("\n")
    if lines[0].startswith("## "):
        return Part("heading", (lines[0].removeprefix("## "),))
    if all(line.startswith("- ") for line in lines):
        return Part("list", tuple(line.removeprefix("- ") for line in lines))
    return Part("paragraph", (" ".join(lines),))


def needs_consent(user: Any) -> bool:
    """Say whether the person has not accepted the terms in force in an application of hers."""
    from portal.vetting.models import Application

    return not Application.objects.filter(
        applicant=user, terms_version=CURRENT, terms_accepted_at__isnull=False
    ).exists()
