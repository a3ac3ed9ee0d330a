"""Files of people who mean no good: nothing unsafe is kept, nothing falls over."""

import json

import pytest

from portal.audit.models import AuditRow
from portal.files import services
from portal.files.models import StoredFile
from portal.shared.errors import Invalid
from tests.files.hostile import CORPUS, Hostile, texts_in
from tests.files.reasons import WHY
from tests.files.uploads import PURPOSE, content_of, upload
from tests.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.first_database]
REFUSED = [sample for sample in CORPUS if sample.goes == "refused"]
CLEANED = [sample for sample in CORPUS if sample.goes == "cleaned"]


def _send(sample: Hostile) -> StoredFile:
    sent = upload("x", sample.make(), sample.content_type)
    sent._name = sample.file  # as it came: Django's own cleaning is not what is tested
    return services.receive(owner=person(), upload=sent, purpose=PURPOSE)


def test_corpus_is_large_and_has_no_name_twice():
    names = [sample.name for sample in CORPUS]
    assert len(set(names)) == len(names) >= 150
    assert set(WHY) == {sample.name for sample in REFUSED}


@pytest.mark.parametrize("sample", REFUSED, ids=lambda sample: sample.name)
def test_receive_hostile_is_refused_for_its_reason_and_leaves_nothing(sample, private_root):
    with pytest.raises(Invalid) as refusal:
        _send(sample)
    assert len(str(refusal.value)) > 20  # a sentence
    row = AuditRow.objects.filter(event="file.refused").last()
    assert json.loads(row.body)["facts"] == {"why": WHY[sample.name]}
    assert not StoredFile.objects.exists()
    assert [path for path in private_root.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("sample", CLEANED, ids=lambda sample: sample.name)
def test_receive_hostile_is_kept_without_what_it_hid(sample):
    stored = _send(sample)
    content = content_of(stored)
    found = texts_in(content)
    assert sample.canaries
    assert [canary for canary in sample.canaries if canary in found] == []
    if stored.content_type == "application/pdf" or stored.name.endswith(("docx", "odt")):
        assert b"HONEST" in found  # cleaned, not emptied
    assert stored.sha256 != ""
    assert stored.size == len(content)
