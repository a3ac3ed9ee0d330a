"""File names as people send them, made fit to be kept, shown and sent back. Pure."""

import re
import unicodedata
from urllib.parse import quote

from portal.files.unpack import RESERVED
from portal.shared.text import plain

LONGEST = 120  # characters before the ending
JOINERS = "\u200c\u200d"
FORBIDDEN = re.compile(r'[<>:"|?*\\/;%]')
# Endings in the middle of a name that a system may take for the real one ("invoice.exe.pdf").
MISLEADING = re.compile(
    r"\.(?=(?:exe|com|bat|cmd|scr|pif|js|jse|vbs|vbe|wsf|ps1|msi|hta|lnk|jar|html?|svg|xml|php|"
    r"py|sh|dll|reg|cpl|url|docm|xlsm|pptm|zip|rar|7z|iso|img)$)",
    re.IGNORECASE,
)


def clean(name: str, ending: str) -> str:
    """Return ``name`` with the ending that fits its content, safe on every system.

    Folders, control and direction marks, reserved names and misleading inner endings go; letters
    of every script stay. Never empty, at most 128 characters.
    """
    last = re.split(r"[\\/]", name)[-1]
    stem = last.rpartition(".")[0] or ("" if last.startswith(".") else last)
    stem = FORBIDDEN.sub("_", plain("".join(c for c in stem if _is_shown(c))))
    stem = " ".join(stem.split()).strip(". ")
    while MISLEADING.search(stem):
        stem = MISLEADING.sub("_", stem)
    stem = stem[:LONGEST].strip(". ") or "file"
    if stem.split(".")[0].lower() in RESERVED:
        stem = f"_{stem}"
    return f"{stem}.{ending}"


def _is_shown(char: str) -> bool:
    category = unicodedata.category(char)
    return char in JOINERS or category not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def disposition(name: str) -> str:
    """Return the header value that offers a download under ``name`` (RFC 6266, RFC 5987).

    The plain form is ASCII for old programs; the other one is what today's browsers take.
    """
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    ascii_name = re.sub(r"[^\w. ()+,=@~-]", "_", ascii_name).strip(". ") or "file"
    if "." in name and not ascii_name.endswith(name[name.rindex(".") :]):
        ascii_name = f"file{name[name.rindex('.') :]}"
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
