"""Languages a desk can be written to in: those of the interface, and others of the regions."""

from collections.abc import Iterable
from typing import Any

from babel import Locale
from babel.lists import format_list
from django.utils.translation import get_language, gettext

from portal.languages.table import CODES

# ISO 639-1.
OTHERS = (
    "am", "az", "bs", "de", "fa", "ha", "hr", "ht", "hy", "id", "it", "ja", "ka", "kk", "ko", "ky",
    "mk", "mn", "ms", "nl", "pl", "pt", "ro", "so", "sq", "sr", "sw", "tg", "th", "ti", "tk", "tr",
    "uz", "vi",
)  # fmt: skip


def _locale() -> Locale:
    return Locale.parse(get_language() or "en", sep="-")


def language_name(code: str) -> str:
    """Return the language's name in the reader's language (CLDR); an unknown code as it is."""
    written = "zh_Hans" if code == "zh-hans" else code
    return str(_locale().languages.get(written, code))


def names_of(codes: Iterable[str]) -> str:
    """Return the names, put together as the reader's language does ("French and English")."""
    return str(format_list([language_name(code) for code in codes], locale=_locale()))


def language_choices() -> list[Any]:
    """Return (code, name) of the interface languages, and the others by name as a group."""
    others = sorted(((code, _capital(code)) for code in OTHERS), key=lambda row: row[1])
    return [*((code, _capital(code)) for code in CODES), (gettext("Other languages"), others)]


def _capital(code: str) -> str:
    """Many languages write names of languages small; at the start of a line they stand great."""
    name = language_name(code)
    return name[:1].upper() + name[1:]
