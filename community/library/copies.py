"""Copies that name their reader: asked for, made by task, kept for a week, forgotten.

A copy is what a reader of AMBER and above gets instead of the file. ``portal.files.serving`` sends
it, and asks again who she is, whether the label lets her, and for the row in the record.
"""

import unicodedata
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.library.copy_models import StampedCopy
from community.library.files import COPY, counts, is_stamped, name_on
from community.library.models import Edition
from community.library.permissions import may_open
from community.library.tasks import stamp_copy
from portal.accounts import step_up
from portal.audit.services import record
from portal.files.derived import OPEN, Line, can_be_stamped, discard, keep_copy, stamped
from portal.files.models import StoredFile
from portal.files.reasons import Refused
from portal.markings.labels import FRESH, label_of
from portal.shared import clock, ids, ratelimit
from portal.shared.errors import Conflict, NotAllowed, TooMany

State = StampedCopy.State
KEPT = timedelta(days=7)
PATIENCE = timedelta(minutes=15)  # after which a copy that is still waited for is begun anew


def current(user: Any, edition: Edition) -> StampedCopy | None:
    """Return the person's copy if it still counts; one whose making was lost does not."""
    rows = StampedCopy.objects.select_related("edition__publication", "person", "file")
    copy = rows.filter(edition=edition, person=user).first()
    if copy is None or not counts(copy):
        return None
    if copy.state == State.WAITING and copy.asked_at < clock.now() - PATIENCE:
        return None
    return copy if copy.state != State.READY or copy.file_id else None


def ask(*, actor: Any, edition: Edition) -> StampedCopy:
    """Have a copy of an edition made for a person, or return the one that counts already.

    Raises NotAllowed, step_up.Needed for the two strictest labels, TooMany, and Conflict where the
    file cannot bear a line on every page.
    """
    publication = edition.publication
    if not may_open(actor, publication) or not is_stamped(publication) or edition.file is None:
        raise NotAllowed
    if label_of(publication.label) in FRESH:
        step_up.require(actor)
    if not can_be_stamped(edition.file):
        raise Conflict(_("This file is no PDF, so no copy can be made of it. Tell who added it."))
    if edition.file.state not in OPEN:
        raise Conflict(_("This file still waits for the virus check. Please try again later."))
    copy = current(actor, edition)
    if copy is not None and copy.state != State.FAILED:
        return copy
    if wait := ratelimit.wait(str(actor.pk), "stamped-copies"):
        raise TooMany(wait)
    return _begin(actor, edition)


@transaction.atomic
def _begin(actor: Any, edition: Edition) -> StampedCopy:
    held = Edition.objects.select_for_update(of=("self",)).select_related("publication")
    edition = held.filter(pk=edition.pk).first() or _gone()
    if not may_open(actor, edition.publication):
        raise NotAllowed
    old = StampedCopy.objects.filter(edition=edition, person=actor).select_related("file").first()
    if old is not None:
        stored = old.file
        old.delete()
        if stored is not None:
            discard(stored)
    copy = StampedCopy.objects.create(
        edition=edition, person=actor, number=_number(), name=name_on(actor),
        label=str(label_of(edition.publication.label)), sha256=edition.sha256,
    )  # fmt: skip
    key = copy.pk
    transaction.on_commit(lambda: stamp_copy.enqueue(key))
    return copy


def _gone() -> Edition:
    raise NotAllowed


def _number() -> str:
    """Return a number no other copy bears now."""
    while StampedCopy.objects.filter(number=(number := ids.readable())).exists():
        pass
    return number


def line_of(copy: StampedCopy) -> Line:
    """Return what stands on each page: name, moment, number, label."""
    moment = clock.now().strftime("%Y-%m-%d %H:%M UTC")
    return Line(copy.name, _is_rtl(copy.name), (moment, copy.number), label_of(copy.label).tlp)


def _is_rtl(name: str) -> bool:
    """Say whether a name begins from the right: by its first letter with a direction (UAX 9)."""
    kinds = (unicodedata.bidirectional(char) for char in name)
    first = next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L")
    return first != "L"


def make(copy_id: int) -> str:
    """Make a copy that is waited for; return its state. Done by task, outside of transactions."""
    rows = StampedCopy.objects.select_related("edition__publication", "edition__file", "person")
    copy = rows.filter(pk=copy_id, state=State.WAITING).first()
    if copy is None:
        return "gone"
    if copy.edition.file is None or not _still(copy):
        return _fail(copy)
    try:
        with stamped(copy.edition.file, line_of(copy)) as paper, transaction.atomic():
            held = rows.select_for_update(of=("self",)).filter(pk=copy.pk).first()
            if held is None or held.state != State.WAITING or not _still(held):
                return "gone"
            about = f"{held.edition.publication.public_id}"
            held.file = keep_copy(paper, original=held.edition.file, purpose=COPY, about=about)
            held.state, held.made_at = State.READY, clock.now()
            held.save(update_fields=["file", "state", "made_at"])
            facts = {"label": held.label, "copy_number": held.number}
            record(
                "publication.copied", actor=held.person, thing=held.edition.publication, facts=facts
            )
    except Refused:
        return _fail(copy)
    return str(State.READY)


def _still(copy: StampedCopy) -> bool:
    return counts(copy) and copy.edition.file is not None


def _fail(copy: StampedCopy) -> str:
    waiting = StampedCopy.objects.filter(pk=copy.pk, state=State.WAITING)
    waiting.update(state=State.FAILED)
    return str(State.FAILED)


@transaction.atomic
def forget(*, person: Any = None) -> int:
    """Delete copies older than a week, or all of one person; return how many files.

    Files whose row went with its edition or its person are found and deleted as well.
    """
    rows = StampedCopy.objects.all()
    rows = rows.filter(person=person) if person else rows.filter(asked_at__lt=clock.now() - KEPT)
    rows.delete()
    known = StampedCopy.objects.exclude(file=None).values("file")
    files = list(StoredFile.objects.filter(purpose=COPY).exclude(pk__in=known))
    discard(*files)
    return len(files)
