"""The words of a document, for searching: read in the worker, written as one JSON object. Pure.

Nothing is recognised from pictures: a scanned document has no words, and the result says so.
"""

import json
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import defusedxml.ElementTree as Tree
import pypdf
from pypdf.errors import PyPdfError

from portal.files.bounds import Bounds
from portal.files.kinds import KINDS, Family, Kind
from portal.files.reasons import Reason, Refused

LONGEST = 2_000_000  # characters that are kept
LEAST = 20  # letters below which a page of a PDF is a picture
PATIENCE = 0.8  # of the time allowed, after which what has been read so far must do
LETTERS = re.compile(r"\w")
# What cannot be stored or seen: control characters, halves of pairs.
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
PARTS = {
    "docx": re.compile(r"word/(document|footnotes|endnotes)\.xml"),
    "pptx": re.compile(r"ppt/(slides|notesSlides)/[^/]+\.xml"),
    "xlsx": re.compile(r"xl/sharedStrings\.xml"),
    "odt": re.compile(r"content\.xml"),
    "ods": re.compile(r"content\.xml"),
    "odp": re.compile(r"content\.xml"),
}
PARAGRAPHS = frozenset({"p", "h", "si"})


def extract(source: Path, target: Path, ending: str, bounds: Bounds) -> None:
    """Write ``{"text", "pages", "has_text"}``; ``pages`` is null where a kind has none.

    Raises Refused where the document cannot be read at all; a page that cannot is left out.
    """
    kind = KINDS[ending]
    until = time.monotonic() + bounds.seconds * PATIENCE
    pages, least = 0, 1
    if kind.family == Family.PDF:
        parts = _pdf(source, until)
        pages, least = len(parts), LEAST
    elif kind.family == Family.TEXT:
        parts = [source.read_text("utf-8-sig", "replace")]
    else:
        parts = _office(source, kind, bounds)
    found = {
        "text": UNSTORABLE.sub(" ", "\n\n".join(part.strip() for part in parts))[:LONGEST],
        "pages": pages or None,
        "has_text": any(len(LETTERS.findall(part)) >= least for part in parts),
    }
    target.write_text(json.dumps(found), "utf-8")


def _pdf(source: Path, until: float) -> list[str]:
    """Return the text of each page; "" for those that time did not reach."""
    try:
        reader = pypdf.PdfReader(source)
        count = len(reader.pages)
    except (PyPdfError, ValueError, TypeError, KeyError, RecursionError) as problem:
        raise Refused(Reason.BROKEN) from problem
    found, kept = [""] * count, 0
    for place in range(count):
        if time.monotonic() > until or kept > LONGEST:
            break
        found[place] = _page(reader, place)
        kept += len(found[place])
    return found


def _page(reader: pypdf.PdfReader, place: int) -> str:
    """Return the text of a page; one that a parser stumbles over costs that page alone."""
    try:
        return reader.pages[place].extract_text()
    except MemoryError:
        raise
    except Exception:
        return ""


def _office(source: Path, kind: Kind, bounds: Bounds) -> list[str]:
    """Return the text of the parts that people read. The file was checked on its way in."""
    found = []
    with zipfile.ZipFile(source) as archive:
        rows = [row for row in archive.infolist() if PARTS[kind.ending].fullmatch(row.filename)]
        if sum(row.file_size for row in rows) > bounds.unpacked:
            raise Refused(Reason.HEAVY)
        for row in sorted(rows, key=lambda row: (len(row.filename), row.filename)):
            with archive.open(row) as part:
                found.append(_words(part, kind))
    return ["\n".join(found)]


def _words(part: IO[bytes], kind: Kind) -> str:
    """Return the paragraphs of one part, a line each."""
    lines = []
    for row in Tree.parse(part, forbid_dtd=True).getroot().iter():
        if _name(row) in PARAGRAPHS:
            words = row.itertext() if kind.family == Family.ODF else _runs(row)
            lines.append("".join(words))
    return "\n".join(lines)


def _runs(paragraph: Any) -> Iterator[str]:
    """Yield what is shown of a paragraph of Office Open XML; not the codes of its fields."""
    for row in paragraph.iter():
        if _name(row) == "t":
            yield row.text or ""


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
