"""What has been done already: a step is repeated only when what it was made from has changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """Return a hash over files (names and contents) and words. Missing files count as absent."""
    digest = hashlib.sha256()
    for path in sorted(set(paths)):
        digest.update(str(path).encode())
        digest.update(path.read_bytes() if path.is_file() else b"\0absent")
        digest.update(b"\0")
    for word in words:
        digest.update(word.encode() + b"\0")
    return digest.hexdigest()


def below(folder: Path, *patterns: str) -> list[Path]:
    """Return the files below a folder that match one of the patterns."""
    return [
        path
        for pattern in patterns
        for path in folder.rglob(pattern)
        if path.is_file() and "node_modules" not in path.parts
    ]


class Stamp:
    """A note that a step was done for a certain fingerprint."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / name

    def holds(self, mark: str) -> bool:
        """Tell whether the step was done for exactly this fingerprint."""
        try:
            return self.path.read_text(encoding="utf-8") == mark
        except OSError:
            return False

    def set(self, mark: str) -> None:
        """Note that the step is done."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(mark, encoding="utf-8")
