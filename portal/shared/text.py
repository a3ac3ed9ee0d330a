"""Text from people: cleaned for storage, and put into the form that search compares."""

import re
import unicodedata
from functools import lru_cache

# Marks that turn the direction of the text around them (UAX 9), removed from names and titles
# (security.md 4.3). The joiners U+200C and U+200D stay: Persian and some scripts need them.
DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_ARABIC = str.maketrans(
    {
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ئ": "ي",
        "ی": "ي",
        "ؤ": "و",
        "ة": "ه",
        "ک": "ك",
        "ـ": "",
    }
)
_CJK = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_CJK_RUN = re.compile(f"[{_CJK}]+")
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
# Default_Ignorable_Code_Point of Unicode 16 but for the two joiners, and the empty braille cell:
# nobody sees them, so two names that differ by them look alike.
UNSEEN = re.compile(
    "[\u2800\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_JOINERS = "\u200c\u200d"
_NOT_A_WORD = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Return ``text`` in Unicode form NFC without marks that change direction."""
    return unicodedata.normalize("NFC", DIRECTION_MARKS.sub("", text))


def _joins(char: str) -> bool:
    return unicodedata.category(char) in {"Lo", "Mn", "Mc", "Me"}


def has_unseen(text: str) -> bool:
    """Say whether something in ``text`` cannot be seen: fillers, tags, marks of direction, or a
    joiner that does not stand between letters of a script written with joiners."""
    if UNSEEN.search(text):
        return True
    around = f" {text} "
    return any(
        char in _JOINERS and not (_joins(around[place]) and _joins(around[place + 2]))
        for place, char in enumerate(text)
    )


def fold(text: str) -> str:
    """Return ``text`` without case, accents, Arabic vowel signs and letter variants.

    Unicode forms: NFKD, then case folding. Letters of one word stay together, so "İ" and "i",
    "é" and "e", "أ" and "ا" compare as equal.
    """
    text = _INVISIBLE.sub("", DIRECTION_MARKS.sub("", text)).translate(_ARABIC)
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = "".join(char for char in text if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", text).translate(_ARABIC)


def _grams(run: str) -> str:
    """Single characters and pairs of a run: "枪支贩运" becomes 枪 支 贩 运 枪支 支贩 贩运."""
    pairs = [run[at : at + 2] for at in range(len(run) - 1)]
    return f" {' '.join([*run, *pairs])} "


def search_text(text: str) -> str:
    """Return the form of ``text`` that goes into the index: folded words, Chinese as pairs."""
    folded = _CJK_RUN.sub(lambda match: _grams(match.group()), fold(text))
    return _NOT_A_WORD.sub(" ", folded).strip()


def search_terms(text: str) -> list[str]:
    """Return the words a query asks for, in the form of ``search_text``.

    A run of Chinese asks for its pairs only (a single character asks for itself), so a word is
    found wherever it stands inside a sentence. Repeated words count once.
    """
    terms: list[str] = []
    for word in _NOT_A_WORD.sub(" ", _CJK_RUN.sub(r" \g<0> ", fold(text))).split():
        if _CJK_RUN.fullmatch(word) and len(word) > 1:
            terms += [word[at : at + 2] for at in range(len(word) - 1)]
        else:
            terms.append(word)
    return list(dict.fromkeys(terms))


@lru_cache(maxsize=20_000)
def _fold_char(char: str) -> str:
    return fold(char)


def found_at(text: str, terms: list[str]) -> list[tuple[int, int]]:
    """Return where ``terms`` stand in ``text``: (start, end) in characters, in order, not touching.

    A term is found at the beginning of a word; Chinese is found anywhere. Overlapping pairs of one
    Chinese word are joined.
    """
    folded, origin = [], []
    for position, char in enumerate(text):
        for letter in _fold_char(char):
            folded.append(letter)
            origin.append(position)
    haystack = "".join(folded)
    spans: list[tuple[int, int]] = []
    for term in terms:
        before = "" if _CJK_RUN.match(term) else r"(?<!\w)"
        spans.extend(
            (origin[match.start()], origin[match.end() - 1] + 1)
            for match in re.finditer(before + re.escape(term), haystack)
        )
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
