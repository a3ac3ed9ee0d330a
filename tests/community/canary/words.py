"""Canary words in six scripts, every form in which one may stand somewhere, and the search."""

import base64
import json
import random
import re
import unicodedata
from collections.abc import Iterable, Mapping
from urllib.parse import quote

ALPHABETS = {
    "Latin": "éèàçôùûâîêëïœdfgjlmnprtvz",
    "Arabic": "بتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "Cyrillic": "абвгґдеєжзиіїйклмнопрстуфхцчшщюя",
    "Chinese": "鹭鸶鹳鹤鹦鹉鸢鹰隼鸮鹊鸦雀莺鹂鸫鹬鸥鹈鹕",
    "Greek": "αάβγδεέζηήθιίκλμνξοόπρστυύφχψωώ",
    "Devanagari": "कखगघचछजझटठडढतथदधनपफबभमयरलवशषसह",
}
LENGTH = 10  # letters; long enough that no ciphertext has it by chance in any form
# What no alphabet can hide: one emoji of many code points, and the label of most messages.
REACTION = "🧑🏿\u200d🤝\u200d🧑🏻"
LABEL = "AMBER+STRICT"
AROUND = 24  # bytes shown on both sides of a hit


def new_words() -> dict[str, str]:
    """A new word of each script: what another test left in a file is not taken for a leak."""
    return {
        script: letters[0] + "".join(random.choices(letters, k=LENGTH - 1))
        for script, letters in ALPHABETS.items()
    }


def forms(text: str) -> set[bytes]:
    """A text as it may stand somewhere: as it is, and as programs write it."""
    found: set[bytes] = set()
    for one in {text, unicodedata.normalize("NFD", text)}:
        raw, wide = one.encode(), one.encode("utf-16-le")
        json_text = json.dumps(one)[1:-1]
        quoted = quote(one, safe="")
        found |= {raw, wide, one.encode("utf-16-be"), raw.decode("latin-1").encode()}
        ascii_forms = [
            json_text, _upper_digits(json_text), json_text.replace("\\", "\\\\"), ascii(one)[1:-1],
            repr(raw)[2:-1], repr(raw)[2:-1].replace("\\", "\\\\"), _octal(raw),
            quoted, _lower_digits(quoted), quote(quoted, safe=""), quoted.replace("%", "="),
            raw.hex(), raw.hex().upper(),
            _entities(one, "&#{};"), _entities(one, "&#x{:x};"),
        ]  # fmt: skip
        found |= {form.encode() for form in ascii_forms}
        for content in (raw, wide, one.encode("utf-16-be"), json_text.encode(), quoted.encode()):
            found |= set(in_base64(content))
    return found


def in_base64(content: bytes) -> Iterable[bytes]:
    """What base64 has of some bytes wherever they stand, in both alphabets."""
    for before in range(3):
        whole = (before + len(content)) * 8 // 6
        first = -(-before * 8 // 6)
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(b"\0" * before + content)[first:whole]


def _upper_digits(text: str) -> str:
    return re.sub(r"\\u[0-9a-f]{4}", lambda found: f"\\u{found[0][2:].upper()}", text)


def _lower_digits(text: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), text)


def _octal(raw: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}" for byte in raw)


def _entities(text: str, form: str) -> str:
    return "".join(char if ord(char) < 128 else form.format(ord(char)) for char in text)


class Search:
    """Looks for words, in all their forms, in whatever has a name and bytes."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self.needles = [(form, name) for name, word in words.items() for form in forms(word)]
        assert all(len(form) >= 10 for form, _name in self.needles)

    def hits(self, places: Mapping[str, bytes]) -> list[str]:
        """Each place with the name of the word that stands there, and what is around it."""
        found = []
        for place, content in places.items():
            for name, around in self._in(content):
                found.append(f"{place}: {name} in {around!r}")
        return sorted(found)

    def _in(self, content: bytes) -> Iterable[tuple[str, bytes]]:
        seen = set()
        for form, name in self.needles:
            at = content.find(form)
            if at >= 0 and name not in seen:
                seen.add(name)
                yield name, content[max(0, at - AROUND) : at + len(form) + AROUND]


def named(hits: Iterable[str], place: str) -> set[str]:
    """The names of the words found in places whose name has ``place`` in it."""
    rows: list[tuple[str, str, str]] = [hit.partition(": ") for hit in hits]  # type: ignore[misc]
    return {rest.partition(" in ")[0] for where, _, rest in rows if place in where}
