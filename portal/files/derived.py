"""What is made from a stored file: its words for searching, and copies that name their reader.

Both are made in the worker and take up to some minutes, so they belong into tasks, outside of
transactions.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from portal.audit.services import record
from portal.files import limits, sandbox, store
from portal.files.intake import Prepared, digest
from portal.files.kinds import KINDS, Family, ending
from portal.files.models import StoredFile
from portal.files.reasons import Reason, Refused
from portal.shared import clock

State = StoredFile.State
OPEN = (State.CLEAN, State.UNSCANNED)
PATIENCE = 300  # seconds for the words of a long document
STAMPED = frozenset({"pdf"})


@dataclass(frozen=True)
class Words:
    """``pages`` is None where a kind has none; without ``has_text`` the pages are pictures."""

    text: str
    pages: int | None
    has_text: bool


@dataclass(frozen=True)
class Line:
    """What stands on each page of a copy: whose it is, ``parts`` such as time and number, label."""

    name: str
    rtl: bool
    parts: tuple[str, ...]
    label: str


def can_be_stamped(stored: StoredFile) -> bool:
    """Say whether a copy can name its reader on every page."""
    return ending(stored.name) in STAMPED


def words_of(stored: StoredFile) -> Words:
    """Read the words of a document. Raises Refused, also while the virus check is open."""
    source = _source(stored)
    target = store.waiting(store.new_name()).with_suffix(".words")
    bounds = replace(limits.bounds(), seconds=PATIENCE)
    try:
        sandbox.run("extract", source, target, ending(stored.name), bounds)
        return Words(**json.loads(target.read_text("utf-8")))
    finally:
        target.unlink(missing_ok=True)


@contextmanager
def stamped(stored: StoredFile, line: Line) -> Iterator[Prepared]:
    """Make a copy with ``line`` on every page; what is not kept when the block ends is deleted.

    Raises Refused, also while the virus check is open and for what is no PDF.
    """
    if not can_be_stamped(stored):
        raise Refused(Reason.TYPE)
    source, name = _source(stored), store.new_name()
    target = store.waiting(name)
    # A stamp adds a little to what may be as large as a file may be.
    bounds = replace(limits.bounds(), seconds=PATIENCE)
    values = {"name": line.name, "rtl": line.rtl, "parts": line.parts, "label": line.label}
    more = {"line": values, "fonts": _fonts()}
    try:
        sandbox.run("stamp", source, target, ending(stored.name), bounds, more)
        paper = Prepared(
            stored_name=name,
            name=stored.name,
            kind=KINDS[Family.PDF.value],
            size=target.stat().st_size,
            sha256=digest(target),
            state=State(stored.state),
        )
        yield paper
        if not paper.kept:
            store.remove(name)
    except BaseException:
        store.remove(name)
        raise


def _fonts() -> str:
    """Return the folder of fonts that came with the site, "" where those of the system must do."""
    folder = Path(settings.FONT_ROOT)
    return str(folder) if folder.is_dir() else ""


def _source(stored: StoredFile) -> Path:
    if stored.state not in OPEN:
        raise Refused(Reason.VIRUS)
    try:
        return store.where(stored.stored_name)
    except FileNotFoundError as problem:
        raise Refused(Reason.EMPTY) from problem


@transaction.atomic
def keep_copy(paper: Prepared, *, original: StoredFile, purpose: str, about: str) -> StoredFile:
    """Make the row of a copy. It is nobody's own: who may read it is for its purpose to say."""
    copy = StoredFile.objects.create(
        owner=None,
        purpose=purpose,
        about=about,
        label=original.label,
        source=original.source,
        name=paper.name,
        content_type=paper.kind.content_type,
        size=paper.size,
        sha256=paper.sha256,
        stored_name=paper.stored_name,
        state=paper.state,
        received_at=clock.now(),
        scanned_at=original.scanned_at,
    )
    transaction.on_commit(lambda: store.settle(paper.stored_name))
    paper.kept = True
    return copy


@transaction.atomic
def discard(*files: StoredFile, actor: Any = None) -> None:
    """Delete files whose thing is gone or has a newer one. Recorded only where ``actor`` did it."""
    for stored in files:
        if actor is not None:
            record("file.deleted", actor=actor, about=stored.owner, thing=stored)
        name = stored.stored_name
        stored.delete()
        transaction.on_commit(lambda name=name: store.remove(name))
