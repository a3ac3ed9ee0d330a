"""What a translation must keep, and how each language is written (learning.md 8). Pure."""

import re
from collections.abc import Iterable, Iterator

from courses.packages import markdown
from courses.packages.model import Finding, Pack
from courses.packages.numbers import compare_numbers
from courses.packages.units import Unit

Fault = tuple[str, bool]  # reason, whether it blocks

_LATIN, _CYRILLIC, _ARABIC = "A-Za-zÀ-ɏ", "Ѐ-ӿ", "\u0620-\u064a\u066e-\u06d3"
_MIXED = re.compile(rf"[{_LATIN}][{_CYRILLIC}]|[{_CYRILLIC}][{_LATIN}]")
_MIXED_ARABIC = re.compile(rf"[{_LATIN}][{_ARABIC}]|[{_ARABIC}][{_LATIN}]")
_FOREIGN = {
    "en": re.compile(rf"[{_CYRILLIC}{_ARABIC}\u4e00-\u9fff]"),
    "fr": re.compile(rf"[{_CYRILLIC}{_ARABIC}\u4e00-\u9fff]"),
    "es": re.compile(rf"[{_CYRILLIC}{_ARABIC}\u4e00-\u9fff]"),
    "ru": re.compile(rf"[іїєґІЇЄҐ{_ARABIC}\u4e00-\u9fff]"),
    "uk": re.compile(rf"[ыэёъЫЭЁЪ{_ARABIC}\u4e00-\u9fff]"),
    "ar": re.compile(rf"[{_CYRILLIC}\u4e00-\u9fff]"),
    "zh": re.compile(rf"[{_CYRILLIC}{_ARABIC}]"),
}
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile("[\u061c\u200e\u200f]")
_HIDDEN = re.compile("[\u00ad\u200b\u2060]")
_JOINERS = re.compile("[\u200c\u200d]")
_DOUBLE = re.compile(r"(?<=\S)(?:  +|[ \u00a0\u202f]{2,})(?=\S)")

# How a language writes: what to look for, and the advice.
_STYLE: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "fr": (
        (re.compile(r'"|^[^«]*[“”]', re.DOTALL), "French quotation marks are « »"),
        (
            re.compile(r"[^\s\d:/][;?!](?!\S)|[^\W\d](?<!https):(?=\s)"),
            "a space before ; : ! ? is missing",
        ),
    ),
    "es": (
        (re.compile(r"^[^¿]*\?", re.MULTILINE), "the opening ¿ is missing"),
        (re.compile(r"^[^¡]*!", re.MULTILINE), "the opening ¡ is missing"),
        (re.compile(r'"'), "Spanish quotation marks are « » or “ ”"),
    ),
    "ru": ((re.compile(r'"|^[^«„]*“', re.DOTALL), "Russian quotation marks are « »"),),
    "uk": (
        (re.compile(r'"'), "Ukrainian quotation marks are « » or „ “"),
        (re.compile(r"[а-яіїєґ]['`][яюєї]"), "the apostrophe is ’"),
    ),
    "ar": ((re.compile(rf"[{_ARABIC}] ?[,;?]"), "Arabic writes ، ؛ ؟"),),
    "zh": (
        (
            re.compile(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?!\w)"),
            "Chinese writes ，；：？！。",
        ),
        (re.compile(r'[\u4e00-\u9fff]"|"[\u4e00-\u9fff]'), "Chinese quotation marks are “ ”"),
    ),
}
# Names that stay as they are in every language.
_NAMES = re.compile(
    r"\b(?:iARMS|SHERLOC|CBSI-Connect|Disrupt|TLP:[A-Z+]+|CTOC/[A-Z0-9/.]*[A-Z0-9]|(?:https://|www\.)\S*\w)"
)


def check_language(pack: Pack, texts: Iterable[Unit]) -> Iterator[Finding]:
    """Check every text of every language."""
    for unit in texts:
        faults = list(_written(unit))
        if not unit.is_source:
            faults += _compared(unit)
        for reason, blocking in faults:
            yield Finding(
                unit.path, unit.line, f"{unit.place}, {unit.language}: {reason}", blocking
            )


def _written(unit: Unit) -> Iterator[Fault]:
    language, text = unit.language.split("-")[0], unit.text
    if match := _MIXED.search(text):
        yield f"two scripts in one word ({_around(text, match)})", True
    elif (pattern := _FOREIGN.get(language)) and (match := pattern.search(text)):
        yield f"a letter of another language ({_around(text, match)})", True
    elif match := _MIXED_ARABIC.search(text):
        yield f"two scripts in one word ({_around(text, match)})", False
    yield from _invisible(language, unit.raw)
    if _DOUBLE.search(unit.raw):
        yield "two spaces, one after the other", not unit.is_markdown
    for pattern, advice in _STYLE.get(language, ()):
        if match := pattern.search(text):
            yield f"{advice} ({_around(text, match)})", False


def _invisible(language: str, text: str) -> Iterator[Fault]:
    """Marks that nobody sees. A single mark of direction may be needed in Arabic."""
    if _TURNING.search(text):
        yield "a character that turns the direction of text", True
    if _HIDDEN.search(text):
        yield "an invisible character (soft hyphen, zero-width space)", True
    if language != "ar" and (_MARKS.search(text) or _JOINERS.search(text)):
        yield "a mark of direction or joining that this language does not use", True
    elif re.search("[\u061c\u200e\u200f](?:[\u061c\u200e\u200f]|$)|^[\u061c\u200e\u200f]", text):
        yield "a stray mark of direction", True


def _around(text: str, match: re.Match[str]) -> str:
    begin, end = max(match.start() - 12, 0), match.end() + 12
    return " ".join(text[begin:end].split())


def _compared(unit: Unit) -> Iterator[Fault]:
    source, text = unit.source, unit.text
    if _same(unit.language, source, text):
        yield "the same as the source", True
    yield from compare_numbers(source, text, unit.language)
    for name in dict.fromkeys(_NAMES.findall(source)):
        if name not in text and not name.startswith(("https", "www")):
            yield f"the name {name} is missing", True
    if unit.is_markdown:
        yield from _marked(unit)


def _same(language: str, source: str, text: str) -> bool:
    """Whether words were left untranslated; short names and numbers may well be the same."""
    if " ".join(source.split()).casefold() != " ".join(text.split()).casefold():
        return False
    words = re.findall(r"[^\W\d_]{2,}", _NAMES.sub("", source))
    if language in ("fr", "es"):
        return len(words) >= 4
    return any(word.islower() for word in words)


def _marked(unit: Unit) -> Iterator[Fault]:
    """Links, terms and list items are as many as in the source."""
    own, other = unit.raw, unit.raw_source
    if own.lstrip().startswith("|"):
        return
    links = [[a for a in markdown.addresses(t) if a.startswith("#")] for t in (own, other)]
    if sorted(links[0]) != sorted(links[1]):
        yield "the links to other blocks are not those of the source", True
    if len(markdown.addresses(own)) != len(markdown.addresses(other)):
        yield "it has another number of links than the source", True
    if own.count("[=") != other.count("[="):
        yield "another number of terms [= =] than in the source", False
    items = [len(re.findall(r"^\s*(?:-|\d+\.) ", t, re.MULTILINE)) for t in (own, other)]
    if items[0] != items[1]:
        yield f"{items[0]} list items instead of {items[1]}", True
