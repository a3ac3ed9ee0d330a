"""The records that come with the product, as the file ``content/records.yaml`` has them. Pure."""

import hashlib
import json
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from community.library import kinds
from portal.markings.labels import Label

SOURCE = Path(__file__).parent / "content" / "records.yaml"
_IDENTITY = uuid.UUID("2b1c6f4e-54d1-5d0f-9b0e-6a3c1f7d8e21")
# How the list says who may read, and the label that says the same here.
ACCESS = {"open": Label.CLEAR, "members": Label.GREEN, "group": Label.AMBER}
TERMS = {
    "regions": kinds.REGION,
    "countries": kinds.COUNTRY,
    "topics": kinds.TOPIC,
    "instruments": kinds.INSTRUMENT,
    "languages": kinds.LANGUAGE,
}


@dataclass(frozen=True)
class ShippedText:
    """One record of the file, in the shape of the tables."""

    number: str
    title: str
    fields: dict[str, Any]
    terms: frozenset[tuple[str, str]]
    summary: str = ""
    related: tuple[str, ...] = field(default=())

    @property
    def public_id(self) -> uuid.UUID:
        """The id in addresses: the same on every site."""
        return uuid.uuid5(_IDENTITY, self.number)


@lru_cache(maxsize=1)
def records() -> tuple[ShippedText, ...]:
    """Return the records of the file in its order. Raises ValueError for what it does not know."""
    rows = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    near: dict[str, set[str]] = defaultdict(set)
    for row in rows:  # related goes both ways, and is written once
        for other in row.get("related", ()):
            near[row["number"]].add(other)
            near[other].add(row["number"])
    return tuple(_record({**row, "related": near[row["number"]]}) for row in rows)


def _record(row: dict[str, Any]) -> ShippedText:
    access = ACCESS[row.pop("access")]
    terms = {(facet, value) for name, facet in TERMS.items() for value in row.pop(name, ())}
    made = ShippedText(
        number=row.pop("number"),
        title=row.pop("title"),
        summary=row.pop("summary", ""),
        related=tuple(sorted(row.pop("related", ()))),
        terms=frozenset(terms),
        fields={
            "label": str(access),
            "asked_for": access == Label.AMBER,
            "body": row.pop("body", ""),
            "symbol": row.pop("symbol", ""),
            "kind": row.pop("kind"),
            "year": row.pop("year", None),
            "dated": row.pop("dated", ""),
            "source_url": row.pop("source_url", ""),
            "reference": row.pop("reference"),
            "title_given": row.pop("title_given"),
            "restricted_to": row.pop("restricted_to", ""),
            "note": row.pop("note", ""),
        },
    )
    if row:
        raise ValueError(f"{made.number} has unknown entries: {sorted(row)}")
    return made


def digest(
    fields: dict[str, Any],
    texts: set[tuple[str, str, str]],
    terms: frozenset[tuple[str, str]],
    related: tuple[str, ...],
) -> str:
    """Return the SHA-256 of what a record says, in hexadecimal."""
    words = [fields, sorted(texts), sorted(terms), list(related)]
    text = json.dumps(words, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of(row: ShippedText) -> str:
    """Return the digest of a record as the file has it."""
    return digest(row.fields, {("en", row.title, row.summary)}, row.terms, row.related)
