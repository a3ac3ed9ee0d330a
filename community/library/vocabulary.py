"""The codes that describe a record, and their names in the reader's language.

Regions are those the sources name, beside the groups of ``portal.organisations.regions``;
countries are ISO 3166-1 alpha-2 and languages ISO 639, both named by CLDR (Babel). Topics are the
sections of ``publications.md``; instruments are the treaties and political instruments listed
there in section E.
"""

from typing import Any

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from community.library import kinds
from portal.languages.table import BY_CODE
from portal.organisations import regions

REGIONS: dict[str, Any] = {
    "global": _("Worldwide"),
    "africa": _("Africa"),
    **regions.GROUPS,
    "sahel": _("Sahel"),
    "europe": _("Europe"),
    "european-union": _("European Union"),
    "mediterranean": _("Mediterranean"),
}
TOPICS: dict[str, Any] = {
    "research": _("Studies and analyses"),
    "guidance": _("Guidance and training"),
    "cases": _("Case material"),
    "law-making": _("Making of laws"),
    "instruments": _("Treaties and political instruments"),
    "decisions": _("Resolutions and decisions"),
    "conference": _("Conference and Working Group on Firearms"),
    "reports": _("Reports of the Secretary-General and on human rights"),
    "strategies": _("Road maps and strategies"),
}
INSTRUMENTS: dict[str, Any] = {
    "untoc": _("Convention against Transnational Organized Crime"),
    "firearms-protocol": _("Firearms Protocol"),
    "uncac": _("Convention against Corruption"),
    "att": _("Arms Trade Treaty"),
    "programme-of-action": _("Programme of Action on small arms"),
    "tracing-instrument": _("International Tracing Instrument"),
    "agenda-2030": _("2030 Agenda for Sustainable Development"),
    "wassenaar": _("Wassenaar Arrangement"),
}
# ISO code of a document language by the code the interface uses for it.
_DOCUMENT = {"zh-hans": "zh"}


def _locale() -> Locale:
    """Return CLDR's data for the language of the interface."""
    language = get_language() or "en"
    script = BY_CODE[language].script if language in BY_CODE else None
    if language.startswith("zh"):
        return Locale("zh", script=script or "Hans")
    return Locale.parse(language.replace("-", "_"))


def document_language(code: str) -> str:
    """Return the ISO code of a document in an interface language (``zh-hans`` → ``zh``)."""
    return _DOCUMENT.get(code, code)


def is_known(facet: str, value: str) -> bool:
    """Say whether a facet has this code."""
    if facet == kinds.COUNTRY:
        return value.isupper() and value in regions.tree()
    if facet == kinds.LANGUAGE:
        return value in LANGUAGES
    return value in _LISTS.get(facet, {})


def name(facet: str, value: str) -> str:
    """Return what people read for a code; the code itself when nobody knows it."""
    if facet == kinds.COUNTRY:
        return regions.name(value)
    if facet == kinds.LANGUAGE:
        named = _locale().languages.get(value, value)
        return named[:1].upper() + named[1:]
    return str(_LISTS.get(facet, {}).get(value, value))


def choices(facet: str) -> list[tuple[str, str]]:
    """Return (code, name) of a facet: our lists in their order, CLDR's in the reader's."""
    if facet == kinds.COUNTRY:
        return [row for row in regions.choices() if row[0]]
    codes = LANGUAGES if facet == kinds.LANGUAGE else tuple(_LISTS.get(facet, {}))
    rows = [(code, name(facet, code)) for code in codes]
    return sorted(rows, key=lambda row: row[1]) if facet == kinds.LANGUAGE else rows


# What documents are written in: every language of two letters CLDR names in English.
LANGUAGES: tuple[str, ...] = tuple(
    sorted(code for code in Locale("en").languages if len(code) == 2)
)
_LISTS: dict[str, dict[str, Any]] = {
    kinds.REGION: REGIONS,
    kinds.TOPIC: TOPICS,
    kinds.INSTRUMENT: INSTRUMENTS,
}
