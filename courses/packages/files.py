"""The files of a pack as bytes, taken from a folder that nobody has checked yet. Pure.

A pack is hostile input: sizes, numbers, depth, names, links and encodings are looked at before
anything is parsed.
"""

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from courses.packages.model import Finding

MAX_FILE = 2 * 1024 * 1024
MAX_PACK = 200 * 1024 * 1024
MAX_FILES = 2_000
MAX_DEPTH = 8
CHECKSUMS = "checksums.txt"

_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")
# All control characters but the line feed; separators that only some readers take for line ends;
# the byte order mark; signs that are no characters.
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffd-\uffff]")
_CHECKSUM = re.compile(r"([0-9a-f]{64})  (\S+)")


def read_folder(root: Path) -> tuple[dict[str, bytes], list[Finding]]:
    """Return the files below ``root`` by their path with ``/``, and what had to be refused."""
    found: dict[str, bytes] = {}
    findings: list[Finding] = []
    total = 0
    if not root.is_dir() or root.is_symlink():
        return {}, [Finding("", 0, "this is not a folder")]
    for path, name in _walk(root, findings):
        if len(found) >= MAX_FILES:
            findings.append(Finding("", 0, f"more than {MAX_FILES} files"))
            break
        content = _read(path, name, findings)
        if content is None:
            continue
        total += len(content)
        if total > MAX_PACK:
            findings.append(Finding("", 0, f"the pack is larger than {MAX_PACK // 2**20} MB"))
            break
        found[name] = content
    return found, findings


def _walk(root: Path, findings: list[Finding]) -> Iterator[tuple[Path, str]]:
    """Yield the regular files, in the order of their names; links and devices become findings."""
    waiting = [(root, "")]
    while waiting:
        folder, prefix = waiting.pop(0)
        for entry in sorted(os.scandir(folder), key=lambda e: e.name):
            name = f"{prefix}{entry.name}"
            if entry.is_symlink():
                findings.append(Finding(name, 0, "links are not allowed in a pack"))
            elif entry.is_dir(follow_symlinks=False):
                if name.count("/") + 1 >= MAX_DEPTH:
                    findings.append(Finding(name, 0, f"more than {MAX_DEPTH} folders deep"))
                else:
                    waiting.append((Path(entry.path), f"{name}/"))
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry.path), name
            else:
                findings.append(Finding(name, 0, "only plain files are allowed in a pack"))


def _read(path: Path, name: str, findings: list[Finding]) -> bytes | None:
    """Return the content of a plain file; None with a finding if it is too large or unreadable."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                findings.append(Finding(name, 0, "only plain files are allowed in a pack"))
                return None
            content = file.read(MAX_FILE + 1)
    except OSError as error:
        findings.append(Finding(name, 0, f"cannot be read: {error.strerror}"))
        return None
    if len(content) > MAX_FILE:
        findings.append(Finding(name, 0, f"larger than {MAX_FILE // 2**20} MB"))
        return None
    return content


def refuse(files: Mapping[str, bytes]) -> list[Finding]:
    """Return what is wrong with names, numbers and sizes of files that came from anywhere."""
    findings: list[Finding] = []
    if len(files) > MAX_FILES:
        findings.append(Finding("", 0, f"more than {MAX_FILES} files"))
    if sum(len(content) for content in files.values()) > MAX_PACK:
        findings.append(Finding("", 0, f"the pack is larger than {MAX_PACK // 2**20} MB"))
    seen: dict[str, str] = {}
    for name, content in files.items():
        parts = name.split("/")
        if len(parts) > MAX_DEPTH or not all(_PART.fullmatch(part) for part in parts):
            findings.append(Finding(name, 0, "this path is not allowed in a pack"))
        if len(content) > MAX_FILE:
            findings.append(Finding(name, 0, f"larger than {MAX_FILE // 2**20} MB"))
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            findings.append(Finding(name, 0, f"differs from {other} only by capital letters"))
    return findings


def text(name: str, content: bytes, findings: list[Finding]) -> str | None:
    """Return the text of a file; None with a finding if it is not clean UTF-8, NFC, ``\\n``."""
    try:
        words = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        findings.append(Finding(name, line, "is not UTF-8"))
        return None
    words = words.replace("\r\n", "\n")
    before = len(findings)
    if _FORBIDDEN.search(words):
        for number, row in enumerate(words.split("\n"), 1):
            if match := _FORBIDDEN.search(row):
                sign = f"U+{ord(match.group()):04X}"
                findings.append(Finding(name, number, f"the character {sign} is not allowed"))
    return None if len(findings) > before else unicodedata.normalize("NFC", words)


def checksums(files: Mapping[str, bytes]) -> bytes:
    """Return the content of checksums.txt for ``files``: SHA-256, two spaces, path; by path."""
    lines = (
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(files.items())
        if name != CHECKSUMS
    )
    return "".join(lines).encode()


def compare_checksums(files: Mapping[str, bytes]) -> list[Finding]:
    """Return where checksums.txt, if there is one, and the files differ."""
    if CHECKSUMS not in files:
        return []
    findings: list[Finding] = []
    words = text(CHECKSUMS, files[CHECKSUMS], findings)
    listed: set[str] = set()
    for number, line in enumerate((words or "").split("\n"), 1):
        match = _CHECKSUM.fullmatch(line)
        if match is None:
            if line:
                findings.append(Finding(CHECKSUMS, number, "must be a SHA-256 and a path"))
            continue
        digest, name = match.groups()
        listed.add(name)
        if name not in files:
            findings.append(Finding(CHECKSUMS, number, f"{name} is missing"))
        elif hashlib.sha256(files[name]).hexdigest() != digest:
            findings.append(Finding(name, 0, f"has been changed since {CHECKSUMS} was written"))
    findings += [
        Finding(name, 0, f"is not listed in {CHECKSUMS}")
        for name in sorted(set(files) - listed - {CHECKSUMS})
    ]
    return findings
