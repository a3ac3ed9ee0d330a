"""Files of people who mean no good, as files of publications: nothing unsafe is kept."""

import pytest

from community.library import editions
from community.library.files import ACCEPTED
from community.library.models import Edition
from portal.files.kinds import ending
from portal.files.models import StoredFile
from portal.shared.errors import Invalid
from tests.community.library.records import publication
from tests.community.library.shelf import editor
from tests.files.hostile import CORPUS, Hostile, texts_in
from tests.files.uploads import content_of, upload

pytestmark = [pytest.mark.django_db, pytest.mark.first_database]
# A kind that is not accepted is refused before anything is read.
REFUSED = [row for row in CORPUS if row.goes == "refused" or ending(row.file) not in ACCEPTED]
CLEANED = [row for row in CORPUS if row not in REFUSED]


def _send(sample: Hostile) -> Edition:
    sent = upload("x", sample.make(), sample.content_type)
    sent._name = sample.file
    record = publication("A title", "GREEN")
    return editions.put(actor=editor(), publication=record, language="en", upload=sent)


def test_corpus_is_large_enough():
    assert len(CORPUS) >= 60
    assert len([row for row in CORPUS if ending(row.file) in ACCEPTED]) >= 60


@pytest.mark.parametrize("sample", REFUSED, ids=lambda sample: sample.name)
def test_put_hostile_is_refused_and_leaves_nothing(sample, private_root):
    with pytest.raises(Invalid) as refusal:
        _send(sample)
    assert len(str(refusal.value)) > 20
    assert not Edition.objects.exists()
    assert not StoredFile.objects.exists()
    assert [path for path in private_root.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("sample", CLEANED, ids=lambda sample: sample.name)
def test_put_hostile_is_kept_without_what_it_hid_and_its_words_are_read(sample):
    edition = _send(sample)
    found = texts_in(content_of(edition.file))
    assert [canary for canary in sample.canaries if canary in found] == []
    assert editions.read(edition.pk) in {"ready", "no-text", "failed"}
    edition.refresh_from_db()
    words = edition.text.encode()
    assert [canary for canary in sample.canaries if canary in words] == []
