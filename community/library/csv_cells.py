"""What each cell of a table of records may hold. Pure."""

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.library import kinds, vocabulary
from portal.markings.labels import Label
from portal.shared.text import plain

YES = {"yes": True, "no": False}
# XML and most screens have no picture for these; tab and line ends are for running text only.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("[\t\r\n\u2028\u2029]")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_is_web = URLValidator(schemes=["http", "https"])


class Bad(Exception):
    """A cell that cannot be accepted; ``words`` says why."""

    def __init__(self, words: str | Promise) -> None:
        super().__init__(words)
        self.words = words


def _line(longest: int) -> Callable[[str], str]:
    """Return the reader of one line of text."""

    def read(cell: str) -> str:
        text = _running(longest)(cell)
        if _LINE_END.search(text):
            raise Bad(_("This cell is one line."))
        return text

    return read


def _running(longest: int) -> Callable[[str], str]:
    """Return the reader of running text."""

    def read(cell: str) -> str:
        if _CONTROL.search(cell):
            raise Bad(_("There is a sign in this cell that is no text."))
        text = plain(cell).replace("\r\n", "\n")
        if len(text) > longest:
            raise Bad(_("Use at most %(count)d characters.") % {"count": longest})
        return text

    return read


def _number(cell: str) -> uuid.UUID | None:
    if not cell:
        return None
    try:
        return uuid.UUID(cell)
    except ValueError:
        raise Bad(_("This is no number of a record.")) from None


def _flag(empty: bool) -> Callable[[str], bool]:
    """Return the reader of yes and no; ``empty`` is what an empty cell stands for."""

    def read(cell: str) -> bool:
        if not cell:
            return empty
        if cell.casefold() not in YES:
            raise Bad(_("Write yes or no."))
        return YES[cell.casefold()]

    return read


def _kind(cell: str) -> str:
    if cell not in kinds.KINDS:
        raise Bad(_("There is no such kind of document."))
    return cell


def _year(cell: str) -> int | None:
    if not cell:
        return None
    if not (cell.isascii() and cell.isdecimal() and 1000 <= int(cell[:5]) <= 9999):
        raise Bad(_("Write a year in four digits."))
    return int(cell)


def _address(cell: str) -> str:
    text = _line(1000)(cell)
    if text:
        try:
            _is_web(text)
        except ValidationError:
            raise Bad(_("This is no address that begins with http or https.")) from None
    return text


def _codes(facet: str) -> Callable[[str], list[str]]:
    """Return the reader of several codes of a facet."""

    def read(cell: str) -> list[str]:
        codes = list(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip()))
        for code in codes:
            if not vocabulary.is_known(facet, code):
                raise Bad(_("Nobody knows this code: %(code)s") % {"code": code[:40]})
        return codes

    return read


def _slugs(cell: str) -> list[str]:
    names = list(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip()))
    if not all(_SLUG.fullmatch(name) and len(name) <= 100 for name in names):
        raise Bad(_("A course is named as in its address."))
    return names


def _label(cell: str) -> str:
    name = cell.upper().removeprefix("TLP:")
    if name and name not in set(Label):
        raise Bad(_("There is no such label."))
    return name


CELLS: Mapping[str, Callable[[str], Any]] = {
    "id": _number,
    "title": _line(500),
    "summary": _running(10_000),
    "title_given": _flag(True),
    "body": _line(300),
    "symbol": _line(200),
    "kind": _kind,
    "year": _year,
    "dated": _line(100),
    "source_url": _address,
    "restricted_to": _line(200),
    "asked_for": _flag(False),
    "courses": _slugs,
    "note": _running(10_000),
    "reference": _running(10_000),
    "languages": _codes(kinds.LANGUAGE),
    "regions": _codes(kinds.REGION),
    "countries": _codes(kinds.COUNTRY),
    "topics": _codes(kinds.TOPIC),
    "instruments": _codes(kinds.INSTRUMENT),
    "label": _label,
}
