"""Tags of the page frame: where the same content stands in the other languages."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.utils import translation

from portal.languages.table import CODES, LANGUAGES

register = template.Library()


@dataclass(frozen=True)
class LanguageLink:
    """One entry of the language menu."""

    code: str
    name: str
    direction: str
    url: str
    current: bool


def address_in(path: str, code: str) -> str:
    """Return ``path`` with its language prefix replaced by ``code``.

    A path without a language prefix leads to that language's home page, because nothing says
    what its counterpart would be.
    """
    first, _, rest = path.lstrip("/").partition("/")
    return f"/{code}/{rest}" if first in CODES else f"/{code}/"


def language_addresses(request: HttpRequest) -> dict[str, str]:
    """Return ``{language code: address of the same content}``, the query kept.

    A view that knows better (a page whose translation has another path) sets
    ``request.language_urls``; languages it leaves out fall back to the replaced prefix.
    """
    known: dict[str, str] = getattr(request, "language_urls", None) or {}
    query = request.META.get("QUERY_STRING", "")
    addresses = {}
    for code in CODES:
        address = known.get(code) or address_in(request.path, code)
        if query and not urlsplit(address).query:
            address = f"{address}?{query}"
        addresses[code] = address
    return addresses


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[LanguageLink]:
    """Return the entries of the language menu, in the order of the language table."""
    request = context.get("request")
    current = translation.get_language() or settings.LANGUAGE_CODE
    addresses = language_addresses(request) if request else {code: f"/{code}/" for code in CODES}
    return [
        LanguageLink(row.code, row.name, row.direction, addresses[row.code], row.code == current)
        for row in LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def current_if(context: Context, address: str) -> str:
    """Return the ``aria-current`` of a menu entry: ``page`` at ``address``, ``true`` below it."""
    request = context.get("request")
    if request is None or not address:
        return ""
    if request.path == address:
        return "page"
    return "true" if request.path.startswith(address) else ""
