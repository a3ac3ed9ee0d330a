"""What inside an office document runs or fetches something when it is opened. Pure."""

import re

from portal.files.links import is_plain_link
from portal.files.markup import Reader, local
from portal.files.reasons import Reason, Refused

# Word fields whose result comes from outside, or whose name is put together while reading.
FETCHING_FIELDS = frozenset(
    {"DDE", "DDEAUTO", "INCLUDE", "INCLUDETEXT", "INCLUDEPICTURE", "IMPORT", "LINK", "RD",
     "DATABASE", "EMBED", "QUOTE"}
)  # fmt: skip
FETCHING_FUNCTIONS = re.compile(
    r"\b(?:WEBSERVICE|CALL|REGISTER(?:\.ID)?|EXEC|RTD|IMAGE)\s*\(|\w\|'|\w\|[^\"!]*!", re.IGNORECASE
)
FORMULAS = frozenset({"f", "formula1", "formula2", "definedName"})
WATCHED = FORMULAS | {"instrText", "style"}
ADDRESS = re.compile(r'"([^"]*)"')


class Checker:
    """Looks at one part. Raises Refused at the first thing that may not stay."""

    def __init__(self) -> None:
        self._fields: list[list[str]] = []  # open Word fields, one inside the other
        self.reader = Reader(self._start, self._text, WATCHED)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = local(name)
        if kind in {"OLEObject", "oleObject", "ddeLink"}:
            raise Refused(Reason.EMBEDDED)
        if kind in {"altChunk", "subDoc"}:
            raise Refused(Reason.REMOTE)
        if kind in {"script", "foreignObject"}:  # of a drawing (SVG)
            raise Refused(Reason.MACROS)
        if kind == "fldChar":
            self._mark(attributes)
        if kind == "fldSimple":
            check_field(next((v for k, v in attributes.items() if local(k) == "instr"), ""))
        _check_attributes(name, attributes)

    def _mark(self, attributes: dict[str, str]) -> None:
        mark = next((v for k, v in attributes.items() if local(k) == "fldCharType"), "")
        if mark == "begin":
            self._fields.append([])
        elif mark == "end" and self._fields:
            check_field("".join(self._fields.pop()))

    def _text(self, name: str, text: str) -> None:
        kind = local(name)
        if kind == "instrText":
            if self._fields:
                self._fields[-1].append(text)
            else:
                check_field(text)
        elif kind in FORMULAS and FETCHING_FUNCTIONS.search(text):
            raise Refused(Reason.REMOTE)

    def finish(self) -> None:
        """Look at fields that were never closed."""
        for field in self._fields:
            check_field("".join(field))


def check_field(field: str) -> None:
    """Raise Refused for a Word field that fetches, or whose kind cannot be told."""
    words = field.split()
    kind = words[0].upper() if words else ""
    if not kind or kind in FETCHING_FIELDS:
        raise Refused(Reason.REMOTE)
    if kind == "HYPERLINK" and "\\L" not in field.upper():
        found = ADDRESS.search(field)
        if found and not is_plain_link(found.group(1)):
            raise Refused(Reason.REMOTE)


def _check_attributes(name: str, attributes: dict[str, str]) -> None:
    if attributes.get("macro", "").strip():  # a shape that runs one
        raise Refused(Reason.MACROS)
    action = attributes.get("action", "")
    if action.startswith("ppaction://") and ("program" in action or "macro" in action):
        raise Refused(Reason.MACROS)
    if "2000/svg" in name:
        _check_drawing(attributes)
    if "schemas-microsoft-com:vml" in name and "src" in attributes:
        raise Refused(Reason.REMOTE)


def _check_drawing(attributes: dict[str, str]) -> None:
    for key, value in attributes.items():
        if local(key).lower().startswith("on"):
            raise Refused(Reason.MACROS)
        is_inner = value.startswith(("#", "data:image/"))
        if (local(key) == "href" and not is_inner) or "url(" in value.replace("url(#", ""):
            raise Refused(Reason.REMOTE)
