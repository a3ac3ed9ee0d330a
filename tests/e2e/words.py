"""What the site's buttons and lines say in a language, looked up by the English text."""

from functools import cache

import polib

from launcher import places

FOLDERS = {"zh-hans": "zh_Hans"}


@cache
def _catalogue(language: str) -> dict[str, str]:
    folder = places.LOCALES / FOLDERS.get(language, language) / "LC_MESSAGES"
    entries = polib.pofile(str(folder / "django.po"))
    return {entry.msgid: entry.msgstr for entry in entries if entry.translated()}


def said(english: str, language: str) -> str:
    """Return a text of the interface in a language; fails if there is no such text."""
    if language == "en":
        return english
    return _catalogue(language)[english]
