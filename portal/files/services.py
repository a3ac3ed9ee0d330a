"""Takes files in, has them checked again, and deletes them."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Sum

from portal.audit.services import record
from portal.files import limits, scanner, store, words
from portal.files.intake import Prepared, prepare
from portal.files.kinds import kind_of
from portal.files.models import StoredFile
from portal.files.permissions import get_file_to_delete, outliving, purpose_of
from portal.files.reasons import Reason, Refused
from portal.markings.labels import label_of
from portal.notifications.services import notify
from portal.shared import clock, ratelimit
from portal.shared.errors import Invalid

State = StoredFile.State
WAITING = (State.QUARANTINED, State.UNSCANNED)


def receive(
    *, owner: Any, upload: Any, purpose: str, about: str = "", label: str = "", source: Any = None
) -> StoredFile:
    """Take in a file that ``owner`` sent: checked, written anew, put into the private store.

    ``about`` is the key of the thing it belongs to; ``source`` the organisation the label speaks
    of. Whether the owner may send a file for this purpose is for the caller to decide. Not for use
    inside a transaction: see ``examined``.

    Raises Invalid with the sentence for the person, KeyError for an unknown purpose and
    ValueError for a label that does not exist.
    """
    with examined(owner=owner, upload=upload, purpose=purpose) as paper:
        return keep(paper, owner=owner, purpose=purpose, about=about, label=label, source=source)


@contextmanager
def examined(*, owner: Any, upload: Any, purpose: str) -> Iterator[Prepared]:
    """Check a file and write it anew, before the transaction in which ``keep`` is called.

    Reading a stranger's file takes up to a minute; nobody should wait for a lock meanwhile. What
    is not kept when the block ends, or when it ends by an exception, is deleted.

        with examined(owner=user, upload=upload, purpose="application") as paper:
            with transaction.atomic():
                …
                keep(paper, owner=user, purpose="application", about=row.number)

    Raises Invalid with the sentence for the person, KeyError for an unknown purpose.
    """
    accepted = purpose_of(purpose).accepted
    try:
        paper = prepare(upload, accepted)
    except Refused as refusal:
        raise _refused(owner, refusal.reason, upload, accepted) from refusal
    try:
        yield paper
    except BaseException:
        store.remove(paper.stored_name)
        raise
    if not paper.kept:
        store.remove(paper.stored_name)


@transaction.atomic
def keep(
    paper: Prepared,
    *,
    owner: Any,
    purpose: str,
    about: str = "",
    label: str = "",
    source: Any = None,
) -> StoredFile:
    """Make the row of an examined file, within what the account may hold.

    Raises Invalid where it is full, ValueError for a label that does not exist.
    """
    label_of(label)
    get_user_model().objects.select_for_update().filter(pk=owner.pk).first()
    _check_quota(owner, paper.size)
    moment = clock.now()
    stored = StoredFile.objects.create(
        owner=owner,
        marked_by=owner,
        purpose=purpose,
        about=about,
        label=label,
        source=source,
        name=paper.name,
        content_type=paper.kind.content_type,
        size=paper.size,
        sha256=paper.sha256,
        stored_name=paper.stored_name,
        state=paper.state,
        received_at=moment,
        scanned_at=moment if paper.state == State.CLEAN else None,
    )
    facts = {"type": paper.kind.name, "size": paper.size, "state": str(paper.state)}
    record("file.received", actor=owner, thing=stored, facts=facts)
    transaction.on_commit(lambda: store.settle(paper.stored_name))
    paper.kept = True
    return stored


def _check_quota(owner: Any, size: int) -> None:
    held = StoredFile.objects.filter(owner=owner).exclude(state=State.REFUSED)
    if held.count() >= ratelimit.get("account-files").amount:
        raise Invalid(words.sentence(Reason.QUOTA_FILES))
    used = held.aggregate(total=Sum("size"))["total"] or 0
    if used + size > ratelimit.get("account-bytes").amount:
        raise Invalid(words.sentence(Reason.QUOTA_BYTES))


def _refused(owner: Any, reason: Reason, upload: Any, accepted: frozenset[str]) -> Invalid:
    """Note the refusal and return the error with its sentence."""
    with transaction.atomic():
        record("file.refused", actor=owner, facts={"why": reason.value})
    most = limits.most(kind_of(upload.name, accepted)) if reason == Reason.TOO_LARGE else 0
    return Invalid(words.sentence(reason, accepted=accepted, most=most))


@transaction.atomic
def delete(*, actor: Any, public_id: uuid.UUID) -> StoredFile:
    """Delete a file of one's own, where its purpose allows that. Raises NotAllowed.

    Returns the file as it was; a second call finds nothing and raises NotAllowed.
    """
    StoredFile.objects.select_for_update().filter(public_id=public_id, owner=actor.pk).first()
    stored = get_file_to_delete(actor, public_id)
    record("file.deleted", actor=actor, thing=stored)
    _drop(stored)
    return stored


@transaction.atomic
def delete_files_of(*, owner: Any, actor: Any = None, purposes: tuple[str, ...] = ()) -> int:
    """Delete all files of an account (or those of some purposes); return how many.

    For the deletion of an account. What belongs to all outlives it (``Purpose.outlives``).
    """
    files = StoredFile.objects.select_for_update().filter(owner=owner)
    files = files.exclude(purpose__in=outliving())
    found = list(files.filter(purpose__in=purposes) if purposes else files)
    for stored in found:
        record("file.deleted", actor=actor or owner, about=owner, thing=stored)
        _drop(stored)
    return len(found)


def _drop(stored: StoredFile) -> None:
    """Delete the row, and the bytes once that is certain."""
    name = stored.stored_name
    stored.delete()
    transaction.on_commit(lambda: store.remove(name))


def scan_waiting() -> dict[str, int]:
    """Ask the scanner about every file it has not seen; return how many ended in which state.

    Stops at the first silence of the scanner. Without a scanner nothing is done.
    """
    counts: dict[str, int] = {}
    if not scanner.is_configured():
        return counts
    # Those that nobody can open yet come first.
    rows = StoredFile.objects.filter(state__in=WAITING).order_by("state", "received_at")
    for pk, name in list(rows.values_list("pk", "stored_name")):
        try:
            verdict = scanner.scan(store.where(name))
        except FileNotFoundError:
            counts["missing"] = counts.get("missing", 0) + 1
            continue
        if isinstance(verdict, scanner.Down | scanner.Absent):
            counts["waiting"] = counts.get("waiting", 0) + 1
            break
        state = _settle_verdict(pk, verdict)
        counts[state] = counts.get(state, 0) + 1
    return counts


@transaction.atomic
def _settle_verdict(pk: int, verdict: scanner.Clean | scanner.Found) -> str:
    """Write what the scanner said, unless the file is gone or was settled meanwhile."""
    stored = (
        StoredFile.objects.select_for_update(of=("self",))
        .select_related("owner")
        .filter(pk=pk, state__in=WAITING)
        .first()
    )
    if stored is None:
        return "gone"
    was_open = stored.state == State.UNSCANNED
    is_clean = isinstance(verdict, scanner.Clean)
    stored.state = State.CLEAN if is_clean else State.REFUSED
    stored.finding = "" if isinstance(verdict, scanner.Clean) else verdict.name
    stored.scanned_at = clock.now()
    stored.save(update_fields=["state", "finding", "scanned_at"])
    record("file.scanned", about=stored.owner, thing=stored, facts={"state": stored.state})
    if not is_clean:
        name = stored.stored_name
        transaction.on_commit(lambda: store.remove(name))
    if stored.owner is not None and not (is_clean and was_open):
        notify(stored.owner, "file", place="stored_file", key=str(stored.public_id))
    return str(stored.state)


def sweep() -> int:
    """Delete what interrupted uploads left behind; return how many files."""
    return store.sweep(lambda name: StoredFile.objects.filter(stored_name=name).exists())
