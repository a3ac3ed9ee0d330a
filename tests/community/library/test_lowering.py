"""RED is lowered by two people who both read the record; nobody else hears that it exists."""

import pytest
from django.core import mail
from django.urls import reverse

from community.library import labelling, lowering
from community.library.models import Publication, Withdrawn
from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.markings.models import LoweringRequest, Reader
from portal.notifications.models import Notification
from portal.roles.studio import sync_studio_rights
from portal.shared import clock
from portal.shared.errors import Conflict, NotAllowed
from tests.community.library.harvester import titles
from tests.community.library.records import publication
from tests.community.library.shelf import editor, end_membership, verified
from tests.people import member, organisation, signed_in, staff

pytestmark = pytest.mark.django_db


def named(record: Publication, person) -> None:
    Reader.objects.create(
        kind="community.publication", key=str(record.pk), person=person, given_at=clock.now()
    )


@pytest.fixture
def asked():
    """A RED record whose source wants it CLEAR; a colleague who reads it, and one who does not."""
    home = organisation()
    owner = editor(of=home)
    record = publication("SECRET-TITLE", "RED", source=home, marked_by=owner)
    reader, colleague = (verified(member(of=home)) for _ in range(2))
    named(record, reader)
    with step_up.confirmed(owner):
        done = labelling.relabel(
            actor=owner, publication=record, label="CLEAR", reason="SECRET-REASON"
        )
    assert done is False
    return owner, record, reader, colleague


def page(record: Publication) -> str:
    return reverse("members_lowering", args=[record.public_id])


def test_the_label_stays_until_a_second_person_agrees(asked):
    owner, record, reader, _colleague = asked
    assert Publication.objects.get().label == "RED"
    assert titles() == []
    assert [row.publication for row in lowering.waiting_for(reader)] == [record]
    with step_up.confirmed(reader):
        lowering.decide(actor=reader, waiting=lowering.waiting_for(reader)[0], granted=True)
    assert Publication.objects.get().label == "CLEAR"
    assert titles() == ["SECRET-TITLE"]
    assert not Withdrawn.objects.exists()
    assert AuditRow.objects.filter(event="label.lowered").count() == 1
    assert Notification.objects.filter(user=owner, verb=lowering.VERB).exists()


def test_refused_it_stays_red_and_may_be_asked_for_again(asked):
    owner, record, reader, _colleague = asked
    with step_up.confirmed(reader):
        lowering.decide(actor=reader, waiting=lowering.waiting_for(reader)[0], granted=False)
    assert Publication.objects.get().label == "RED"
    assert lowering.waiting_for(reader) == []
    with step_up.confirmed(owner):
        labelling.relabel(actor=owner, publication=record, label="GREEN", reason="Once more")
    assert lowering.waiting_for(reader)[0].request.label == "GREEN"


def test_nobody_but_a_reader_hears_of_it(asked):
    owner, record, reader, colleague = asked
    outsider = verified(staff("administrator"))
    for person in (owner, colleague, outsider):
        assert lowering.waiting_for(person) == []
        client = signed_in(person)
        for answer in (client.get(page(record)), client.post(page(record), {"choice": "confirm"})):
            assert answer.status_code == 404
            assert "SECRET" not in answer.content.decode()
        if person != owner:
            assert "SECRET" not in client.get(reverse("members_requests")).content.decode()
    told = set(Notification.objects.filter(verb=lowering.VERB).values_list("user", flat=True))
    assert told == {reader.pk}
    assert "SECRET" not in "".join(one.body + one.subject for one in mail.outbox)
    assert Publication.objects.get().label == "RED"


def test_a_reader_of_another_office_is_no_second(asked):
    _owner, record, _reader, _colleague = asked
    stranger = verified(member())
    named(record, stranger)
    assert lowering.waiting_for(stranger) == []
    assert signed_in(stranger).get(page(record)).status_code == 404


def test_a_second_needs_a_fresh_factor_and_a_membership(asked):
    _owner, record, reader, _colleague = asked
    waiting = lowering.waiting_for(reader)[0]
    with pytest.raises(step_up.Needed):
        lowering.decide(actor=reader, waiting=waiting, granted=True)
    stale = signed_in(reader, fresh=False)
    stale.post(page(record), {"choice": "confirm"})
    assert Publication.objects.get().label == "RED"
    end_membership(reader)
    with step_up.confirmed(reader), pytest.raises(NotAllowed):
        lowering.decide(actor=reader, waiting=waiting, granted=True)
    assert Publication.objects.get().label == "RED"


def test_what_was_decided_is_decided(asked):
    _owner, _record, reader, _colleague = asked
    waiting = lowering.waiting_for(reader)[0]
    with step_up.confirmed(reader):
        lowering.decide(actor=reader, waiting=waiting, granted=False)
        with pytest.raises(Conflict):
            lowering.decide(actor=reader, waiting=waiting, granted=True)
    assert Publication.objects.get().label == "RED"


def test_page_shows_what_is_asked_and_takes_the_answer(asked):
    _owner, record, reader, _colleague = asked
    client = signed_in(reader)
    listed = client.get(reverse("members_requests")).content.decode()
    assert page(record) in listed
    text = client.get(page(record)).content.decode()
    assert "SECRET-TITLE" in text
    assert "SECRET-REASON" in text
    assert text.count("TLP:RED") >= 2  # top and bottom
    assert client.post(page(record), {"choice": "nonsense"}).status_code == 200
    assert Publication.objects.get().label == "RED"
    assert client.post(page(record), {"choice": "confirm"}).status_code == 302
    assert Publication.objects.get().label == "CLEAR"
    assert LoweringRequest.objects.get().decided_by == reader
    assert client.get(page(record)).status_code == 404


def test_studio_says_that_a_second_person_is_needed():
    owner = editor()
    sync_studio_rights(owner)
    record = publication("A", "RED", marked_by=owner, source=owner.membership.organisation)
    address = reverse("wagtailsnippets_community_publication:label", args=[record.pk])
    sent = {"label": "GREEN", "reason": "It was published."}
    text = signed_in(owner).post(address, sent, follow=True).content.decode()
    assert "second person" in text
    assert Publication.objects.get().label == "RED"


def label_page(record: Publication) -> str:
    return reverse("members_label", args=[record.public_id])


def test_a_source_without_any_role_lowers_what_she_marked():
    source = member()
    record = publication("Mine", "AMBER", marked_by=source, source=source.membership.organisation)
    client = signed_in(source)
    assert label_page(record) in client.get(reverse("members_requests")).content.decode()
    page = client.get(label_page(record)).content.decode()
    assert 'value="GREEN"' in page
    assert 'value="RED"' not in page
    for sent in ({"label": "GREEN"}, {"label": "RED", "reason": "x"}, {"reason": "x"}):
        assert client.post(label_page(record), sent).status_code == 400
    stale = signed_in(source, fresh=False)
    stale.post(label_page(record), {"label": "GREEN", "reason": "It was published."})
    assert Publication.objects.get().label == "AMBER"
    client = signed_in(source)
    sent = {"label": "CLEAR", "reason": "It was published."}
    assert client.post(label_page(record), sent).status_code == 302
    assert Publication.objects.get().label == "CLEAR"
    assert titles() == ["Mine"]
    assert client.get(label_page(record)).status_code == 404  # nothing is left to lower


def test_nobody_but_the_source_lowers():
    home = organisation()
    record = publication("SECRET", "AMBER", marked_by=member(of=home), source=home)
    for who in (member(of=home), staff("administrator", of=home), staff("administrator"), member()):
        client = signed_in(who)
        sent = {"label": "CLEAR", "reason": "x"}
        answers = [client.get(label_page(record)), client.post(label_page(record), sent)]
        assert [one.status_code for one in answers] == [404, 404]
    assert Publication.objects.get().label == "AMBER"
