"""Reads the XML parts of office documents as a stream: no DTD, no entities, bounded depth. Pure."""

from collections.abc import Callable, Iterable
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from portal.files.reasons import Reason, Refused

DEEPEST = 250
Start = Callable[[str, dict[str, str]], None]
Text = Callable[[str, str], None]


def local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rsplit("}", 1)[-1].rsplit(" ", 1)[-1]


class Reader:
    """Feeds a part through expat. ``on_start(name, attributes)`` gets names as ``namespace name``.

    ``on_text(name, text)`` gets the text of elements whose local name is in ``watched``.
    Raises Refused for a DTD, for what is not well formed, and for elements too deep.
    """

    def __init__(self, on_start: Start, on_text: Text, watched: frozenset[str]) -> None:
        self._on_start, self._on_text, self._watched = on_start, on_text, watched
        self._path: list[str] = []
        self._text: list[str] = []
        self._parser = expat.ParserCreate("utf-8", " ")  # whatever it says
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._no_dtd
        self._parser.EntityDeclHandler = self._no_dtd
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def read(self, pieces: Iterable[bytes]) -> None:
        """Read the whole part."""
        try:
            for piece in pieces:
                self._parser.Parse(piece, False)
            self._parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError) as problem:
            raise Refused(Reason.BROKEN) from problem

    def _no_dtd(self, *_: object) -> None:
        raise Refused(Reason.BROKEN)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        if len(self._path) > DEEPEST:
            raise Refused(Reason.HEAVY)
        self._text = []
        self._on_start(name, attributes)

    def _characters(self, text: str) -> None:
        if local(self._path[-1]) in self._watched:
            self._text.append(text)

    def _end(self, name: str) -> None:
        self._path.pop()
        if local(name) in self._watched:
            self._on_text(name, "".join(self._text))
        self._text = []


def element(name: str, attributes: dict[str, str], kept: frozenset[str]) -> str:
    """Write an empty element with those of its attributes that are ``kept``."""
    rows = [f" {key}={quoteattr(value)}" for key, value in attributes.items() if key in kept]
    return f"<{name}{''.join(rows)}/>"
