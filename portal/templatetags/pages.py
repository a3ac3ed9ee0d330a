"""Tags of the site pages."""

from django import template
from django.conf import settings
from django.utils import translation
from wagtail.models import Page

from portal.languages.versions import address

register = template.Library()


@register.simple_tag
def address_of(page: Page | None, written: str = "") -> str:
    """Return where a link of a page leads for this reader.

    A page is shown in the reader's language or the nearest one at its address. A path written
    without a language gets the reader's; every other address stays as it is.
    """
    code = translation.get_language() or settings.LANGUAGE_CODE
    if page is not None:
        return address(page, code)
    return f"/{code}{written}" if written.startswith("/") else written


@register.filter
def heads_row(header: str) -> bool:
    """Whether the first row of a table holds headings."""
    return header in {"row", "both"}


@register.filter
def heads_column(header: str) -> bool:
    """Whether the first cell of each row is a heading."""
    return header in {"column", "both"}
