"""References and dates in the reader's language."""

import re
from typing import Any

from babel.dates import format_skeleton
from django.utils import translation
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, pgettext

from courses.catalogue import kinds

_PATTERN = re.compile(
    r"^¶(?P<number>\d+)(?P<letter>\([a-z]\))?(?: rec\. (?P<rec>\d+)(?P<sub>\([a-z]\))?)?$"
)


def babel_locale() -> str:
    """Return the current interface language as Babel writes it."""
    code = translation.get_language() or "en"
    return {"zh-hans": "zh_Hans"}.get(code, code)


def paragraph(reference: str) -> str:
    """Return “¶5 rec. 27” as words: “paragraph 5, recommendation 27”."""
    if match := _PATTERN.match(reference):
        number = match["number"] + (match["letter"] or "")
        if match["rec"]:
            return gettext("paragraph %(number)s, recommendation %(rec)s") % {
                "number": number,
                "rec": match["rec"] + (match["sub"] or ""),
            }
        return gettext("paragraph %(number)s") % {"number": number}
    if reference.startswith("preamble "):
        return gettext("preambular paragraph %(number)s") % {"number": reference[9:]}
    if reference.startswith("fn "):
        return gettext("footnote %(number)s") % {"number": reference[3:]}
    if reference == "Annex":
        return pgettext("of a document", "annex")
    return reference


def month(value: str) -> str:
    """Return “2014-05” as “May 2014” in the reader's language; a bare year stays a year."""
    day = parse_date(f"{value}-01") if re.fullmatch(r"\d{4}-\d{2}", value) else None
    if day is None:
        return value
    return format_skeleton("yMMMM", day, locale=babel_locale())


def source(value: dict[str, Any]) -> dict[str, str]:
    """Return a source as the four things a reader is told."""
    weights = dict(kinds.WEIGHTS)
    return {
        "document": str(kinds.DOCUMENTS.get(value["document"], value["document"])),
        "paragraph": paragraph(value["paragraph"]),
        "weight": str(weights.get(value["weight"], value["weight"])),
        "as_of": month(value["as_of"]),
    }
