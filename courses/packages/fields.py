"""What a value in a YAML text may be: small checks that give the canonical value back. Pure.

A check takes a value and its Place, notes every fault there, and returns the canonical value, or
``BAD`` where there is none.
"""

import re
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from courses.packages.report import Place

Check = Callable[[Any, Place], Any]

BAD: Any = object()
_NO_DEFAULT: Any = object()

LABEL = re.compile(r"@[A-Za-z0-9][A-Za-z0-9.-]{0,59}")
UUID_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
REGION = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CODE = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")
MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


def bad(place: Place, reason: str) -> Any:
    """Note a fault and return ``BAD``."""
    place.fault(reason)
    return BAD


def words(value: Any, place: Place) -> Any:
    """One line of text, not empty. Numbers, true and false are taken as they are written."""
    if isinstance(value, bool):
        value = "true" if value else "false"
    if isinstance(value, int):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        return bad(place, "must be text")
    if "\n" in value.strip():
        return bad(place, "must be one line")
    return value.strip()


def paragraphs(value: Any, place: Place) -> Any:
    """Text of one or more lines."""
    if not isinstance(value, str) or not value.strip():
        return bad(place, "must be text")
    return "\n".join(line.rstrip() for line in value.strip().split("\n"))


def pattern(regex: re.Pattern[str], what: str) -> Check:
    """Text that matches ``regex`` as a whole; ``what`` says what it should be."""

    def check(value: Any, place: Place) -> Any:
        value = words(value, place)
        if value is BAD or regex.fullmatch(value):
            return value
        return bad(place, f"“{value[:80]}” is not {what}")

    return check


def is_identity(value: str) -> bool:
    """Whether ``value`` is a label such as ``@first-contact``, or a UUID."""
    if LABEL.fullmatch(value):
        return True
    return UUID_TEXT.fullmatch(value) is not None and str(UUID(value)) == value


def identity(value: Any, place: Place) -> Any:
    """A label or a UUID."""
    value = words(value, place)
    if value is BAD or is_identity(value):
        return value
    return bad(place, f"“{value[:80]}” is neither a label (@name) nor a UUID in lower case")


def uuid(value: Any, place: Place) -> Any:
    """A UUID in lower case."""
    value = words(value, place)
    if value is BAD or (UUID_TEXT.fullmatch(value) and is_identity(value)):
        return value
    return bad(place, "must be a UUID in lower case")


def whole(low: int, high: int, none: bool = False) -> Check:
    """A whole number from ``low`` to ``high``; ``none`` allows null."""

    def check(value: Any, place: Place) -> Any:
        if none and value is None:
            return None
        if isinstance(value, str) and value.isdecimal() and value.isascii():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            return bad(place, f"must be a whole number from {low} to {high}")
        return value

    return check


def flag(value: Any, place: Place) -> Any:
    """true or false."""
    return value if isinstance(value, bool) else bad(place, "must be true or false")


def choice(*options: str, none: bool = False) -> Check:
    """One of ``options``."""

    def check(value: Any, place: Place) -> Any:
        if none and value is None:
            return None
        value = words(value, place)
        if value is BAD or value in options:
            return value
        return bad(place, f"“{value[:80]}” is none of: {', '.join(options)}")

    return check


def optional(inner: Check) -> Check:
    """``inner``, or null."""
    return lambda value, place: None if value is None else inner(value, place)


def fraction(value: Any, place: Place) -> Any:
    """A share of the mark, -1 to 1, written as ``'1/4'`` or ``'0.25'``; returned as ``'1/4'``."""
    value = words(value, place)
    if value is BAD:
        return BAD
    if not re.fullmatch(r"-?\d{1,3}(?:/[1-9]\d{0,2}|\.\d{1,6})?", value, re.ASCII):
        return bad(place, f"“{value[:80]}” is not a fraction such as 1/4")
    share = Fraction(value)
    return str(share) if -1 <= share <= 1 else bad(place, "must lie between -1 and 1")


def list_of(inner: Check, least: int = 0) -> Check:
    """A list whose items all pass ``inner``."""

    def check(value: Any, place: Place) -> Any:
        if not isinstance(value, list):
            return bad(place, "must be a list")
        if len(value) < least:
            return bad(place, f"must have at least {least} entries")
        items = [inner(item, place.sub(at)) for at, item in enumerate(value)]
        return BAD if any(item is BAD for item in items) else items

    return check


def by_language(inner: Check = words) -> Check:
    """A text per language of the pack, in the pack's order of languages."""

    def check(value: Any, place: Place) -> Any:
        if not isinstance(value, dict) or not value:
            return bad(place, "must give a text per language")
        for language in set(value) - set(place.languages):
            place.sub(language).fault(f"“{language[:20]}” is not a language of this pack")
        found = {
            language: inner(value[language], place.sub(language))
            for language in place.languages
            if language in value
        }
        source = place.languages[0]
        if source not in found:
            return bad(place, f"the text in the source language ({source}) is missing")
        return BAD if any(text is BAD for text in found.values()) else found

    return check


@dataclass(frozen=True)
class Field:
    """A key of a map: its check, its default if it may be left out, whether it is translated."""

    name: str
    check: Check
    default: Any = _NO_DEFAULT
    translated: bool = False
    drop: Any = _NO_DEFAULT  # a value that is the same as leaving the key out

    @property
    def required(self) -> bool:
        return self.default is _NO_DEFAULT and self.drop is _NO_DEFAULT


def mapping(*fields: Field) -> Check:
    """A map with exactly these keys; returned in this order, with the defaults filled in."""
    known = {field.name: field for field in fields}

    def check(value: Any, place: Place) -> Any:
        if not isinstance(value, dict):
            return bad(place, "must be a map of keys and values")
        whole_map = True
        for key in value:
            if key not in known:
                place.sub(key).fault(f"this key is not known here (known: {', '.join(known)})")
                whole_map = False
        found: dict[str, Any] = {}
        for name, field in known.items():
            if name not in value:
                if field.required:
                    place.fault(f"“{name}” is missing")
                    whole_map = False
                elif field.default is not _NO_DEFAULT:
                    found[name] = copy(field.default)
                continue
            found[name] = field.check(value[name], place.sub(name))
            whole_map = whole_map and found[name] is not BAD
            if field.drop is not _NO_DEFAULT and found[name] == field.drop:
                del found[name]
        return found if whole_map else BAD

    return check


def translated(fields: Iterable[Field]) -> list[Field]:
    """Return the fields a translation has; all of them may be left out only if the source may."""
    return [field for field in fields if field.translated]
