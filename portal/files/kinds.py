"""The kinds of file that are accepted, and what a file's first bytes say. Pure.

A name only claims a kind; the first bytes must agree here, and the parser of the kind must agree
when the file is written anew (``portal.files.rewriting``). What is not listed is refused: SVG and
HTML may hold script, archives anything, old Office files macros.
"""

import enum
from dataclasses import dataclass
from pathlib import PurePath

import puremagic

from portal.files.reasons import Reason, Refused

HEAD = 4096  # bytes that must be handed to ``check_head``


class Family(enum.StrEnum):
    """Which parser reads it."""

    PDF = "pdf"
    IMAGE = "image"
    TEXT = "text"
    OOXML = "ooxml"
    ODF = "odf"


@dataclass(frozen=True)
class Kind:
    """``name`` is how it is printed ("PDF"); ``stored_as`` the ending after rewriting."""

    ending: str
    name: str
    family: Family
    content_type: str
    stored_as: str


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."


def _kind(ending: str, family: Family, content_type: str, name: str = "", as_: str = "") -> Kind:
    return Kind(ending, name or ending.upper(), family, content_type, as_ or ending)


KINDS: dict[str, Kind] = {
    kind.ending: kind
    for kind in (
        _kind("pdf", Family.PDF, "application/pdf"),
        _kind("jpg", Family.IMAGE, "image/jpeg", "JPEG"),
        _kind("jpeg", Family.IMAGE, "image/jpeg", "JPEG", "jpg"),
        _kind("png", Family.IMAGE, "image/png"),
        _kind("webp", Family.IMAGE, "image/webp", "WebP"),
        _kind("gif", Family.IMAGE, "image/png", "PNG", "png"),  # kept as PNG
        _kind("txt", Family.TEXT, "text/plain; charset=utf-8"),
        _kind("csv", Family.TEXT, "text/csv; charset=utf-8"),
        _kind("docx", Family.OOXML, _OOXML + "wordprocessingml.document"),
        _kind("xlsx", Family.OOXML, _OOXML + "spreadsheetml.sheet"),
        _kind("pptx", Family.OOXML, _OOXML + "presentationml.presentation"),
        _kind("odt", Family.ODF, _ODF + "text"),
        _kind("ods", Family.ODF, _ODF + "spreadsheet"),
        _kind("odp", Family.ODF, _ODF + "presentation"),
    )
}
ALL = frozenset(KINDS)
DOCUMENTS = frozenset(k for k, kind in KINDS.items() if kind.family != Family.IMAGE)
IMAGES = ALL - DOCUMENTS

MACRO_ENDINGS = frozenset(
    ["docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "pptm", "potm", "ppsm", "ppam", "sldm",
     "doc", "xls", "ppt", "dot", "xlt", "pot", "pps"]
)  # fmt: skip
ARCHIVE_ENDINGS = frozenset(
    ["zip", "rar", "7z", "gz", "tgz", "tar", "bz2", "xz", "zst", "cab", "iso", "jar", "apk",
     "img", "dmg", "lzh"]
)  # fmt: skip

# First bytes of each family; RIFF and ZIP say more further on.
_STARTS: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-1.", b"%PDF-2."),
    "jpg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "webp": (b"RIFF",),
    "gif": (b"GIF87a", b"GIF89a"),
}
_ZIP = b"PK\x03\x04"
MARKUP = (b"<!", b"<?", b"<html", b"<svg", b"<script", b"<head", b"<body", b"<iframe", b"<%")
# Of guesses below this puremagic itself is not sure ("MZ is a word" would be a program).
SURE = 0.4


def ending(name: str) -> str:
    """Return the last ending of a file name in lower case, without the dot."""
    return PurePath(name.replace("\\", "/")).suffix.lower().removeprefix(".")


def kind_of(name: str, accepted: frozenset[str] = ALL) -> Kind:
    """Return the kind a name claims. Raises Refused where it is not accepted."""
    claimed = ending(name)
    if claimed in MACRO_ENDINGS:
        raise Refused(Reason.MACROS)
    if claimed in ARCHIVE_ENDINGS:
        raise Refused(Reason.ARCHIVE)
    if claimed not in KINDS or claimed not in accepted:
        raise Refused(Reason.TYPE)
    return KINDS[claimed]


def check_head(kind: Kind, head: bytes) -> None:
    """Raise Refused unless the first bytes are what ``kind`` begins with, at the very start."""
    if not head:
        raise Refused(Reason.EMPTY)
    if kind.family in {Family.OOXML, Family.ODF}:
        fits = head.startswith(_ZIP)
    elif kind.family == Family.TEXT:
        fits = _is_textual(head)
    else:
        fits = head.startswith(_STARTS[kind.stored_as if kind.ending == "jpeg" else kind.ending])
        fits = fits and _agrees(kind, head)
    if not fits:
        raise Refused(Reason.NOT_AS_NAMED)


def _guesses(head: bytes) -> list[puremagic.main.PureMagicWithConfidence]:
    try:
        return puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return []


def _agrees(kind: Kind, head: bytes) -> bool:
    """A second table of first bytes, not ours, must name the same kind."""
    return any(guess.extension.removeprefix(".") == kind.ending for guess in _guesses(head))


def _is_textual(head: bytes) -> bool:
    """Neither mark-up nor the beginning of a kind that another program would open."""
    body = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if body.lower().startswith(MARKUP) or b"\x00" in head:
        return False
    return all(guess.confidence < SURE for guess in _guesses(head))
