"""Editions: files in, their words and pages, who may put one, what goes when one is replaced."""

import json

import pytest

from community.library import editions
from community.library.models import Edition, Publication
from portal.audit.models import AuditRow
from portal.files import derived, store
from portal.files.models import StoredFile
from portal.files.services import delete_files_of
from portal.shared.errors import Invalid, NotAllowed
from tests.community.library.records import publication
from tests.community.library.shelf import (
    copy_for,
    editor,
    put_file,
    restricted,
    verified,
    with_text,
)
from tests.files.made import office, open_document, pdf
from tests.people import member, staff

pytestmark = pytest.mark.django_db
State = Edition.TextState


def test_words_pages_size_and_checksum_are_kept():
    edition = put_file(publication(label="CLEAR"), editor(), content=with_text(3))
    assert (edition.pages, edition.text_state) == (3, State.READY)
    assert "Honest words on this page 2" in edition.text
    content = store.where(edition.file.stored_name).read_bytes()
    assert edition.size == len(content)
    assert edition.sha256 == edition.file.sha256


def test_scanned_pages_are_said_to_have_no_text():
    edition = put_file(publication(), editor(), content=pdf(pages=2))
    assert (edition.text_state, edition.pages) == (State.NO_TEXT, 2)


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_words_of_office_documents_are_read(kind):
    content = open_document(kind) if kind == "odt" else office(kind)
    edition = put_file(publication(), editor(), content=content, name=f"a.{kind}")
    assert "HONEST" in edition.text
    assert edition.pages is None


def test_what_cannot_be_read_is_said_so():
    edition = put_file(publication(), editor())
    store.where(edition.file.stored_name).write_bytes(b"%PDF-1.4\nnothing")
    assert editions.read(edition.pk) == State.FAILED


def test_words_wait_for_the_virus_check():
    edition = put_file(publication(), editor())
    Edition.objects.update(text_state=State.WAITING)
    StoredFile.objects.update(state=StoredFile.State.QUARANTINED)
    assert editions.read(edition.pk) == State.WAITING


def test_reading_takes_bounded_time(monkeypatch):
    monkeypatch.setattr(derived, "PATIENCE", 0)
    edition = put_file(publication(), editor())
    assert edition.text_state in {State.FAILED, State.NO_TEXT}


def test_another_file_replaces_the_first_with_its_copies():
    owner, edition = restricted("AMBER")
    copy = copy_for(owner, edition)
    names = [edition.file.stored_name, copy.file.stored_name]
    put_file(edition.publication, owner, content=with_text(2))
    assert Edition.objects.count() == 1
    assert StoredFile.objects.count() == 1
    assert not StoredFile.objects.filter(stored_name__in=names).exists()
    events = list(AuditRow.objects.values_list("event", flat=True))
    assert events.count("publication.file") == 2
    assert "file.deleted" in events


def test_a_file_that_is_removed_takes_copies_with_it():
    owner, edition = restricted("AMBER")
    copy_for(owner, edition)
    editions.remove(actor=owner, edition=edition)
    assert not Edition.objects.exists()
    assert not StoredFile.objects.exists()


def test_from_amber_on_only_what_can_be_stamped_is_taken():
    owner, edition = restricted("AMBER")
    with pytest.raises(Invalid):
        put_file(edition.publication, owner, content=office("docx"), name="a.docx")
    assert StoredFile.objects.count() == 1


def test_language_must_be_one():
    with pytest.raises(Invalid) as refusal:
        put_file(publication(), editor(), language="klingon")
    assert "language" in refusal.value.fields


@pytest.mark.parametrize("role", ["", "trainer", "translator", "focal-point"])
def test_who_does_not_publish_puts_no_file_to_a_published_record(role):
    actor = verified(staff(role) if role else member())
    with pytest.raises(NotAllowed):
        put_file(publication(), actor)
    draft = publication()
    Publication.objects.filter(pk=draft.pk).update(live=False)
    draft.refresh_from_db()
    if role:
        assert put_file(draft, actor).file is not None
    else:
        with pytest.raises(NotAllowed):
            put_file(draft, actor)


def test_nobody_puts_files_to_a_record_that_is_hidden_from_her():
    _owner, edition = restricted("RED")
    with pytest.raises(NotAllowed):
        put_file(edition.publication, editor())


def test_who_puts_a_file_to_a_record_of_nobody_becomes_its_source():
    actor = editor()
    record = publication(label="AMBER")
    put_file(record, actor)
    record.refresh_from_db()
    assert record.marked_by == actor
    assert record.source == actor.membership.organisation
    row = AuditRow.objects.filter(event="publication.file").get()
    assert json.loads(row.body)["facts"] == {"language": "en", "type": "PDF"}


def test_files_of_the_library_outlive_the_account_that_sent_them():
    actor = editor()
    edition = put_file(publication(), actor)
    assert delete_files_of(owner=actor) == 0
    edition.refresh_from_db()
    assert edition.file is not None
