"""The tree of places: groups of countries the programme works in, and countries. Pure data.

Country codes are ISO 3166-1 alpha-2; names of countries come from CLDR (Babel), so they are right
in every interface language. Groups follow the regions with projects (000 ¶5).
"""

from functools import lru_cache

from babel import Locale
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

GROUPS = {
    "west-africa": _("West Africa"),
    "central-africa": _("Central Africa"),
    "east-africa": _("East Africa"),
    "latin-america": _("Latin America"),
    "caribbean": _("Caribbean"),
    "central-asia": _("Central Asia"),
    "western-balkans": _("Western Balkans"),
    "eastern-europe": _("Eastern Europe"),
}
MEMBERS: dict[str, tuple[str, ...]] = {
    "west-africa": (
        "BJ", "BF", "CI", "CV", "GM", "GH", "GN", "GW", "LR", "ML", "MR", "NE", "NG",
        "SN", "SL", "TG",
    ),
    "central-africa": (
        "AO", "CM", "CF", "TD", "CG", "CD", "GA", "GQ", "ST",
    ),
    "east-africa": (
        "BI", "DJ", "ER", "ET", "KE", "RW", "SO", "SS", "SD", "TZ", "UG",
    ),
    "latin-america": (
        "AR", "BO", "BR", "CL", "CO", "CR", "EC", "GT", "HN", "MX", "NI", "PA", "PY",
        "PE", "SV", "UY", "VE",
    ),
    "caribbean": (
        "AG", "BB", "BS", "BZ", "CU", "DM", "DO", "GD", "GY", "HT", "JM", "KN", "LC",
        "SR", "TT", "VC",
    ),
    "central-asia": (
        "KZ", "KG", "TJ", "TM", "UZ",
    ),
    "western-balkans": (
        "AL", "BA", "ME", "MK", "RS", "XK",
    ),
    "eastern-europe": (
        "MD", "UA",
    ),
}  # fmt: skip
LANGUAGES = {
    "west-africa": ["fr", "en"],
    "central-africa": ["fr", "en"],
    "latin-america": ["es"],
    "caribbean": ["en", "es", "fr"],
    "central-asia": ["ru"],
    "eastern-europe": ["uk", "ru"],
}
NOTES = {
    "XK": _(
        "References to Kosovo shall be understood in the context of Security Council "
        "resolution 1244 (1999)."
    ),
}
NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}


@lru_cache(maxsize=1)
def tree() -> dict[str, str | None]:
    """Return code → parent code for every group and country (parents first)."""
    parents: dict[str, str | None] = dict.fromkeys(GROUPS)
    home = {country: group for group, members in MEMBERS.items() for country in members}
    for code in sorted(Locale("en").territories):
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES:
            parents[code] = home.get(code)
    return parents


def name(code: str) -> str:
    """Return the place's name in the current interface language."""
    if code in GROUPS:
        return str(GROUPS[code])
    language = (get_language() or "en").replace("-", "_")
    language = "zh_Hans" if language == "zh_hans" else language
    return Locale.parse(language).territories.get(code, code)


def choices() -> list[tuple[str, str]]:
    """Return (code, name) of all countries in the reader's alphabet, an empty choice first."""
    countries = [(code, name(code)) for code in tree() if code.isupper()]
    return [("", gettext("No country chosen")), *sorted(countries, key=lambda row: row[1])]
