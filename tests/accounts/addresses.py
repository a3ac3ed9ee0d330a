"""Every address of the site, walked from the resolver, with plausible values for its arguments."""

import re
import uuid
from collections.abc import Iterator
from re import _constants as op
from re import _parser as parser
from typing import Any

from django.urls import Resolver404, ResolverMatch, URLResolver, get_resolver, resolve
from django.urls.resolvers import LocalePrefixPattern, RoutePattern

VALUES = {"int": "1", "uuid": str(uuid.UUID(int=1)), "slug": "a", "str": "a", "path": "a"}


def _member(members: Any) -> str:
    """One character of a set such as ``[0-9a-f]`` or ``\\w``."""
    kind, value = members[0]
    if kind is op.NEGATE:
        return "a"
    if kind is op.CATEGORY:
        return "1" if value is op.CATEGORY_DIGIT else "a"
    return chr(value if kind is op.LITERAL else value[0])


def _sample(parsed: Any) -> str:
    """A short text that a parsed expression matches: the first of everything, once at least."""
    text = ""
    for kind, value in parsed:
        if kind is op.LITERAL:
            text += chr(value)
        elif kind is op.ANY or kind is op.NOT_LITERAL:
            text += "a"
        elif kind is op.IN:
            text += _member(value)
        elif kind in {op.MAX_REPEAT, op.MIN_REPEAT}:
            text += _sample(value[2]) * max(value[0], min(1, value[1]))
        elif kind is op.SUBPATTERN:
            text += _sample(value[3])
        elif kind is op.BRANCH:
            text += _sample(value[1][0])
    return text


def _filled(pattern: Any) -> str:
    """One address part that the pattern matches."""
    if isinstance(pattern, LocalePrefixPattern):
        return "en/"
    if isinstance(pattern, RoutePattern):
        return re.sub(r"<(?:(\w+):)?(\w+)>", lambda m: VALUES.get(m[1] or "str", "a"), str(pattern))
    return _sample(parser.parse(str(pattern)))


def _walk(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        address = before + _filled(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, address)
        else:
            yield address


def every_address() -> list[tuple[str, str | None, ResolverMatch]]:
    """(address, name, match) of all that there is. Raises AssertionError for one not reached."""
    found, missed = [], []
    for address in dict.fromkeys(_walk(get_resolver())):
        try:
            match = resolve(f"/{address}")
        except Resolver404:
            missed.append(address)
            continue
        found.append((address, match.view_name or None, match))
    assert missed == []
    return found
