"""What a harvester asks, checked against sections 3.6 and 4 of the specification. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

TOKEN = "resumptionToken"  # noqa: S105  the protocol's name of an argument
PREFIX = "oai_dc"

_SET = re.compile(r"[A-Za-z0-9_.!~*'()-]+(:[A-Za-z0-9_.!~*'()-]+)*")
_NAME = re.compile(r"[A-Za-z0-9_.!~*'()-]+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SECOND = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


class OaiError(Exception):
    """An answer of section 3.6: ``code`` is the protocol's, the message is in English."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Verb:
    """The arguments of a verb; a token, where there is one, stands alone."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    resumable: bool = False


_LIST = Verb(frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"}), True)
VERBS: dict[str, Verb] = {
    "Identify": Verb(),
    "ListMetadataFormats": Verb(optional=frozenset({"identifier"})),
    "ListSets": Verb(resumable=True),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
    "GetRecord": Verb(frozenset({"identifier", "metadataPrefix"})),
}


@dataclass(frozen=True)
class Window:
    """Which records a list is of: ``start`` included, ``end`` not, both may be missing."""

    start: datetime | None = None
    end: datetime | None = None
    set_spec: str = ""


def parse(pairs: Iterable[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    """Return the verb and its arguments. Raises OaiError badVerb or badArgument."""
    given = list(pairs)
    verbs = [value for name, value in given if name == "verb"]
    if len(verbs) != 1:
        raise OaiError("badVerb", "Give the argument verb, and give it once.")
    if verbs[0] not in VERBS:
        raise OaiError("badVerb", "There is no such verb.")
    rest = [(name, value) for name, value in given if name != "verb"]
    arguments = dict(rest)
    if len(arguments) != len(rest):
        raise OaiError("badArgument", "An argument is given twice.")
    _check(VERBS[verbs[0]], arguments)
    return verbs[0], arguments


def _check(verb: Verb, arguments: dict[str, str]) -> None:
    names = set(arguments)
    if verb.resumable and TOKEN in names:
        if names != {TOKEN}:
            raise OaiError("badArgument", "A resumptionToken stands alone.")
        return
    if unknown := sorted(names - verb.required - verb.optional):
        raise OaiError("badArgument", f"The verb does not know: {', '.join(unknown)[:200]}.")
    if missing := sorted(verb.required - names):
        raise OaiError("badArgument", f"The verb asks for: {', '.join(missing)}.")
    for name, form in (("set", _SET), ("metadataPrefix", _NAME)):
        if name in arguments and not form.fullmatch(arguments[name]):
            raise OaiError("badArgument", f"The argument {name} has another form.")


def check_prefix(arguments: dict[str, str]) -> None:
    """Return if the format is one we have. Raises OaiError cannotDisseminateFormat."""
    if arguments.get("metadataPrefix") != PREFIX:
        raise OaiError("cannotDisseminateFormat", f"The only format here is {PREFIX}.")


def window(arguments: dict[str, str]) -> Window:
    """Return what a list is of. Raises OaiError badArgument."""
    start, end = _moment(arguments, "from"), _moment(arguments, "until")
    if start and end and start[1] != end[1]:
        raise OaiError("badArgument", "from and until have different granularities.")
    if start and end and start[0] > end[0]:
        raise OaiError("badArgument", "from is later than until.")
    try:
        after = end[0] + end[1] if end else None
    except OverflowError:
        after = None  # the end of the calendar: everything is before it
    return Window(start[0] if start else None, after, arguments.get("set", ""))


def _moment(arguments: dict[str, str], name: str) -> tuple[datetime, timedelta] | None:
    """Return a moment and how long it lasts: a day, or a second."""
    text = arguments.get(name)
    if text is None:
        return None
    day = _DAY.fullmatch(text)
    if not (day or _SECOND.fullmatch(text)):
        raise OaiError("badArgument", f"{name} is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ.")
    form = "%Y-%m-%d" if day else "%Y-%m-%dT%H:%M:%SZ"
    try:
        found = datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        raise OaiError("badArgument", f"{name} is no date.") from None
    return found, timedelta(days=1) if day else timedelta(seconds=1)


def stamp(moment: datetime) -> str:
    """Return a moment as the protocol writes it, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def as_list(found: Window) -> list[Any]:
    """Return a window as plain values, for a token."""
    dates = [moment.isoformat() if moment else None for moment in (found.start, found.end)]
    return [*dates, found.set_spec]


def from_list(values: list[Any]) -> Window:
    """Return the window of ``as_list``."""
    start, end, set_spec = values
    return Window(
        datetime.fromisoformat(start) if start else None,
        datetime.fromisoformat(end) if end else None,
        set_spec,
    )
