"""Chooses the parser of a kind. Pure; what it raises beside Refused is treated as broken."""

import importlib
from pathlib import Path

from portal.files.bounds import Bounds
from portal.files.kinds import HEAD, KINDS, Family, check_head
from portal.files.reasons import Reason, Refused

PARSERS = {
    Family.PDF: "portal.files.pdfs",
    Family.IMAGE: "portal.files.images",
    Family.TEXT: "portal.files.texts",
    Family.OOXML: "portal.files.ooxml",
    Family.ODF: "portal.files.odf",
}


def rewrite(source: Path, target: Path, ending: str, bounds: Bounds) -> None:
    """Read ``source`` as the kind of ``ending`` and write it anew to ``target``.

    Raises Refused, also where the result is empty or larger than a file may be.
    """
    kind = KINDS[ending]
    with source.open("rb") as file:
        check_head(kind, file.read(HEAD))
    # A module by its own name, when it is needed: the worker starts anew for every file.
    parser = importlib.import_module(PARSERS[kind.family])
    parser.rewrite(source, target, kind, bounds)
    size = target.stat().st_size
    if not size:
        raise Refused(Reason.EMPTY)
    # A picture grows when it is written as PNG or in better quality; it stays a document's size.
    if size > bounds.document_size:
        raise Refused(Reason.TOO_LARGE)
