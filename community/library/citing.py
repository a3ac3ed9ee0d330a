"""Citations of a record: a line of text, BibTeX and RIS. Pure.

BibTeX: entry types and fields of its standard styles; text stays UTF-8 (biber and BibTeX 0.99d
with UTF-8 styles read it), signs that TeX takes for commands are written so that they are printed.
RIS: two letters, two spaces, a hyphen, a space, one line a field, CR LF at the end of lines.
"""

import re
import unicodedata
from dataclasses import dataclass

from portal.shared.text import plain

TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip
# Kinds for which both formats have a better word than "some document".
BIBTEX = {"study": "techreport", "report": "techreport", "issue-paper": "techreport",
          "research-paper": "techreport", "working-paper": "techreport", "handbook": "manual",
          "guideline": "manual", "toolkit": "manual", "sop": "manual"}  # fmt: skip
RIS = {"study": "RPRT", "report": "RPRT", "issue-paper": "RPRT", "research-paper": "RPRT",
       "working-paper": "RPRT", "handbook": "BOOK", "web": "ELEC", "data": "DATA", "film": "VIDEO",
       "digest": "CASE", "case-law": "CASE", "instrument": "STAT", "model-law": "STAT"}  # fmt: skip
# No colon or comma: both mean something in the keys and lists of other programs.
_NOT_A_KEY = re.compile(r"[^A-Za-z0-9-]+")


@dataclass(frozen=True)
class Citation:
    """What a citation is made of. ``language`` is a code of RFC 5646, ``number`` the record's id.

    ``given`` is False where the title is a description of our own: it then stands in brackets.
    """

    title: str
    body: str = ""
    symbol: str = ""
    year: str = ""
    kind: str = "other"
    kind_name: str = ""
    language: str = "en"
    url: str = ""
    number: str = ""
    given: bool = True

    @property
    def shown_title(self) -> str:
        """The title, in brackets where nobody gave it."""
        return _line(self.title) if self.given else f"[{_line(self.title)}]"


def as_text(row: Citation) -> str:
    """Return one line: publisher, title, symbol, year, address; what is unknown is left out."""
    head = f"{_line(row.body)}, " if row.body else ""
    tail = ", ".join(_line(part) for part in (row.symbol, row.year) if part)
    text = f"{head}{row.shown_title}{f' ({tail})' if tail else ''}."
    return f"{text} {_address(row.url)}" if row.url else text


def as_bibtex(row: Citation) -> str:
    """Return a BibTeX entry."""
    year = re.search(r"\d{4}", row.year)
    address = _address(row.url)
    fields = {
        # A second pair of braces keeps capitals as they are, and the body one name.
        "title": f"{{{_tex(row.shown_title)}}}",
        "author": f"{{{_tex(row.body)}}}" if row.body else "",
        "institution": _tex(row.body) if BIBTEX.get(row.kind) == "techreport" else "",
        "number": _tex(row.symbol),
        "year": year.group() if year else "",
        "note": "" if year and year.group() == row.year else _tex(row.year),
        "type": _tex(row.kind_name),
        "language": _tex(row.language),
        "url": address.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C"),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{BIBTEX.get(row.kind, 'misc')}{{{_key(row)},", *lines, "}", ""])


def as_ris(row: Citation) -> str:
    """Return an RIS record, lines ended by CR LF."""
    year = re.search(r"\d{4}", row.year)
    fields = [
        ("TY", RIS.get(row.kind, "GEN")),
        ("TI", row.shown_title),
        ("AU", f"{_line(row.body)}," if row.body else ""),
        ("PB", row.body),
        ("PY", year.group() if year else ""),
        ("N1", "" if year and year.group() == row.year else row.year),
        ("M1", row.symbol),
        ("M3", row.kind_name),
        ("LA", row.language),
        ("UR", _address(row.url)),
        ("ID", row.number),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in fields if _line(value)]
    return "\r\n".join([*lines, "ER  - ", ""])


FORMS = {
    "txt": (as_text, "text/plain"),
    "bib": (as_bibtex, "application/x-bibtex"),
    "ris": (as_ris, "application/x-research-info-systems"),
}


def _line(text: str) -> str:
    """Return text on one line without control signs: no text begins a field of its own."""
    ends = {"Cc", "Zl", "Zp"}
    signs = (" " if unicodedata.category(sign) in ends else sign for sign in text)
    return " ".join(plain("".join(signs)).split())


def _tex(text: str) -> str:
    return "".join(TEX.get(sign, sign) for sign in _line(text))


def _address(url: str) -> str:
    return "".join(_line(url).split())


def _key(row: Citation) -> str:
    words = _NOT_A_KEY.sub("-", unicodedata.normalize("NFKD", f"{row.body} {row.year}"))
    return "-".join(part for part in (words.strip("-")[:40].strip("-"), row.number[-12:]) if part)
