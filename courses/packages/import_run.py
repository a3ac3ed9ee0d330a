"""One import: its pack and choices, what it did, and the note of what it wrote."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from wagtail.models import Page

from courses.catalogue.models import ImportedText
from courses.packages.model import Pack


@dataclass
class Report:
    """What an import did: counts by outcome, and the texts left to whoever changed them."""

    counts: Counter[str] = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    def note(self, outcome: str, name: str) -> None:
        self.counts[outcome] += 1
        if outcome == "kept":
            self.kept.append(name)


@dataclass
class Run:
    pack: Pack
    overwrite: bool
    publish: bool
    report: Report
    pages: list[Page] = field(default_factory=list)


def mark_imported(kind: str, key: UUID, language: str, digest: str, region: str = "") -> None:
    """Note what was written last, so that a later edit by a person is seen."""
    ImportedText.objects.update_or_create(
        kind=kind, key=key, language=language, region=region, defaults={"digest": digest}
    )
