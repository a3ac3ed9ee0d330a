"""Tags of the site pages."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django import template
from django.conf import settings
from django.utils import translation
from wagtail.models import Page

from portal.languages.versions import address
from portal.shared.html import without_markup

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


@dataclass(frozen=True)
class Table:
    """A table block as the template needs it: ``rows`` of (cell, words of its column heading)."""

    head: list[Any]
    rows: list[list[tuple[Any, str]]]
    first_is_head: bool


@register.simple_tag
def table_of(block: Any) -> Table:
    """Cut a table block into headings and rows; on phones every cell bears its heading."""
    rows = [list(row["cells"]) for row in block["rows"]]
    has_head = block["header"] in {"row", "both"}
    head = rows.pop(0) if has_head else []
    labels = [without_markup(str(cell)) for cell in head]
    return Table(
        head=head,
        rows=[list(zip_longest(row, labels[: len(row)], fillvalue="")) for row in rows],
        first_is_head=block["header"] in {"column", "both"},
    )
