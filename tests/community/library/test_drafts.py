"""Drafts of a record: words wait, label and files do not."""

import pytest

from community.library.models import Edition, Publication
from portal.markings import services as markings
from portal.shared import clock
from tests.community.library.records import publication
from tests.markings.things import verified
from tests.people import member, organisation

pytestmark = pytest.mark.django_db


def test_publishing_an_old_draft_brings_no_old_label_back():
    home = organisation()
    user = verified(member(of=home))
    row = publication("before", "GREEN", source=home, marked_by=user)
    draft = row.save_revision()
    markings.set_label(actor=user, thing=row, label="RED")
    draft.publish()
    assert Publication.objects.get(pk=row.pk).label == "RED"


def test_publishing_a_draft_keeps_the_files_of_today():
    row = publication("before")
    Edition.objects.create(publication=row, language="fr", text="old")
    draft = Publication.objects.get(pk=row.pk).save_revision()
    Edition.objects.filter(publication=row).update(text="read meanwhile", text_state="ready")
    Edition.objects.create(publication=row, language="es")
    draft.publish()
    found = {edition.language: edition.text for edition in Edition.objects.all()}
    assert found == {"fr": "read meanwhile", "es": ""}


def test_the_text_of_files_is_in_no_draft():
    row = publication("before")
    Edition.objects.create(publication=row, language="fr", text="words of the file")
    assert "words of the file" not in str(
        Publication.objects.get(pk=row.pk).save_revision().content
    )


def test_a_draft_of_words_waits_and_a_published_one_moves_the_date():
    with clock.held() as now:
        row = publication("before")
        before = row.changed
        now.advance(seconds=60)
        draft = Publication.objects.get(pk=row.pk)
        text = draft.texts.all()[0]
        text.title = "after"
        draft.texts = [text]
        revision = draft.save_revision()
        stored = Publication.objects.get(pk=row.pk)
        assert (stored.title("en"), stored.changed) == ("before", before)
        revision.publish()
        stored = Publication.objects.get(pk=row.pk)
        assert (stored.title("en"), stored.changed) == ("after", now.moment)
