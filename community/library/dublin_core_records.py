"""Records in unqualified Dublin Core, read with every bad one named. Pure: no database.

The document is one ``oai_dc:dc``, or anything that holds several of them: an answer of OAI-PMH
(``ListRecords``, ``GetRecord``) or a file of them. Elements are those of the DCMI Metadata Element
Set 1.1; what our own ``/oai`` gives out comes back as it was. Words where the library has codes
(type, subject, coverage) are compared with the names of the codes in every language; a subject or
place nobody knows is left out, as keywords of other libraries are. ``rights`` sets no label.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

from babel.core import get_global
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from community.library import kinds, vocabulary
from community.library.csv_cells import CELLS, Bad
from community.library.csv_records import MOST_BYTES, MOST_ROWS, TEXTS, Fault, Row, Table, whole
from portal.languages.table import CODES

DC = "{http://purl.org/dc/elements/1.1/}"
OAI_DC = "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
WEB = re.compile(r"https?://", re.IGNORECASE)
FACETS = {"subject": ("topics", "instruments"), "coverage": ("regions", "countries")}
COLUMNS = {
    "topics": kinds.TOPIC,
    "instruments": kinds.INSTRUMENT,
    "regions": kinds.REGION,
    "countries": kinds.COUNTRY,
}


def is_xml(data: bytes) -> bool:
    """Say whether a file is meant as XML, and no table."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def parse(data: bytes) -> Table:
    """Return the records of a document as rows; ``line`` is the number of the record. Never
    raises."""
    if len(data) > MOST_BYTES:
        return Table(faults=[Fault(0, "", _("The file is too large."))])
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return Table(faults=[Fault(0, "", _("The file cannot be read as XML."))])
    found = [root] if root.tag == OAI_DC else list(root.iter(OAI_DC))
    if not found:
        return Table(faults=[Fault(0, "", _("There is no record in Dublin Core in this file."))])
    table = Table(by_address=True)
    for number, element in enumerate(found[:MOST_ROWS], start=1):
        row, faults = _row(number, element)
        table.faults.extend(faults)
        if not faults:
            table.rows.append(row)
    if len(found) > MOST_ROWS:
        table.faults.append(Fault(MOST_ROWS + 1, "", _("The file has too many records.")))
    return table


def _row(number: int, element: Element) -> tuple[Row, list[Fault]]:
    values: dict[str, Any] = {}
    faults = []
    for column, cell in _cells(element).items():
        try:
            values[column] = CELLS[TEXTS.get(column, (column,))[0]](cell)
        except Bad as problem:
            faults.append(Fault(number, column, problem.words))
    faults += [Fault(number, column, words) for column, words in whole(values)]
    return Row(number, values), faults


def _cells(element: Element) -> dict[str, str]:
    """Return the cells a table would have for this record."""
    cells = {"title": "", **_texts(element, "title", "title")}
    cells |= _texts(element, "description", "summary")
    dated = next(_said(element, "date"), "")
    year = YEAR.search(dated)
    names = [*_said(element, "publisher"), *_said(element, "creator")]
    marks = list(_said(element, "identifier"))
    cells |= {
        "body": next(iter(names), ""),
        "year": year[1] if year else "",
        "dated": "" if year and dated == year[1] else dated[:100],
        "kind": next((code for text in _said(element, "type") if (code := _kind(text))), "other"),
        "source_url": next(reversed([mark for mark in marks if WEB.match(mark)]), ""),
        "symbol": next((mark for mark in marks if not WEB.match(mark)), ""),
        "languages": "; ".join(filter(None, map(_language, _said(element, "language")))),
    }
    for name, columns in FACETS.items():
        texts = list(_said(element, name))
        for column in columns:
            codes = [code for text in texts if (code := _code(COLUMNS[column], text))]
            cells[column] = "; ".join(dict.fromkeys(codes))
    return cells


def _said(element: Element, name: str) -> Iterator[str]:
    """Yield what the elements of a name say, on one line each."""
    for node in element.iter(DC + name):
        if text := " ".join((node.text or "").split()):
            yield text


def _texts(element: Element, name: str, column: str) -> dict[str, str]:
    """Return the first text of each interface language; without a mark it counts as English."""
    found: dict[str, str] = {}
    for node in element.iter(DC + name):
        code = _interface(node.get(LANGUAGE, ""))
        if code and (text := " ".join((node.text or "").split())):
            found.setdefault(column if code == "en" else f"{column}_{code}", text)
    if column == "title" and "title" not in found and found:
        found["title"] = next(iter(found.values()))  # the only title there is stands for all
    return found


def _interface(mark: str) -> str:
    """Return the interface language of an RFC 5646 mark, "" for another one."""
    code = mark.replace("_", "-").casefold()
    if not code:
        return "en"
    if code.startswith("zh"):
        return "zh-hans"
    return code.partition("-")[0] if code.partition("-")[0] in CODES else ""


def _language(text: str) -> str:
    """Return the two letters of a document's language; three letters and names are understood."""
    code = text.casefold().partition("-")[0]
    code = str(get_global("language_aliases").get(code, code))
    return (
        code if vocabulary.is_known(kinds.LANGUAGE, code) else _code(kinds.LANGUAGE, text) or code
    )


@lru_cache(maxsize=8)
def _names(facet: str) -> dict[str, str]:
    """Return the code of every name a facet's codes have in any language."""
    found: dict[str, str] = {}
    for language in CODES:
        with translation.override(language):
            rows = kinds.KINDS.items() if facet == "kind" else vocabulary.choices(facet)
            for code, name in rows:
                found.setdefault(str(name).casefold(), code)
                found[code.casefold()] = code
    return found


def _code(facet: str, text: str) -> str:
    return _names(facet).get(text.casefold(), "")


def _kind(text: str) -> str:
    return _code("kind", text)
