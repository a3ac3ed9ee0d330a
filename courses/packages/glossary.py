"""Established terms: found in English, looked for in a translation, whatever its endings. Pure."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from portal.shared.text import fold

_WORD = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)*")
_GAP = 3  # words that may stand between two words of a term


@dataclass(frozen=True)
class Term:
    """A term: its English form, and the established one per language (``zh`` for Chinese)."""

    english: str
    words: dict[str, str] = field(hash=False)


def read_glossary(own: str | None, shared: Path | None) -> list[Term]:
    """Return the terms of a pack and of a shared file, longest first; the pack's own win."""
    found: dict[str, Term] = {}
    for text in (own, shared.read_text("utf-8") if shared else None):
        for row in csv.DictReader(io.StringIO(text or "")):
            english = (row.get("en") or "").strip()
            if english:
                words = {k: v.strip() for k, v in row.items() if k and v and k != "en"}
                found.setdefault(english.casefold(), Term(english, words))
    return sorted(found.values(), key=lambda term: -len(term.english))


def terms_in(text: str, terms: list[Term]) -> Iterator[Term]:
    """Yield the terms that an English text uses; a word counts for its longest term only."""
    rest = text.casefold()
    for term in terms:
        pattern = _english(term.english)
        if pattern.search(rest):
            rest = pattern.sub("\u0000", rest)
            yield term


@lru_cache(maxsize=2000)
def _english(term: str) -> re.Pattern[str]:
    words = r"\W+".join(re.escape(word) for word in term.casefold().split())
    words = re.sub(r"y$", "(?:y|ies)", words)
    return re.compile(rf"(?<!\w){words}(?:s|es)?(?!\w)")


def has_term(text: str, term: str, language: str, *, loose: bool = False) -> bool:
    """Whether a text uses a term: exactly in Chinese, by the stems of its words elsewhere.

    ``loose``: one word of the term is enough, as in "the Group" after "the Working Group".
    """
    language = language.split("-", maxsplit=1)[0]
    if language == "zh":
        return _chinese(term) in _chinese(text)
    wanted = [stem for word in _WORD.findall(fold(term)) if (stem := _stem(word, language))]
    words = _words(text, language)
    if loose:
        return any(_fits(word, stem, language) for word in words for stem in wanted)
    return bool(wanted) and any(_follows(words, at, wanted, language) for at in range(len(words)))


def _chinese(text: str) -> str:
    return re.sub(r"[《》“”\s]", "", text)


@lru_cache(maxsize=4000)
def _words(text: str, language: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text)))


def _follows(words: tuple[str, ...], at: int, wanted: list[str], language: str) -> bool:
    """Whether the stems stand in this order from ``at`` on, with few words in between."""
    if not _fits(words[at], wanted[0], language):
        return False
    for stem in wanted[1:]:
        for here in range(at + 1, min(at + 2 + _GAP, len(words))):
            if _fits(words[here], stem, language):
                at = here
                break
        else:
            return False
    return True


def _stem(word: str, language: str) -> str:
    """Return the part of a word that its endings leave alone; "" for articles and the like."""
    if language == "ar":
        return _skeleton(word)
    if len(word) < 4:
        return word if word.isdigit() else ""
    return word[: max(4, -(-len(word) * 6 // 10))] if len(word) > 4 else word[:3]


def _fits(word: str, stem: str, language: str) -> bool:
    if language == "ar":
        return stem in _skeleton(word)
    return word.startswith(stem)


@lru_cache(maxsize=8000)
def _skeleton(word: str) -> str:
    """Return the consonants of an Arabic word: they stay when it is bent or in the plural."""
    word = re.sub(r"^[وفبكل]?ال|^لل", "", word)
    bare = re.sub(r"[اويهءةى]", "", word)
    return bare if len(bare) > 1 else word
