"""Generated records of the library, put straight into the database of a data folder.

Words follow Zipf's law over a vocabulary in four scripts; half of the records have the text of a
file, a tenth of them in two languages. Labels, sources, terms and years are spread as a library
of this kind has them. Indexed by the product's own ``index.write``.
"""

import random
from datetime import timedelta
from typing import Any

SYLLABLES = ("ba", "cor", "del", "fi", "gra", "lon", "mer", "nu", "pas", "rin", "sto", "tu")
CYRILLIC = ("ба", "вор", "ди", "кра", "лен", "мо", "ни", "рус", "та", "хо")
ARABIC = ("با", "تر", "جن", "دار", "سل", "فن", "كم", "مر", "نو")
HANZI = "枪支弹药追踪法律国家边境调查记录证据标记报告研究指南"
SHARES = {"CLEAR": 60, "GREEN": 25, "AMBER": 10, "AMBER+STRICT": 3, "RED": 2}
LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh", "uk", "pt", "sr")
WORDS, TEXT_WORDS, PART = 4_000, 250, 2_000


class Words:
    """Draws words of a language: few of them often, most of them seldom."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.latin = [self._word(SYLLABLES) for _ in range(WORDS)]
        self.cyrillic = [self._word(CYRILLIC) for _ in range(WORDS // 2)]
        self.arabic = [self._word(ARABIC) for _ in range(WORDS // 2)]
        self.hanzi = ["".join(dice.choices(HANZI, k=2)) for _ in range(WORDS // 4)]

    def _word(self, parts: tuple[str, ...]) -> str:
        return "".join(self.dice.choices(parts, k=self.dice.randint(2, 4)))

    def draw(self, language: str, count: int) -> str:
        """Return ``count`` words as one text."""
        many = {"ru": self.cyrillic, "uk": self.cyrillic, "sr": self.cyrillic}.get(language)
        many = many or {"ar": self.arabic, "zh": self.hanzi}.get(language, self.latin)
        places = (int(len(many) ** self.dice.random()) - 1 for _ in range(count))
        return " ".join(many[place] for place in places)


def organisations(count: int) -> list[Any]:
    """Make the organisations that records come from."""
    from portal.organisations.models import Organisation
    from tests.people import organisation

    first = Organisation.objects.first() or organisation()
    return [first, *(organisation(f"Source {number}") for number in range(count - 1))]


def records(count: int, sources: list[Any], *, seed: int = 1) -> None:
    """Make records and index them, a part at a time."""
    dice = random.Random(seed)
    words = Words(dice)
    for at in range(0, count, PART):
        _part(dice, words, sources, min(PART, count - at))


def _part(dice: random.Random, words: Words, sources: list[Any], count: int) -> None:
    from community.library import index
    from community.library.models import Edition, Publication, PublicationText

    rows = Publication.objects.bulk_create(
        [_publication(dice, words, sources) for _ in range(count)]
    )
    PublicationText.objects.bulk_create(text for row in rows for text in _texts(dice, words, row))
    _terms(dice, rows)
    Edition.objects.bulk_create(edition for row in rows for edition in _editions(dice, words, row))
    index.write(row.pk for row in rows)


def _publication(dice: random.Random, words: Words, sources: list[Any]) -> Any:
    from community.library.kinds import KINDS
    from community.library.models import Publication
    from portal.shared import clock

    label = dice.choices(list(SHARES), weights=list(SHARES.values()))[0]
    return Publication(
        label=label, source=dice.choice(sources), kind=dice.choice(list(KINDS)),
        year=dice.randint(1970, 2026), body=words.draw("en", 3).title(), live=True,
        symbol=f"X/{dice.randint(1, 99)}/{dice.randint(1, 9999)}", asked_for=label == "AMBER",
        changed=clock.now() - timedelta(minutes=dice.randint(0, 500_000)),
    )  # fmt: skip


def _texts(dice: random.Random, words: Words, row: Any) -> list[Any]:
    from community.library.models import PublicationText

    codes = ["en", *dice.sample(("fr", "es", "ru", "ar"), k=dice.choice((0, 0, 1)))]
    return [
        PublicationText(
            publication=row, language=code, title=words.draw(code, 8).capitalize(),
            summary=words.draw(code, 40),
        )
        for code in codes
    ]  # fmt: skip


def _terms(dice: random.Random, rows: list[Any]) -> None:
    from community.library.models import PublicationTerm
    from community.library.vocabulary import INSTRUMENTS, REGIONS, TOPICS

    countries = ("SN", "ML", "NE", "RS", "UA", "BR", "CO", "KZ", "KE", "GH", "FR", "MX")
    lists = {
        "topic": (tuple(TOPICS), 2), "region": (tuple(REGIONS), 2), "country": (countries, 2),
        "instrument": (tuple(INSTRUMENTS), 1), "language": (LANGUAGES, 1),
    }  # fmt: skip
    PublicationTerm.objects.bulk_create(
        PublicationTerm(publication=row, facet=facet, value=value)
        for row in rows for facet, (values, most) in lists.items()
        for value in dice.sample(values, k=dice.randint(most - 1, most))
    )  # fmt: skip


def _editions(dice: random.Random, words: Words, row: Any) -> list[Any]:
    from community.library.models import Edition

    if dice.random() < 0.5:
        return []
    codes = dice.sample(LANGUAGES, k=2 if dice.random() < 0.2 else 1)
    return [
        Edition(
            publication=row, language=code, text_state="ready", pages=dice.randint(1, 200),
            text=words.draw(code, TEXT_WORDS),
        )
        for code in codes
    ]  # fmt: skip
