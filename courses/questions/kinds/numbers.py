"""Numbers as people write them: digits and signs of any script, read exactly. No Django.

The decimal sign is a point, a comma or the Arabic decimal separator; groups of digits may be set
off by spaces (also no-break, narrow and thin ones), apostrophes, the Arabic thousands separator,
or by whichever of point and comma is not the decimal sign. One case can be read two ways: one
point or comma between one to three digits and exactly three, such as ``1.000``. Then the
reader's language decides by CLDR's usual decimal sign: comma in the languages of
``COMMA_LANGUAGES``, point in all others (English, Chinese and, with these digits, Arabic).
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

COMMA_LANGUAGES = frozenset(
    {
        "az", "be", "bg", "bs", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fi", "fr", "gl",
        "hr", "hu", "hy", "id", "is", "it", "ka", "kk", "ky", "lt", "lv", "mk", "mn", "nb", "nl",
        "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "tg", "tk", "tr", "uk",
        "uz", "vi",
    }
)  # fmt: skip

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u2212\u2010\u2011\u2013\ufe63\uff0d", "-"),
        **dict.fromkeys("'\u2019\u066c", "_"),
        **dict.fromkeys("\u060c\uff0c", ","),
        "\uff0e": ".",
        "\uff0b": "+",
        "\u066b": "d",
    }
)
_GROUPED = re.compile(r"\d{1,3}(?:g\d{2,3})*g\d{3}")
_PLAIN = re.compile(r"\d*")


def decimal_sign(language: str) -> str:
    """Return ``','`` or ``'.'`` as people write it in ``language``."""
    return "," if language.partition("-")[0].lower() in COMMA_LANGUAGES else "."


def write_number(value: str, language: str) -> str:
    """Return a plain decimal such as ``'0.5'`` with the decimal sign of ``language``."""
    return value.replace(".", decimal_sign(language))


def read_number(text: str, language: str) -> Fraction | None:
    """Return the number exactly, or None where the text is none."""
    plain = _plain(text)
    sign = -1 if plain.startswith("-") else 1
    body = plain[1:] if plain[:1] in {"+", "-"} else plain
    if not re.fullmatch(r"[\d.,_d]+", body, re.ASCII) or not re.search(r"\d", body):
        return None
    whole, decimals = _split(body, language)
    if not _PLAIN.fullmatch(whole) and not _GROUPED.fullmatch(whole):
        return None
    if not _PLAIN.fullmatch(decimals):
        return None
    return sign * Fraction(f"{whole.replace('g', '') or '0'}.{decimals or '0'}")


def _plain(text: str) -> str:
    """Return the text with ASCII digits, ``d`` for a sure decimal sign, ``_`` between groups."""
    if re.search(r"[d_]", text):
        return "?"
    text = text.translate(_SIGNS).strip()
    text = re.sub(r"^([+-])\s+", r"\1", text)
    digits = "".join(_digit(c) for c in text)
    return re.sub(r"(?<=\d)\s(?=\d)", "_", digits)


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


def _split(body: str, language: str) -> tuple[str, str]:
    """Return whole part (``g`` between groups) and decimals; faults stay visible in either."""
    mark = _decimal_mark(body, language)
    whole, _, decimals = body.rpartition(mark) if mark else (body, "", "")
    if mark and body.count(mark) > 1:
        return "?", ""
    return re.sub(r"[.,_]", "g", whole) if len(
        set(re.findall(r"[.,_]", whole))
    ) < 2 else "?", decimals


def _decimal_mark(body: str, language: str) -> str:
    if "d" in body:
        return "d"
    found = [c for c in body if c in ".,"]
    if not found:
        return ""
    if len(set(found)) == 2:
        return found[-1]
    if len(found) > 1:
        return ""
    ambiguous = re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", body) is not None
    return "" if ambiguous and found[0] != decimal_sign(language) else found[0]
