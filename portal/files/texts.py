"""Plain text and tables of text, read whole and written anew. Pure."""

import csv
import re
from pathlib import Path

from portal.files.bounds import Bounds
from portal.files.kinds import MARKUP, Kind
from portal.files.reasons import Reason, Refused

BOM = b"\xef\xbb\xbf"
WHITE = "\t\n\r\f"
MARKUP_ANYWHERE = re.compile(
    rb"<\s*(?:!doctype\s+html|html|svg|script|iframe|object|embed)\b", re.I
)
# What a spreadsheet program would carry out: "=cmd|…", "@SUM(…)", "+cmd|…"; not "-5" or "+221 …".
FORMULA = re.compile(r"\s*(?:=|@\w+\s*\(|[+\-@][^|(]*[|(][^)]*[!)])")
LONGEST_CELL = 1_000_000


def rewrite(source: Path, target: Path, kind: Kind, bounds: Bounds) -> None:
    """Write the text as UTF-8. Raises Refused for other encodings, mark-up and formulas in CSV."""
    content = source.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise Refused(Reason.NOT_UTF8) from problem
    if any(char < " " and char not in WHITE for char in set(text)):
        raise Refused(Reason.NOT_AS_NAMED)
    body = content.removeprefix(BOM)
    if body.lstrip()[:20].lower().startswith(MARKUP) or MARKUP_ANYWHERE.search(body):
        raise Refused(Reason.NOT_AS_NAMED)
    if kind.ending == "csv":
        _check_cells(text)
    mark = BOM if content.startswith(BOM) else b""
    target.write_bytes(mark + text.encode("utf-8"))


def _check_cells(text: str) -> None:
    """Raise Refused where a cell would be carried out as a formula (security.md 7, 1.2.10)."""
    csv.field_size_limit(LONGEST_CELL)
    first = text.split("\n", 1)[0]
    for separator in {",", ";", "\t"} & set(first) or {","}:
        try:
            for row in csv.reader(text.splitlines(), delimiter=separator):
                if any(FORMULA.match(cell) for cell in row):
                    raise Refused(Reason.FORMULAS)
        except csv.Error as problem:
            raise Refused(Reason.BROKEN) from problem
