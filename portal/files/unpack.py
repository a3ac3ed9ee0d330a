"""Reading archives safely: course packages and office documents. Pure.

The directory is read first and judged as a whole; then each entry is read with a counter, because
the sizes in the directory are only what the sender says (security.md 4.4, 10).
"""

import stat
import struct
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from portal.files.bounds import Bounds
from portal.files.reasons import Reason, Refused

CHUNK = 64 * 1024
SMALL = 1024 * 1024  # below this an entry may be packed as tightly as it likes
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
RESERVED = frozenset(
    ["con", "prn", "aux", "nul"] + [f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10)]
)
# What zipfile and zlib raise for data that is not what it should be.
FAULTS = (
    zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, RuntimeError, KeyError,
    NotImplementedError, EOFError, struct.error, UnicodeError,
)  # fmt: skip


class Archive:
    """A ZIP archive whose directory has been judged. Use it as a context manager.

    Raises Refused on opening for unsafe or duplicate names, links, encryption, too many, too deep
    or too large entries, and while reading for entries that are larger than they said.
    """

    def __init__(self, source: Path, bounds: Bounds) -> None:
        self.bounds = bounds
        self.size = source.stat().st_size
        self.read_bytes = 0
        try:
            self._zip = zipfile.ZipFile(source)
            self.entries = self._zip.infolist()
            _judge(self.entries, self.size, bounds)
        except Refused:
            self._zip.close()
            raise
        except FAULTS as problem:
            raise Refused(Reason.BROKEN) from problem
        except Exception as problem:  # zlib.error has no common base with the others
            raise Refused(Reason.BROKEN) from problem

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    @property
    def names(self) -> list[str]:
        """The names of the files, without folders, in the order of the directory."""
        return [entry.filename for entry in self.entries if not entry.is_dir()]

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield an entry piece by piece, counting against the limits of the whole archive."""
        entry = self._zip.getinfo(name)
        done = 0
        try:
            with self._zip.open(entry) as stream:
                while piece := stream.read(CHUNK):
                    done += len(piece)
                    self.read_bytes += len(piece)
                    if done > entry.file_size or self.read_bytes > self.bounds.unpacked:
                        raise Refused(Reason.HEAVY)
                    yield piece
        except Refused:
            raise
        except Exception as problem:
            raise Refused(Reason.BROKEN) from problem

    def read(self, name: str, most: int = 20_000_000) -> bytes:
        """Return one entry of at most ``most`` bytes. Raises Refused above that."""
        found, size = [], 0
        for piece in self.chunks(name):
            size += len(piece)
            if size > most:
                raise Refused(Reason.HEAVY)
            found.append(piece)
        return b"".join(found)

    def unpack_to(self, folder: Path) -> list[Path]:
        """Write every file below ``folder``, which must be empty and not yet shared; return them.

        Nothing is ever written outside it. On a refusal the caller removes the folder.
        """
        root, written = folder.resolve(), []
        for name in self.names:
            path = root.joinpath(*PurePosixPath(name).parts)
            if not path.resolve().is_relative_to(root):
                raise Refused(Reason.BROKEN)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                self._copy(name, file)
            written.append(path)
        return written

    def _copy(self, name: str, file: BinaryIO) -> None:
        for piece in self.chunks(name):
            file.write(piece)


def _judge(entries: list[zipfile.ZipInfo], size: int, bounds: Bounds) -> None:
    if len(entries) > bounds.entries:
        raise Refused(Reason.HEAVY)
    seen: set[str] = set()
    total = 0
    for entry in entries:
        _judge_entry(entry, bounds)
        # One file system tells upper from lower case, the other does not.
        same = unicodedata.normalize("NFC", entry.filename.rstrip("/")).casefold()
        if same in seen:
            raise Refused(Reason.BROKEN)
        seen.add(same)
        total += entry.file_size
    if total > bounds.unpacked or total > max(size, 1) * bounds.ratio + SMALL:
        raise Refused(Reason.HEAVY)
    if _is_file_and_folder(entries):
        raise Refused(Reason.BROKEN)


def _is_file_and_folder(entries: list[zipfile.ZipInfo]) -> bool:
    """Say whether a path is listed as a file while others lie below it."""
    files = {entry.filename.casefold() for entry in entries if not entry.is_dir()}
    return any(
        str(parent) in files
        for entry in entries
        for parent in PurePosixPath(entry.filename.casefold()).parents
    )


def _judge_entry(entry: zipfile.ZipInfo, bounds: Bounds) -> None:
    name = entry.filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.flag_bits & 0x1 or entry.flag_bits & 0x40:
        raise Refused(Reason.ENCRYPTED)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:  # links, devices
        raise Refused(Reason.BROKEN)
    if entry.compress_type not in METHODS or not is_safe_name(entry.orig_filename):
        raise Refused(Reason.BROKEN)
    if len(PurePosixPath(name).parts) - 1 > bounds.depth:
        raise Refused(Reason.HEAVY)
    packed = max(entry.compress_size, 1)
    if entry.file_size > SMALL and entry.file_size > packed * bounds.ratio:
        raise Refused(Reason.HEAVY)


def is_safe_name(name: str) -> bool:
    """Say whether a path from an archive stays below the folder it is unpacked to, everywhere."""
    # zipfile cuts names at NUL and turns the separator of its own system; others do not.
    if not name or len(name) > 240 or "\\" in name or ":" in name or name.startswith("/"):
        return False
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in name):
        return False
    parts = name.removesuffix("/").split("/")
    return all(
        part not in {"", ".", ".."}
        and part == part.strip(" ")
        and not part.endswith(".")
        and part.split(".")[0].lower() not in RESERVED
        for part in parts
    )
