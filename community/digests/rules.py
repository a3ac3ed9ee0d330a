"""The parts of a case digest, what must be taken out of it, and what looks as if it was left in.

Pure. Hints never block: whoever reads decides. Each names its part and the words it means.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel import Locale
from django.utils.translation import gettext_lazy as _

LONGEST = 10_000  # characters of a part
MOST_HINTS = 40
SECTIONS: dict[str, tuple[Any, Any]] = {
    "facts": (_("Facts"), _("What happened, told without anybody’s name.")),
    "offences": (_("Offences"), _("What was charged, and under which law.")),
    "steps": (_("Investigative steps"), _("What was done, in which order, and what came of it.")),
    "cooperation": (
        _("Cooperation channels"),
        _("Which channels were used between States and agencies, and how long they took."),
    ),
    "legal": (_("Legal issues"), _("Questions of law that came up, and how they were answered.")),
    "outcome": (_("Outcome"), _("How the case ended.")),
    "lessons": (_("Lessons learned"), _("What you would do differently.")),
    "practice": (_("Good practice"), _("What others can do the same way.")),
}
CHECKS: dict[str, Any] = {
    "names": _("Names of people are taken out"),
    "places": _("Places smaller than a region are taken out"),
    "dates": _("Exact dates are taken out"),
    "numbers": _("Case numbers of agencies are taken out"),
    "serials": _("Serial numbers are taken out"),
    "nationalities": _("Nationalities are taken out where the group is small"),
    "images": _("Nothing describes an image that could be recognised"),
    "quotes": _("Quotes that could be searched for are taken out"),
}
KINDS: dict[str, Any] = {
    "mail": _("e-mail address"),
    "phone": _("telephone number"),
    "number": _("long number"),
    "date": _("date with a day"),
    "name": _("may be a name"),
}
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w+])\+?\(?\d[\d ()/.-]{6,18}\d(?!\w)")
_NUMBER = re.compile(r"(?=[\w/-]*\d[\w/-]*\d[\w/-]*\d[\w/-]*\d)[\w/-]{5,}")
_DAY = r"\d{1,2}"
_DATE = re.compile(
    rf"(?<!\d)(?:{_DAY}[./-]{_DAY}[./-]\d{{2,4}}|\d{{4}}[./-]{_DAY}[./-]{_DAY}|{_DAY}月{_DAY}日)(?!\d)"
)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_SENTENCE = re.compile(r"[.!?:;\n。！？؟]+")
_LANGUAGES = ("en", "fr", "es", "ru", "ar", "uk")


@dataclass(frozen=True)
class Hint:
    """What may have been left in: the part, what kind of thing it looks like, and the words."""

    section: str
    kind: str
    words: str

    @property
    def section_name(self) -> Any:
        """Return what the part is called."""
        return SECTIONS[self.section][0] if self.section in SECTIONS else _("Title")

    @property
    def kind_name(self) -> Any:
        """Return what it looks like."""
        return KINDS[self.kind]


def is_whole(checklist: Mapping[str, Any]) -> bool:
    """Say whether each line is ticked or has a reason."""
    return not missing(checklist)


def missing(checklist: Mapping[str, Any]) -> list[str]:
    """Return the lines that are neither ticked nor have a reason."""
    rows = {code: checklist.get(code) or {} for code in CHECKS}
    return [code for code, row in rows.items() if not (row.get("done") or row.get("why"))]


def leftovers(texts: Mapping[str, str], known: Iterable[str]) -> list[Hint]:
    """Return what may have been left in these parts; ``known`` are names to look for."""
    names = [name for name in known if len(name) > 3]
    found: dict[Hint, None] = {}
    for section, text in texts.items():
        for kind, words in _found(text, names):
            found[Hint(section, kind, words[:80])] = None
    return list(found)[:MOST_HINTS]


def _found(text: str, names: list[str]) -> Iterator[tuple[str, str]]:
    taken: list[tuple[int, int]] = []
    for kind, pattern in (
        ("mail", _MAIL), ("date", _DATE), ("date", _months()), ("phone", _PHONE),
        ("number", _NUMBER),
    ):  # fmt: skip
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            if kind == "phone" and not _is_phone(match.group()):
                continue
            taken.append(match.span())
            yield kind, match.group().strip()
    folded = text.casefold()
    for name in names:
        if re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", folded):
            yield "name", name
    for words in _capitals(text):
        yield "name", words


def _is_phone(words: str) -> bool:
    """Say whether digits are written as a telephone number is: with a plus, or in groups."""
    return sum(char.isdigit() for char in words) > 6 and not words.isdigit()


@lru_cache(maxsize=1)
def _months() -> re.Pattern[str]:
    """Return the pattern of a day with the name of a month, in the languages that have them."""
    words = set()
    for code in _LANGUAGES:
        months = Locale(code).months
        for form in ("format", "stand-alone"):
            words |= {name for name in months[form]["wide"].values() if len(name) > 2}
    month = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    day = rf"{_DAY}(?:st|nd|rd|th|er|\.)?"
    return re.compile(
        rf"(?<!\w)(?:{day}\s+(?:de\s+)?(?:{month})|(?:{month})\s+{day})(?!\w)", re.IGNORECASE
    )


def _capitals(text: str) -> Iterator[str]:
    """Yield two or more words with a capital each that stand together inside a sentence."""
    for sentence in _SENTENCE.split(text):
        run: list[str] = []
        for word in [*_WORD.findall(sentence)[1:], ""]:
            if word[:1].isupper() and word[1:].islower():
                run.append(word)
                continue
            if len(run) > 1:
                yield " ".join(run)
            run = []
