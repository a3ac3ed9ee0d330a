"""The pages about requests and lending, and what a person's own data say of them."""

import json

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from community.library import requests
from community.library.models import AccessRequest, Publication
from community.library.request_permissions import lendable_by, may_lend
from portal.audit.models import AuditRow
from portal.markings.models import Reader
from portal.notifications.models import Notification
from portal.rights import registry
from tests.community.library.records import publication
from tests.community.library.shelf import copy_for, restricted, verified
from tests.community.library.test_requests import asked, granted
from tests.people import member, signed_in, staff

pytestmark = pytest.mark.django_db
State = AccessRequest.State
WHY = "For the joint team."


def test_whole_way_by_pages():
    owner, edition = restricted()
    reader = member("Rita Reader")
    record, hers, his = edition.publication, signed_in(reader), signed_in(owner)
    ask = reverse("members_request", kwargs={"public_id": record.public_id})
    assert hers.get(ask).status_code == 200
    assert hers.post(ask, {"reason": ""}).status_code == 400
    assert hers.post(ask, {"reason": WHY}).status_code == 302
    assert b"You asked for this on" in hers.get(ask).content
    listed = his.get(reverse("members_requests")).content.decode()
    assert "Rita Reader" in listed
    row = AccessRequest.objects.get()
    decide = reverse("members_request_decide", kwargs={"public_id": row.public_id})
    assert WHY in his.get(decide).content.decode()
    assert his.post(decide, {"choice": "grant", "ends_on": "2001-01-01"}).status_code == 400
    assert his.post(decide, {"choice": "decline", "answer": ""}).status_code == 400
    day = str(row.asked_at.date())
    assert his.post(decide, {"choice": "grant", "ends_on": day}).status_code == 302
    assert hers.get(ask).status_code == 404  # nothing to ask for any more
    assert "SECRET-TITLE" in hers.get(reverse("members_requests")).content.decode()
    end = reverse("members_request_end", kwargs={"public_id": row.public_id})
    assert hers.post(end).status_code == 404
    assert his.post(end).status_code == 302
    assert not Reader.objects.exists()


def test_empty_page_and_seen_notices():
    owner, edition = restricted()
    client = signed_in(member())
    text = client.get(reverse("members_requests")).content.decode()
    assert "Nothing waits for you." in text
    assert "You have asked for nothing yet." in text
    asked(edition.publication)
    his = signed_in(owner)
    assert his.post(reverse("members_requests_seen")).status_code == 302
    assert not Notification.objects.filter(user=owner, read_at=None).exists()


def test_others_find_nothing_behind_addresses_of_requests():
    _owner, edition = restricted()
    row = asked(edition.publication)
    names = ("members_request_decide", "members_request_end", "members_request_withdraw")
    for other in (member(), staff("administrator"), staff("focal-point")):
        client = signed_in(other)
        for name in names:
            path = reverse(name, kwargs={"public_id": row.public_id})
            assert client.post(path, {"choice": "grant"}).status_code == 404
    for name in names:
        path = reverse(name, kwargs={"public_id": row.public_id})
        assert Client().post(path).status_code == 302
    row.refresh_from_db()
    assert row.state == State.WAITING


def test_list_and_rule_of_what_one_may_give_agree():
    owner, edition = restricted("RED")
    home = edition.publication.source
    people = [
        owner, member(), member(of=home), staff("administrator"), staff("reviewer", of=home),
        staff("focal-point", of=home, organisation=home),
    ]  # fmt: skip
    records = [edition.publication, restricted("AMBER")[1].publication]
    for label in ("", "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"):
        records.append(publication("A", label, source=home))
        records.append(publication("A", label, marked_by=owner))
        records.append(publication("A", label))
    for someone in people:
        listed = set(lendable_by(verified(someone)))
        assert listed == {row for row in records if may_lend(someone, row)}


def test_lend_page_is_the_sources_alone():
    owner, edition = restricted("RED")
    path = reverse("members_lend", kwargs={"public_id": edition.publication.public_id})
    his = signed_in(owner)
    assert path in his.get(reverse("members_requests")).content.decode()
    assert his.get(path).status_code == 200
    answer = his.post(path, {"address": "x@example.org", "reason": WHY, "ends_on": "2001-01-01"})
    assert answer.status_code == 400
    for other in (member(), member(of=edition.publication.source), staff("administrator")):
        assert signed_in(other).get(path).status_code == 404


# own data


def test_own_data_holds_requests_and_copies_and_erasing_takes_copies():
    owner, edition = restricted()
    reader = granted(edition.publication, owner).person
    copy_for(reader, edition)
    kinds = [row["kind"] for row in registry.collect(reader)["library-requests"]]
    assert kinds == ["request", "copy"]
    with transaction.atomic():
        registry.erase(reader)
    assert registry.collect(reader)["library-requests"][1:] == []
    assert Publication.objects.count() == 1


def test_record_holds_no_reason_and_no_title():
    owner, edition = restricted()
    row = asked(edition.publication)
    requests.decline(actor=owner, row=row, answer="SECRET-ANSWER")
    written = json.dumps(list(AuditRow.objects.values_list("body", flat=True)))
    for canary in ("SECRET-TITLE", "SECRET-ANSWER", "training of customs"):
        assert canary not in written
