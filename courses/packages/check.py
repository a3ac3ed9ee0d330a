"""Judges the content of a pack that could be read. Pure.

Signature::

    check(pack: Pack, glossary: Path | None = None) -> list[Finding]

``pack`` may have labels or UUIDs. Findings come by file and line; blocking ones stop an import,
the others are advice. ``glossary``: a CSV file with a column per language (``zh`` for zh-hans), the
first one English; the pack's own glossary.csv goes before it.
"""

from pathlib import Path

from courses.packages.canonical import resolve
from courses.packages.check_language import check_language
from courses.packages.check_media import check_media
from courses.packages.check_questions import check_questions
from courses.packages.check_sources import check_length, check_sources
from courses.packages.check_structure import check_structure
from courses.packages.check_terms import check_terms
from courses.packages.glossary import read_glossary
from courses.packages.model import Finding, Pack
from courses.packages.units import units


def check(pack: Pack, glossary: Path | None = None) -> list[Finding]:
    """Return everything that is wrong or doubtful."""
    resolved = resolve(pack)
    texts = list(units(pack))
    terms = read_glossary(pack.glossary, glossary)
    findings = [
        *check_structure(resolved),
        *check_media(resolved),
        *check_questions(resolved),
        *check_sources(pack),
        *check_length(pack),
        *check_language(pack, texts),
        *check_terms(texts, terms),
    ]
    return sorted(set(findings), key=lambda f: (f.path, f.line, not f.blocking, f.reason))
