"""Are the numbers of a source text in its translation? Pure.

Digits of any script count as equal, and so do the ways to group thousands. Numbers up to twelve are
often words in one language and digits in another; so are round numbers and ordinals. These are
looked for as words first, and give advice at most.
"""

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction

Fault = tuple[str, bool]

SMALL = 12
_NUMBER = re.compile(r"\d+(?:[.,٫٬'’ \u00a0\u202f]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:[.,٬'’ \u00a0\u202f]\d{3})+")

# English words that another language may well write in digits: tens, scales, ordinals.
_ENGLISH_LARGE = re.compile(
    r"\b(?:(?:thir|four|fif|six|seven|eigh|nine)teen|twent|thirt|fort|fift|sixt|sevent|eight|ninet"
    r"|hundred|thousand|million|billion|dozen|half|quarter|per cent|percent|centur)",
    re.IGNORECASE,
)
# Beginnings of the words for one to twelve, cardinal and ordinal, by language.
_SMALL_WORDS: dict[str, tuple[str, ...]] = {
    "fr": (
        "un|premi", "deux|second", "trois|tiers", "quatr", "cinq", "six", "sept", "huit",
        "neuf|neuv", "dix", "onz", "douz",
    ),
    "es": (
        "un|prim", "dos|segund", "tres|tercer", "cuatr|cuart", "cinco|quint", "seis|sext",
        "siete|séptim", "ocho|octav", "nueve|noven", "diez|décim", "once|undécim", "doce|duodécim",
    ),
    "ru": (
        "од[ин]|перв", "дв|втор", "тр[иеё]", "чет[ыв]", "пят", "шест", "сем|седьм", "вос", "девят",
        "десят", "одиннадц", "двенадц",
    ),
    "uk": (
        "од[ин]|перш", "дв|друг", "тр[иеь]|трет", "чет|чот", "п.?ят", "ш[іе]ст", "с[іе]м|сьом",
        "вісім|восьм", "дев.?ят", "десят", "одинадц", "дванадц",
    ),
    "ar": (
        "واحد|أول|الأول|إحد", "اثن|ثان|الثان|مرت", "ثلاث|ثالث|الثالث", "أربع|رابع|الرابع",
        "خمس|خامس|الخامس", "ست|سادس|السادس", "سبع|سابع|السابع",
        "ثمان|ثامن|الثامن", "تسع|تاسع|التاسع",
        "عشر|عاشر|العاشر", "أحد|حادي|إحدى", "اثن|ثاني",
    ),
    "zh": ("一|首", "二|两", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"),
}  # fmt: skip


def numbers(text: str) -> set[str]:
    """Return the numbers in a text, in one form: ASCII digits, no groups, ``.`` as decimal sign.

    A span or date such as ``10-12`` is two numbers; ``6,500`` and ``6 500`` are one.
    """
    plain = "".join(
        str(unicodedata.decimal(char)) if unicodedata.category(char) == "Nd" else char
        for char in text
    )
    found: set[str] = set()
    for match in _NUMBER.finditer(plain):
        forms = _forms(match.group())
        scaled = {s for one in forms if (s := _scaled(one, plain[match.end() : match.end() + 12]))}
        found |= scaled or forms
    return found


# Words that multiply the number before them, by what they stand for.
_SCALES = (
    (re.compile(r"\s?[多余]?\s?(?:万|萬)"), 10_000),
    (re.compile(r"\s?亿"), 100_000_000),
    (re.compile(r"\s?(?:thousand|mille|mil\b|тыс|ألف|آلاف|千)"), 1_000),
    (re.compile(r"\s?(?:mill(?:ion|[oó]n)|млн|миллион|мільйон|مليون|ملايين|百万)"), 1_000_000),
)
_SCALE_WORD = re.compile("|".join(pattern.pattern for pattern, _ in _SCALES))


def _scaled(number: str, after: str) -> str | None:
    """Return ``9`` before 万 as ``90000``; None if no such word follows."""
    for pattern, factor in _SCALES:
        if pattern.match(after):
            value = Fraction(number) * factor
            return str(value) if value.denominator == 1 else None
    return None


def _forms(written: str) -> set[str]:
    """Return what a run of digits and signs stands for."""
    if _GROUPED.fullmatch(written):
        return {re.sub(r"\D", "", written)}
    grouped = [match.group() for match in _GROUPED.finditer(written)]
    rest = _GROUPED.sub(" ", written) if grouped else written
    found = {re.sub(r"\D", "", one) for one in grouped}
    for piece in re.split(r"[ \u00a0\u202f'’٬]+", rest):
        if piece:
            found.add(re.sub(r"[,٫]", ".", piece).strip(".").lstrip("0") or "0")
    return found


def _parts(found: set[str]) -> set[str]:
    """Return the numbers and the pieces of decimals: ``16.4`` may be ``16-4`` in Arabic."""
    return found | {piece for one in found for piece in one.split(".")}


def compare_numbers(source: str, text: str, language: str) -> Iterator[Fault]:
    """Yield numbers that are missing in a translation, or that are there only.

    A missing number above twelve blocks, unless the English has it in a place where ``text`` may
    use a word. A number that is only in the translation blocks unless the English may have it as
    a word.
    """
    wanted, given = numbers(source), numbers(text)
    if wanted == given:
        return
    parts = _parts(given)
    missing = {n for n in wanted - given if not set(n.split(".")) <= parts}
    lost = sorted(n for n in missing if not _is_small(n))
    if lost and all(n.endswith("000") for n in lost) and _SCALE_WORD.search(text):
        yield f"the numbers {', '.join(lost)} of the source are missing, or words", False
        lost = []
    small = sorted(n for n in missing if _is_small(n) and not _as_word(n, text, language))
    if lost:
        yield f"the numbers {', '.join(lost)} of the source are missing", True
    if small:
        yield f"the numbers {', '.join(small)} of the source are missing", False
    extra = {n for n in given - wanted if not set(n.split(".")) <= _parts(wanted)}
    more = sorted(n for n in extra if not _is_small(n))
    if more and not lost:
        spelled = _ENGLISH_LARGE.search(source) is not None
        yield f"the numbers {', '.join(more)} are not in the source", not spelled


def _is_small(number: str) -> bool:
    return number.isdigit() and int(number) <= SMALL


def _as_word(number: str, text: str, language: str) -> bool:
    words = _SMALL_WORDS.get(language.split("-", maxsplit=1)[0])
    if words is None or not 1 <= int(number) <= SMALL:
        return False
    pattern = words[int(number) - 1]
    before = (
        ""
        if language.startswith("zh")
        else r"(?<!\w)(?:[وبلكف]{0,2})"
        if language == "ar"
        else r"(?<!\w)"
    )
    return re.search(f"{before}(?:{pattern})", text.casefold()) is not None
