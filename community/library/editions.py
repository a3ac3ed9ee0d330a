"""Puts files to editions, replaces and removes them, and reads their words by task.

Files wait for no review: they are checked, written anew and recorded, and a record that is not
published shows none.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.library import kinds, vocabulary
from community.library.copy_models import StampedCopy
from community.library.editing import may_change
from community.library.files import ORIGINAL, is_stamped
from community.library.labelling import become_source
from community.library.models import Edition, Publication
from community.library.tasks import read_words
from portal.audit.services import record
from portal.files.derived import discard, words_of
from portal.files.intake import Prepared
from portal.files.models import StoredFile
from portal.files.reasons import Reason, Refused
from portal.files.services import examined, keep
from portal.shared import clock
from portal.shared.errors import Invalid, NotAllowed

TextState = Edition.TextState


def put(*, actor: Any, publication: Publication, language: str, upload: Any) -> Edition:
    """Give a record its file in a language, or another one in its place.

    Not for use inside a transaction: reading a file takes up to a minute. Raises NotAllowed, and
    Invalid with a sentence for the person: unknown language, refused file, one no copy of which
    could be stamped though the label asks for that.
    """
    if not may_change(actor, publication):
        raise NotAllowed
    if not vocabulary.is_known(kinds.LANGUAGE, language):
        sentence = _("Choose a language from the list.")
        raise Invalid(sentence, {"language": sentence})
    with examined(owner=actor, upload=upload, purpose=ORIGINAL) as paper:
        return _put(actor, publication, language, paper)


@transaction.atomic
def _put(actor: Any, publication: Publication, language: str, paper: Prepared) -> Edition:
    publication = become_source(actor=actor, publication=_held(actor, publication))
    if is_stamped(publication) and paper.kind.ending != "pdf":
        raise Invalid(
            _("From TLP:AMBER on every reader gets a copy with her name on each page. That needs a "
              "PDF: save your document as PDF and send that.")
        )  # fmt: skip
    stored = keep(
        paper, owner=actor, purpose=ORIGINAL, about=str(publication.public_id),
        label=publication.label, source=publication.source,
    )  # fmt: skip
    edition = Edition.objects.filter(publication=publication, language=language).first()
    old = edition.file if edition else None
    edition = edition or Edition(publication=publication, language=language)
    edition.file, edition.size, edition.sha256 = stored, stored.size, stored.sha256
    edition.pages, edition.text, edition.text_state = None, "", TextState.WAITING
    edition.made = clock.now()
    edition.save()
    if old is not None:
        discard(old, actor=actor)
    drop_copies(edition)
    _changed(publication)
    facts = {"language": language, "type": paper.kind.name}
    record("publication.file", actor=actor, thing=publication, facts=facts)
    key = edition.pk
    transaction.on_commit(lambda: read_words.enqueue(key))
    return edition


@transaction.atomic
def remove(*, actor: Any, edition: Edition) -> None:
    """Remove an edition with its file and everybody's copies. Raises NotAllowed."""
    publication = _held(actor, edition.publication)
    found = Edition.objects.filter(pk=edition.pk, publication=publication).first()
    if found is None:
        raise NotAllowed
    drop_copies(found)
    if found.file is not None:
        discard(found.file, actor=actor)
    language = found.language
    found.delete()
    _changed(publication)
    record("publication.file-removed", actor=actor, thing=publication, facts={"language": language})


def _held(actor: Any, publication: Publication) -> Publication:
    found = Publication.objects.select_for_update().filter(pk=publication.pk).first()
    if found is None or not may_change(actor, found):
        raise NotAllowed
    return found


def _changed(publication: Publication) -> None:
    publication.changed = clock.now()
    publication.save(update_fields=["changed"])


def drop_copies(edition: Edition) -> None:
    """Delete everybody's copies of an edition."""
    rows = StampedCopy.objects.filter(edition=edition)
    files = list(StoredFile.objects.filter(pk__in=rows.exclude(file=None).values("file")))
    rows.delete()
    discard(*files)


def read(edition_id: int) -> str:
    """Read the words of an edition's file and keep them; return the state. Done by task.

    What was replaced meanwhile is left alone. A file that waits for the virus check is read once
    ``read_waiting`` comes by again.
    """
    edition = Edition.objects.select_related("file").filter(pk=edition_id).first()
    if edition is None or edition.file is None:
        return "gone"
    try:
        words = words_of(edition.file)
    except Refused as refusal:
        if refusal.reason == Reason.VIRUS:
            return str(TextState.WAITING)
        return _keep(edition, {"text_state": TextState.FAILED})
    state = TextState.READY if words.has_text else TextState.NO_TEXT
    return _keep(edition, {"text": words.text, "pages": words.pages, "text_state": state})


@transaction.atomic
def _keep(edition: Edition, found: dict[str, Any]) -> str:
    row = Edition.objects.select_for_update().filter(pk=edition.pk, file=edition.file_id).first()
    if row is None:
        return "gone"
    for name, value in found.items():
        setattr(row, name, value)
    row.save(update_fields=list(found))
    return str(row.text_state)


def read_waiting() -> int:
    """Begin reading everything that still waits to be read; return how many."""
    keys = Edition.objects.filter(text_state=TextState.WAITING, file__isnull=False)
    for key in (found := list(keys.values_list("pk", flat=True))):
        read_words.enqueue(key)
    return len(found)
