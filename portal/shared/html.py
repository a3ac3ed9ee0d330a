"""HTML from people: the one place where it is cleaned, and the one where text becomes mark-up.

Cleaning happens when text is written. bleach cleans and makes links; nh3, another parser, has the
last word with the same allow-list, so that what one parser misreads the other removes. bleach gets
no more security releases: taking it out means changing ``clean`` here and nothing else.
"""

import re
from collections.abc import MutableMapping
from html import unescape
from typing import Any

import nh3
from bleach.linkifier import LinkifyFilter
from bleach.sanitizer import Cleaner
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from portal.shared.text import found_at, plain

_INLINE = {"a", "abbr", "b", "bdi", "br", "code", "dfn", "em", "i", "q", "strong", "sub", "sup"}
_BLOCKS = {"blockquote", "dd", "dl", "dt", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "ul"}
_TABLES = {"caption", "table", "tbody", "td", "th", "thead", "tr"}
TAGS = frozenset(_INLINE | _BLOCKS | _TABLES)
ATTRIBUTES: dict[str, frozenset[str]] = {
    "*": frozenset({"lang", "dir"}),
    "a": frozenset({"href"}),
    "abbr": frozenset({"title"}),
    "ol": frozenset({"start"}),
    "th": frozenset({"scope"}),
}
SCHEMES = frozenset({"https", "mailto"})
REL = "nofollow noopener noreferrer"

_VALUES = {
    "lang": re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "start": re.compile(r"\d{1,4}"),
    "scope": re.compile(r"row|col"),
    "title": re.compile(r"[^<>]{0,200}", re.DOTALL),
}
# One slash and then no second one: "//host" and "/\host" lead to another site.
_ADDRESS = re.compile(r"(?:https://[^\s<>\\]+|mailto:[^\s<>\\]+|/(?![/\\])[^\s<>\\]*|#[\w.-]*)")


def allowed_address(address: str) -> bool:
    """Whether a link may lead to ``address``: https, mailto, a path of this site or ``#anchor``."""
    return _ADDRESS.fullmatch(address) is not None


def _allowed(tag: str, name: str, value: str) -> bool:
    if name not in ATTRIBUTES.get(tag, ()) and name not in ATTRIBUTES["*"]:
        return False
    if name == "href":
        return allowed_address(value)
    return _VALUES[name].fullmatch(value) is not None


def _checked(tag: str, name: str, value: str) -> str | None:
    if name == "rel" and value == REL:  # nh3 has just set it
        return value
    return value if _allowed(tag, name, value) else None


def _only_https(
    attributes: MutableMapping[Any, str], new: bool = False
) -> MutableMapping[Any, str] | None:
    """Make a link of an address in the text only where the allow-list would keep it."""
    return attributes if allowed_address(attributes.get((None, "href"), "")) else None


_cleaner = Cleaner(
    tags=TAGS,
    attributes=_allowed,
    protocols=SCHEMES,
    strip=True,
    strip_comments=True,
    filters=[
        lambda source: LinkifyFilter(
            source, callbacks=[_only_https], skip_tags={"pre", "code"}, parse_email=False
        )
    ],
)


def clean(source: str) -> str:
    """Return ``source`` with nothing in it but the allow-list, web addresses made into links.

    Marks that change the direction of text are removed, joiners stay. Cleaning twice gives the
    same as cleaning once. Never raises for any text.
    """
    once = _cleaner.clean(plain(source).replace("\x00", ""))
    twice = nh3.clean(
        once,
        tags=set(TAGS),
        clean_content_tags={"script", "style", "template", "noscript", "svg", "math", "iframe"},
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_checked,
        link_rel=REL,
        url_schemes=set(SCHEMES),
        strip_comments=True,
    )
    return plain(twice)


def without_markup(source: str) -> str:
    """Return the words of ``source`` alone, on one line."""
    spaced = re.sub(r"<(?=[/a-zA-Z])", " <", source)
    bare = nh3.clean(spaced, tags=set(), clean_content_tags={"script", "style", "template"})
    return plain(" ".join(unescape(bare).split()))


def cleaned(html: str) -> SafeString:
    """Mark text that ``clean`` has written as ready to be shown. For nothing else."""
    return mark_safe(html)  # noqa: S308  the only place; its input was cleaned on write


def excerpt(text: str, terms: list[str], length: int = 220) -> SafeString:
    """Return the piece of plain ``text`` around the first word found, every hit in ``<mark>``.

    ``terms`` are in the form of ``portal.shared.text.search_terms``. ``length`` is in characters.
    """
    hits = found_at(text, terms)
    start = max(0, hits[0][0] - length // 3) if hits else 0
    if start:
        start = text.find(" ", start, hits[0][0]) + 1 or start
    end = min(len(text), start + length)
    parts, at = ["… " if start else ""], start
    for begin, stop in hits:
        if begin >= at and stop <= end:
            parts += [escape(text[at:begin]), "<mark>", escape(text[begin:stop]), "</mark>"]
            at = stop
    parts += [escape(text[at:end]), " …" if end < len(text) else ""]
    return cleaned("".join(parts))
