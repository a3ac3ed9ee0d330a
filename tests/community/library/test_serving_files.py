"""Files out: to whom, in which form, and what is in the record before the first byte."""

import json

import pytest
from django.test import Client

from community.library import copies
from community.library.copy_models import StampedCopy
from community.library.models import Edition, Publication
from portal.audit.models import AuditRow
from portal.files import serving
from portal.files.models import StoredFile
from portal.markings.labels import Label
from portal.markings.models import Reader
from portal.shared import clock
from tests.community.library.records import publication
from tests.community.library.shelf import (
    copy_for,
    editor,
    end_membership,
    file_page,
    put_file,
    restricted,
    stored_page,
    verified,
)  # fmt: skip
from tests.files.made import office
from tests.files.uploads import content_of
from tests.people import member, person, signed_in, staff

pytestmark = pytest.mark.django_db
ABOVE = ("AMBER", "AMBER+STRICT", "RED")


def reads() -> list[dict]:
    return [json.loads(row.body) for row in AuditRow.objects.filter(event="file.read")]


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_visitor_takes_what_is_public():
    edition = put_file(publication(label="CLEAR"), editor())
    answer = Client().get(file_page(edition.publication, public=True))
    assert answer.status_code == 200
    assert body(answer) == content_of(edition.file)
    assert answer["Content-Disposition"].startswith("attachment;")
    assert reads() == []


@pytest.mark.parametrize("label", ["GREEN", "", *ABOVE])
def test_visitor_gets_nothing_else_on_any_road(label):
    record = publication(label="CLEAR")
    edition = put_file(record, editor())
    Publication.objects.filter(pk=record.pk).update(label=label)
    for path in (file_page(record, public=True), stored_page(edition.file), file_page(record)):
        answer = Client().get(path)
        assert answer.status_code in {302, 404}
    assert Client().get(file_page(record, public=True)).status_code == 404
    assert reads() == []


def test_public_address_gives_members_nothing_restricted():
    record = publication(label="GREEN")
    put_file(record, editor())
    client = signed_in(member())
    assert client.get(file_page(record, public=True)).status_code == 404
    assert client.get(file_page(record)).status_code == 200


def test_drafts_show_no_file():
    record = publication(label="CLEAR")
    edition = put_file(record, editor())
    Publication.objects.filter(pk=record.pk).update(live=False)
    for client in (Client(), signed_in(member())):
        assert client.get(file_page(record, public=True)).status_code == 404
        assert client.get(stored_page(edition.file)).status_code != 200


def test_member_takes_green_and_the_record_says_so_first(monkeypatch):
    record = publication(label="GREEN")
    put_file(record, editor())
    reader = member()
    real = serving._open

    def watched(stored):
        assert reads() == []
        return real(stored)

    monkeypatch.setattr(serving, "_open", watched)
    answer = signed_in(reader).get(file_page(record))
    [row] = reads()  # before anything of the stream was read
    assert (row["actor"], row["thing"], row["facts"]) == (
        str(reader.public_id), f"community.publication:{record.public_id}", {"label": "GREEN"},
    )  # fmt: skip
    assert body(answer).startswith(b"%PDF")


@pytest.mark.parametrize("label", ["GREEN", "AMBER"])
def test_a_record_that_fails_sends_no_byte(label, monkeypatch):
    owner, edition = restricted(label)
    copy = copy_for(owner, edition) if label == "AMBER" else None

    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(serving, "record", fails)
    path = stored_page(copy.file) if copy else file_page(edition.publication)
    with pytest.raises(RuntimeError):
        signed_in(owner).get(path)


def test_who_is_no_verified_member_takes_nothing_above_clear():
    record = publication(label="GREEN")
    edition = put_file(record, editor())
    for client in (
        signed_in(member(tier="courier")), signed_in(person(), verified=False),
        signed_in(member(), verified=False),
    ):  # fmt: skip
        for path in (file_page(record), file_page(record, public=True), stored_page(edition.file)):
            assert client.get(path).status_code != 200
    assert reads() == []


@pytest.mark.parametrize("label", ABOVE)
def test_the_original_above_green_is_sent_to_nobody(label):
    owner, edition = restricted(label)
    client = signed_in(owner)
    assert client.get(stored_page(edition.file)).status_code == 404
    answer = client.get(file_page(edition.publication))
    assert answer.status_code == 200
    assert not answer.streaming
    assert reads() == []


@pytest.mark.parametrize("label", ABOVE)
def test_outside_the_audience_everything_looks_as_if_it_were_not_there(label):
    _owner, edition = restricted(label)
    missing = publication(label="GREEN")
    for stranger in (member(), staff("administrator"), staff("focal-point"), staff("reviewer")):
        client = signed_in(stranger)
        none = client.get(file_page(missing))
        for path in (file_page(edition.publication), stored_page(edition.file)):
            answer = client.get(path)
            assert answer.status_code == none.status_code == 404
            assert "SECRET-TITLE" not in answer.content.decode()
        assert client.post(file_page(edition.publication)).status_code == 404
    assert not StampedCopy.objects.exists()


def test_page_prepares_a_copy_and_leads_to_it(django_capture_on_commit_callbacks):
    owner, edition = restricted("AMBER")
    client, path = signed_in(owner), file_page(edition.publication)
    assert b"Prepare my copy" in client.get(path).content
    assert not StampedCopy.objects.exists()  # looking changes nothing
    assert client.post(path).status_code == 302
    waiting = client.get(path)
    assert b"being prepared" in waiting.content
    assert waiting["Refresh"] == "3"
    copy = StampedCopy.objects.get()
    copies.make(copy.pk)
    copy.refresh_from_db()
    ready = client.get(path)
    assert "Refresh" not in ready
    assert stored_page(copy.file) in ready.content.decode()
    assert body(client.get(stored_page(copy.file))) == content_of(copy.file)
    assert reads()[0]["thing"] == f"community.publication:{edition.publication.public_id}"


def test_commit_begins_the_task(django_capture_on_commit_callbacks):
    owner, edition = restricted("AMBER")
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(owner).post(file_page(edition.publication))
    assert StampedCopy.objects.get().state == "ready"


@pytest.mark.parametrize("label", ["AMBER+STRICT", "RED"])
def test_strict_labels_want_a_fresh_factor_for_copy_and_bytes(label):
    owner, edition = restricted(label)
    path = file_page(edition.publication)
    stale = signed_in(owner, fresh=False)
    assert stale.post(path).status_code == 302
    assert not StampedCopy.objects.exists()
    copy = copy_for(owner, edition)
    assert stale.get(stored_page(copy.file)).status_code == 302
    assert reads() == []
    assert signed_in(owner).get(stored_page(copy.file)).status_code == 200


def test_a_copy_is_its_readers_alone():
    owner, edition = restricted("AMBER")
    colleague = member(of=edition.publication.source)
    copy = copy_for(owner, edition)
    assert signed_in(colleague).get(stored_page(copy.file)).status_code == 404
    assert signed_in(staff("administrator")).get(stored_page(copy.file)).status_code == 404
    own = copy_for(colleague, edition)
    assert own.pk != copy.pk
    assert signed_in(colleague).get(stored_page(own.file)).status_code == 200


@pytest.mark.parametrize("change", ["label", "name", "original", "membership", "live"])
def test_a_copy_counts_no_more_when_something_changed(change):
    _owner, edition = restricted("AMBER")
    colleague = member(of=edition.publication.source)
    copy = copy_for(colleague, edition)
    client = signed_in(colleague)
    assert client.get(stored_page(copy.file)).status_code == 200
    if change == "label":
        Publication.objects.update(label="AMBER+STRICT")
    elif change == "name":
        type(colleague).objects.filter(pk=colleague.pk).update(name="Another Name")
    elif change == "original":
        Edition.objects.update(sha256="0" * 64)
    elif change == "membership":
        end_membership(colleague)
    else:
        Publication.objects.update(live=False)
    assert client.get(stored_page(copy.file)).status_code != 200


def test_label_raised_at_the_last_moment_is_obeyed(monkeypatch):
    record = publication(label="GREEN")
    edition = put_file(record, editor())
    reader = verified(member())
    real, calls = serving.get_file_for, []

    def then_raised(user, public_id):
        found = real(user, public_id)
        calls.append(found)
        if len(calls) == 1:
            Publication.objects.update(label="AMBER")
        return found

    monkeypatch.setattr(serving, "get_file_for", then_raised)
    with pytest.raises(serving.NotAllowed):
        serving.open_for(user=reader, public_id=edition.file.public_id)
    assert reads() == []


def test_an_old_label_on_the_file_itself_counts_for_nothing():
    record = publication(label="CLEAR")
    edition = put_file(record, editor())
    assert edition.file.label == "CLEAR"
    Publication.objects.update(label="RED")
    assert Client().get(file_page(record, public=True)).status_code == 404
    assert signed_in(member()).get(stored_page(edition.file)).status_code == 404


def test_office_file_under_a_raised_label_is_not_given_out():
    record = publication(label="GREEN", source=None)
    owner = editor()
    put_file(record, owner, content=office("docx"), name="a.docx")
    Publication.objects.update(label="AMBER", marked_by=owner)
    client = signed_in(owner)
    assert client.post(file_page(record)).status_code == 409
    assert client.get(stored_page(Edition.objects.get().file)).status_code == 404


def test_quarantined_originals_give_no_copy():
    owner, edition = restricted("AMBER")
    StoredFile.objects.update(state=StoredFile.State.QUARANTINED)
    assert signed_in(owner).post(file_page(edition.publication)).status_code == 409


@pytest.mark.parametrize("label", list(Label))
def test_another_site_gets_nothing(label):
    owner, edition = restricted(str(label))
    answer = signed_in(owner).get(
        file_page(edition.publication), headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert not (answer.status_code == 200 and answer.streaming)


def test_unknown_languages_and_readers_whose_time_is_over():
    _owner, edition = restricted("AMBER")
    reader = member()
    Reader.objects.create(
        kind="community.publication", key=str(edition.publication_id), person=reader,
        given_at=clock.now(), ends_at=clock.now(),
    )  # fmt: skip
    client = signed_in(reader)
    assert client.get(file_page(edition.publication)).status_code == 404
    assert client.get(file_page(edition.publication, "fr")).status_code == 404
