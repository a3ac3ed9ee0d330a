"""Everything the screens say, as one object for the page (``#sealed-words``).

There is no text in TypeScript: it looks up these keys. tests/community/test_sealed_words.py holds
that every key that is used is here, and none that is not.
"""

from typing import Any

from community.sealed import icons, words_plural
from community.sealed.words_app import APP
from community.sealed.words_emoji import EMOJI
from community.sealed.words_errors import ERRORS
from community.sealed.words_export import EXPORT
from community.sealed.words_room import ROOM
from community.sealed.words_setup import SETUP
from community.sealed.words_talk import TALK
from portal.organisations import regions

TEXT = APP | SETUP | ROOM | TALK | EXPORT


def page_words() -> dict[str, Any]:
    """Return all words in the present language; ``notes`` must stand where a country is named."""
    return {
        "text": {key: str(text) for key, text in TEXT.items()},
        "plural": words_plural.forms(),
        "icons": icons.drawn(),
        "mirrored": icons.mirrored(),
        "emoji": [str(word) for word in EMOJI],
        "countries": dict(regions.choices()[1:]),
        "notes": {code: str(note) for code, note in regions.NOTES.items()},
        "errors": {
            code: {"text": str(text), "label": str(label)} for code, (text, label) in ERRORS.items()
        },
    }
