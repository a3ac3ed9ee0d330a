"""Is every text of the interface translated into every language?

``python -m tests.checks.translations`` compares the texts of the code with ``locales/`` and ends
with 1 when one is missing, fuzzy, empty, or has other placeholders or tags than the original.
``--write`` brings the catalogues up to date: new texts come in untranslated, old ones go.
"""

import copy
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po
from django.utils.translation import to_locale

from portal.languages.table import LANGUAGES
from tests.checks.extraction import DOMAINS, ROOT, texts

LOCALES = ROOT / "locales"
SOURCE_LANGUAGE = "en"
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|(?<!%)%[sd]|\{\w*\}")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
# Catalogues are files of the repository: they carry no time of their making.
HEADER = """\
# The Practitioners' Platform: texts of the interface, {language}.
# "python3 run.py messages" brings new texts in and takes old ones out.
#"""
UNDATED = datetime(2026, 1, 1, tzinfo=UTC)


def catalogue_path(language: str, domain: str, root: Path = LOCALES) -> Path:
    """Return where the catalogue of a language stands: ``locales/zh_Hans/LC_MESSAGES/…``."""
    return root / to_locale(language) / "LC_MESSAGES" / f"{domain}.po"


def load(language: str, domain: str, root: Path = LOCALES, *, strict: bool = True) -> Catalog:
    """Return a catalogue, an empty one when there is no file.

    ``strict`` raises PoFileError for a file with faults; otherwise what can be read is returned.
    """
    path = catalogue_path(language, domain, root)
    if not path.exists():
        return Catalog(locale=to_locale(language), domain=domain)
    with path.open("rb") as stream:
        return read_po(stream, locale=to_locale(language), domain=domain, abort_invalid=strict)


def _pair(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the originals and the translations of a message as tuples."""
    original = message.id if isinstance(message.id, tuple | list) else (message.id,)
    string = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(original), tuple(text or "" for text in string)


def _marks_differ(originals: tuple[str, ...], text: str, last: bool) -> str | None:
    """Return what is wrong with placeholders or tags of one translated form, or None.

    A form for one or two may leave out the number; the last form must have everything.
    """
    wanted = set(PLACEHOLDER.findall(originals[-1]))
    found = set(PLACEHOLDER.findall(text))
    allowed = wanted | set(PLACEHOLDER.findall(originals[0]))
    spared = 1 if len(originals) > 1 and not last else 0
    if found - allowed:
        return f"unknown placeholder {', '.join(sorted(found - allowed))}"
    if len(wanted - found) > spared:
        return f"placeholder {', '.join(sorted(wanted - found))} is missing"
    if sorted(TAG.findall(originals[-1])) != sorted(TAG.findall(text)):
        return "other tags than in the original"
    return None


def faults_of(message: Message | None, plural_forms: int) -> Iterator[str]:
    """Yield what is wrong with one translation; ``None`` stands for a text not in the file."""
    if message is None:
        yield "missing from the catalogue"
        return
    originals, strings = _pair(message)
    if message.fuzzy:
        yield "fuzzy"
    if len(originals) > 1 and len(strings) != plural_forms:
        yield f"needs {plural_forms} plural forms, has {len(strings)}"
    if not all(text.strip() for text in strings):
        yield "not translated"
        return
    for place, text in enumerate(strings):
        wrong = _marks_differ(originals, text, last=place == len(strings) - 1)
        if wrong:
            yield wrong


def check(template: Catalog, catalogue: Catalog) -> list[str]:
    """Return one line for every fault of a catalogue, measured by the texts of the code."""
    lines = []
    for wanted in template:
        if not wanted.id:
            continue
        message = catalogue.get(wanted.id, context=wanted.context)
        text = wanted.id[0] if isinstance(wanted.id, tuple | list) else wanted.id
        if message is not None and isinstance(message.id, str) != isinstance(wanted.id, str):
            message = None
        places = ", ".join(name for name, _ in wanted.locations[:2])
        lines += [
            f"{fault}: “{text}” ({places})" for fault in faults_of(message, catalogue.num_plurals)
        ]
    return lines


def refresh(template: Catalog, catalogue: Catalog, language: str) -> Catalog:
    """Bring new texts into a catalogue and take old ones out; English is filled by itself."""
    # A copy: the catalogue takes over the very messages it is given.
    catalogue.update(copy.deepcopy(template), no_fuzzy_matching=True)
    for message in catalogue:
        if not message.id:
            continue
        originals, strings = _pair(message)
        if language == SOURCE_LANGUAGE and not any(strings):
            message.string = message.id
        elif len(originals) > 1 and len(strings) != catalogue.num_plurals:
            # A new text comes with two empty forms, whatever the language has.
            message.string = (*strings, *[""] * catalogue.num_plurals)[: catalogue.num_plurals]
    catalogue.header_comment = HEADER.format(language=language)
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = ""
    catalogue.creation_date = catalogue.revision_date = UNDATED
    catalogue.fuzzy = False
    catalogue.project, catalogue.version = "practitioners-platform", "1"
    return catalogue


def write(template: Catalog, language: str, domain: str, root: Path = LOCALES) -> Path:
    """Store the refreshed catalogue of a language and return its file."""
    catalogue = refresh(template, load(language, domain, root, strict=False), language)
    path = catalogue_path(language, domain, root)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_po(
            stream, catalogue, width=98, sort_by_file=True, ignore_obsolete=True,
            include_lineno=False,
        )  # fmt: skip
    return path


def main(arguments: list[str]) -> int:
    """Check, or write with ``--write``. Returns the exit code."""
    lines = []
    for domain in DOMAINS:
        template = texts(domain)
        if not len(template):
            continue
        for row in LANGUAGES:
            try:
                if "--write" in arguments:
                    path = write(template, row.code, domain)
                    sys.stdout.write(f"{path.relative_to(ROOT)}: {len(template)} texts\n")
                found = check(template, load(row.code, domain))
            except PoFileError as problem:
                found = [f"cannot be read: {problem}"]
            lines += [f"{to_locale(row.code)}/{domain}: {line}" for line in found]
    sys.stdout.write("\n".join([*lines, f"{len(lines)} faults in the translations", ""]))
    return 1 if lines and "--write" not in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
