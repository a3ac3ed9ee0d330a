"""Compiles ``locales/*/LC_MESSAGES/*.po``. Runs inside ``.venv``: it needs Babel, not gettext."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po


def compile_all(folder: Path) -> int:
    """Write a ``.mo`` beside every ``.po`` and return how many; fuzzy entries are left out.

    Raises PoFileError for a file that is no catalogue.
    """
    written = 0
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parts[-3], abort_invalid=True)
        part = source.with_suffix(".mo.part")
        with part.open("wb") as stream:
            write_mo(stream, catalogue)
        part.replace(source.with_suffix(".mo"))
        written += 1
    return written


if __name__ == "__main__":
    try:
        compile_all(Path(sys.argv[1]))
    except PoFileError as problem:
        sys.exit(f"A translation catalogue cannot be read: {problem}")
