"""Do translations use the established terms, and no forbidden ones? Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from courses.packages.glossary import Term, has_term, terms_in
from courses.packages.model import Finding
from courses.packages.units import Unit

# So many places without the name of a treaty or body, and none with it, in one file: then it is
# clearly wrong. Other words have other meanings and other ways to be said: they give advice only.
CLEAR = 3

# (language, word, what must stand in the English for it to be right, advice)
_FORBIDDEN = (
    (
        "es",
        re.compile(r"\blocali[zc]\w*", re.IGNORECASE),
        re.compile(r"\b(?:un)?trac(?:e|es|ed|ing|eable|eability)\b", re.IGNORECASE),
        "localización means tracing only; for adapting say adaptación",
    ),
)


@dataclass
class _Use:
    """Where a term of the source is missing in one scope and language, and where it is not."""

    missing: list[Unit] = field(default_factory=list)
    present: int = 0


def check_terms(texts: Iterable[Unit], terms: list[Term]) -> Iterator[Finding]:
    """Check the translated texts, lesson by lesson and term by term."""
    uses: dict[tuple[str, str, str], _Use] = defaultdict(_Use)
    words: dict[str, Term] = {}
    known: dict[str, list[Term]] = {}
    for unit in texts:
        if unit.is_source:
            continue
        yield from _forbidden(unit)
        source = unit.source
        if source not in known:
            known[source] = list(terms_in(source, terms))
        for term in known[source]:
            wanted = term.words.get(unit.language.split("-")[0])
            if not wanted:
                continue
            words[term.english] = term
            use = uses[unit.path, unit.language, term.english]
            if has_term(unit.text, wanted, unit.language, loose=" " not in term.english):
                use.present += 1
            else:
                use.missing.append(unit)
    for (path, language, english), use in uses.items():
        if not use.missing:
            continue
        wanted = words[english].words[language.split("-")[0]]
        established = " " in english and english != english.lower()
        clear = established and len(use.missing) >= CLEAR and not use.present
        places = f" ({len(use.missing)} places)" if len(use.missing) > 1 else ""
        reason = (
            f"{use.missing[0].place}, {language}: “{english}” is “{wanted}” in the glossary{places}"
        )
        yield Finding(path, use.missing[0].line, reason, blocking=clear)


def _forbidden(unit: Unit) -> Iterator[Finding]:
    for language, pattern, allowed, advice in _FORBIDDEN:
        if (
            unit.language == language
            and pattern.search(unit.text)
            and not allowed.search(unit.source)
        ):
            yield Finding(unit.path, unit.line, f"{unit.place}, {language}: {advice}")
