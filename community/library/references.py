"""Where a shipped record is cited, in words: the sources have file names nobody outside knows."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

# What the five sources are (domain brief, the table of sources). Symbols are not translated.
SOURCES: dict[str, Any] = {
    "000": _("Secretariat report to the Conference, eleventh session (2022)"),
    "001": _("Draft resolution, Conference, tenth session (2020)"),
    "002": _("Secretariat background paper, Working Group on Firearms (2014)"),
    "003": "CTOC/COP/WG.6/2022/4",
    "004": "CTOC/COP/WG.6/2021/4",
}
_FILE = re.compile(r"\b(00[0-4])_[0-9a-f]{16}\.txt\b,?")


def readable(reference: str) -> str:
    """Return a reference with the names of its sources, in the language at hand."""
    return _FILE.sub(lambda found: f"{SOURCES[found[1]]},", reference)
