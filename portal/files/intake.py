"""The way in: copied, checked for viruses, read by the worker, written anew. No database here."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.files import limits, names, sandbox, scanner, store
from portal.files.kinds import HEAD, Kind, check_head, kind_of
from portal.files.models import StoredFile
from portal.files.reasons import Reason, Refused

State = StoredFile.State


@dataclass
class Prepared:
    """A file that was written anew and lies in ``incoming`` under ``stored_name``.

    ``kept`` once a row has been made for it.
    """

    stored_name: str
    name: str
    kind: Kind
    size: int
    sha256: str
    state: State
    kept: bool = False


def prepare(upload: Any, accepted: frozenset[str]) -> Prepared:
    """Take in what a person sent: an object with ``name`` and ``chunks()``.

    Takes up to a minute and no lock. Raises Refused; nothing is left behind then.
    """
    kind = kind_of(upload.name or "", accepted)
    stored_name = store.new_name()
    raw, written = store.waiting(stored_name).with_suffix(".raw"), store.waiting(stored_name)
    try:
        _copy(upload, raw, kind)
        state = _state(scanner.scan(raw))
        sandbox.rewrite(raw, written, kind.ending, limits.bounds())
        return Prepared(
            stored_name=stored_name,
            name=names.clean(upload.name or "", kind.stored_as),
            kind=kind,
            size=written.stat().st_size,
            sha256=digest(written),
            state=state,
        )
    except BaseException:
        written.unlink(missing_ok=True)
        raise
    finally:
        raw.unlink(missing_ok=True)


def _copy(upload: Any, raw: Path, kind: Kind) -> None:
    """Copy with a counter: the size a browser states is only what it states."""
    size, most, head = 0, limits.most(kind), b""
    with store.create(raw) as file:
        for piece in upload.chunks():
            size += len(piece)
            if size > most:
                raise Refused(Reason.TOO_LARGE)
            head = head if len(head) >= HEAD else (head + piece)[:HEAD]
            file.write(piece)
    check_head(kind, head)


def _state(verdict: scanner.Verdict) -> State:
    match verdict:
        case scanner.Found():
            raise Refused(Reason.VIRUS)
        case scanner.Clean():
            return State.CLEAN
        case scanner.Absent():
            return State.UNSCANNED
    return State.QUARANTINED


def digest(path: Path) -> str:
    """Return the SHA-256 (hex) of what was written, after it has reached the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()
