"""The languages of the interface and of content: one row each, no database.

Codes are Django's (RFC 5646, lower case). Script codes are ISO 15924.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """One language: its code, its own name, ISO 15924 script and direction."""

    code: str
    name: str
    script: str
    direction: str
    glossary: str  # column of the glossary file


LANGUAGES: tuple[Language, ...] = (
    Language("en", "English", "Latn", "ltr", "en"),
    Language("fr", "Français", "Latn", "ltr", "fr"),
    Language("es", "Español", "Latn", "ltr", "es"),
    Language("ru", "Русский", "Cyrl", "ltr", "ru"),
    Language("ar", "العربية", "Arab", "rtl", "ar"),
    Language("zh-hans", "简体中文", "Hans", "ltr", "zh"),
    Language("uk", "Українська", "Cyrl", "ltr", "uk"),
)
BY_CODE: dict[str, Language] = {language.code: language for language in LANGUAGES}
CODES: tuple[str, ...] = tuple(BY_CODE)
LANGUAGE_CHOICES: list[tuple[str, str]] = [(row.code, row.name) for row in LANGUAGES]

# Where a text is missing, these are offered first (a reader of one usually reads the next best).
NEAREST: dict[str, tuple[str, ...]] = {
    "en": ("fr", "es", "ru"),
    "fr": ("en", "es"),
    "es": ("en", "fr"),
    "ru": ("uk", "en", "fr"),
    "ar": ("en", "fr"),
    "zh-hans": ("en", "fr"),
    "uk": ("ru", "en", "fr"),
}


def direction(code: str) -> str:
    """Return ``"rtl"`` or ``"ltr"``; an unknown code counts as left to right."""
    row = BY_CODE.get(code)
    return row.direction if row else "ltr"


def nearest(
    code: str, offered: list[str] | tuple[str, ...], source: str | None = None
) -> str | None:
    """Return the language of ``offered`` to show a reader of ``code``.

    Order: the language itself, its neighbours, the source language, then the first offered.
    None when nothing is offered.
    """
    for candidate in (code, *NEAREST.get(code, ()), source):
        if candidate is not None and candidate in offered:
            return candidate
    return offered[0] if offered else None
