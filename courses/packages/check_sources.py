"""Statements of fact without a source, and lessons that are too long or too short. Pure."""

import re
from collections.abc import Iterator

from courses.packages import markdown
from courses.packages.model import Block, Finding, Pack
from courses.packages.units import units

WORDS = (250, 450)
STATING = ("text", "callout", "table", "accordion", "example")

# What only a source can know. A case of our own, marked as invented, states no fact.
FACTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a year", re.compile(r"\b(?:19|20)\d\d\b")),
    ("a number of States", re.compile(r"\b\d[\d,]* (?:States|countries|parties)\b")),
    ("an article", re.compile(r"\barticles? \d+", re.IGNORECASE)),
    ("a recommendation", re.compile(r"\brecommend(?:s|ed|ation|ations)\b", re.IGNORECASE)),
    ("a body", re.compile(r"\b(?:Working Group|Secretariat|Conference of the Parties|UNODC)\b")),
)
TELLING = ("a year", "a number of States")  # facts even among instructions to the learner
INVENTED = re.compile(r"\binvented\b", re.IGNORECASE)
# Weights that a document can bear (brief: four weights of statement).
WEIGHTS = {
    "000": {"secretariat"},
    "001": {"draft"},
    "002": {"secretariat"},
    "003": {"recommendation", "speaker", "secretariat"},
    "004": {"recommendation", "speaker", "secretariat"},
}


def check_sources(pack: Pack) -> Iterator[Finding]:
    """Check the blocks in an English source text; other source languages are not judged."""
    for module in pack.modules:
        for lesson in module.lessons:
            first = lesson.texts[pack.meta["source"]]
            for text in [first, *lesson.alternatives]:
                for block in text.blocks:
                    yield from _weights(text.path, block)
                    if text is first and first.language == "en":
                        yield from _facts(text.path, block)


def _facts(path: str, block: Block) -> Iterator[Finding]:
    if block.sources or block.kind not in STATING:
        return
    pieces = [block.text, *(part.text for part in block.parts)]
    words = markdown.plain("\n\n".join(piece for piece in pieces if piece))
    titles = " ".join(
        [*block.attributes.values(), *(p.attributes.get("title", "") for p in block.parts)]
    )
    if INVENTED.search(f"{titles} {words}"):
        return
    instructs = block.attributes.get("tone") == "remember" or block.kind == "accordion"
    for what, pattern in FACTS:
        if instructs and what not in TELLING:
            continue
        if match := pattern.search(words):
            yield Finding(path, block.line, f"states {what} (“{match.group()}”) without sources")
            return


def _weights(path: str, block: Block) -> Iterator[Finding]:
    for source in block.sources:
        if source.weight not in WEIGHTS.get(source.document, {source.weight}):
            yield Finding(path, block.line, f"document {source.document} holds no {source.weight}")


def check_length(pack: Pack) -> Iterator[Finding]:
    """Advise on lessons whose English text is outside of WORDS. What stands for a picture, or
    inside it, is not counted: a picture does not make the text longer."""
    if pack.meta["source"] != "en":
        return
    counts: dict[str, int] = {}
    for unit in units(pack):
        of_picture = unit.place.partition(" ")[0] in ("alt", "label", "description")
        if unit.language == "en" and "lesson.en.md" in unit.path and not of_picture:
            counts[unit.path] = counts.get(unit.path, 0) + len(re.findall(r"[\w'’-]+", unit.text))
    for path, count in counts.items():
        if not WORDS[0] <= count <= WORDS[1]:
            low, high = WORDS
            yield Finding(path, 0, f"{count} words; a lesson has {low} to {high}", blocking=False)
