"""Where statements come from, as text: ``002 ¶11 secretariat 2014-05; 004 ¶5 rec. 27 …``. Pure."""

import re
from collections.abc import Iterable

from courses.packages.model import Source

DOCUMENTS = ("000", "001", "002", "003", "004")
WEIGHTS = ("recommendation", "speaker", "secretariat", "draft")

_ONE = re.compile(r"(\S+) (.{1,60}) (\S+) (\d{4}(?:-(?:0[1-9]|1[0-2]))?)", re.ASCII)


class SourceError(ValueError):
    """A text that names no source; the message says why."""


def parse_sources(text: str) -> tuple[Source, ...]:
    """Return the sources in a text. Raises SourceError."""
    return tuple(_parse(part.strip()) for part in text.split(";") if part.strip())


def _parse(text: str) -> Source:
    match = _ONE.fullmatch(re.sub(r"[ \u00a0]+", " ", text))
    if match is None:
        raise SourceError(
            f"“{text[:80]}” is not a source; it reads: document, paragraph, weight, year or"
            " year-month, for example 002 ¶11 secretariat 2014-05"
        )
    document, paragraph, weight, as_of = match.groups()
    if document not in DOCUMENTS:
        raise SourceError(f"“{document[:20]}” is none of the documents {', '.join(DOCUMENTS)}")
    if weight not in WEIGHTS:
        raise SourceError(f"“{weight[:20]}” is no weight; one of: {', '.join(WEIGHTS)}")
    return Source(document, paragraph.strip(), weight, as_of)


def write_sources(sources: Iterable[Source]) -> str:
    """Return the sources as one text."""
    return "; ".join(f"{s.document} {s.paragraph} {s.weight} {s.as_of}" for s in sources)
