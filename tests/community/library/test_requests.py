"""Asking for a restricted record: who may, who decides, what a grant opens and for how long."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from community.library import lending, requests
from community.library.models import AccessRequest, Publication
from community.library.permissions import may_open, openable
from community.library.request_permissions import deciders_of, may_ask, requests_for
from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.markings.models import Reader
from portal.notifications.models import Notification
from portal.permissions import forget
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany
from tests.community.library.records import publication
from tests.community.library.shelf import (
    copy_for,
    file_page,
    restricted,
    stored_page,
    verified,
)  # fmt: skip
from tests.people import member, organisation, signed_in, staff

pytestmark = pytest.mark.django_db
State = AccessRequest.State
WHY = "For a training of customs officers."


def asked(record: Publication, person=None) -> AccessRequest:
    return requests.ask(actor=verified(person or member()), publication=record, reason=WHY)


def granted(record: Publication, owner, person=None) -> AccessRequest:
    return requests.grant(actor=verified(owner), row=asked(record, person))


def verbs(person) -> list[str]:
    return list(Notification.objects.filter(user=person).values_list("verb", flat=True))


def facts(event: str) -> list[dict]:
    return [json.loads(row.body) for row in AuditRow.objects.filter(event=event)]


def test_ask_tells_the_source_and_nothing_of_what():
    owner, edition = restricted()
    person = member()
    row = asked(edition.publication, person)
    assert (row.state, row.reason) == (State.WAITING, WHY)
    assert verbs(owner) == ["access-request"]
    [notice] = Notification.objects.filter(user=owner)
    assert (notice.place, notice.key) == ("members_requests", "")
    [deed] = facts("access.asked")
    assert deed["thing"] == f"community.publication:{edition.publication.public_id}"
    assert deed["facts"] == {"label": "AMBER"}


@pytest.mark.parametrize("label", ["CLEAR", "GREEN", "AMBER+STRICT", "RED"])
def test_only_amber_that_may_be_asked_for_can_be_asked_for(label):
    _owner, edition = restricted(label, asked_for=True)
    with pytest.raises(NotAllowed):
        asked(edition.publication)


def test_amber_that_may_not_be_asked_for_is_not_there():
    _owner, edition = restricted(asked_for=False)
    with pytest.raises(NotAllowed):
        asked(edition.publication)


def test_others_than_verified_members_may_not_ask():
    owner, edition = restricted()
    assert not may_ask(verified(member(tier="courier")), edition.publication)
    assert not may_ask(member(), edition.publication)
    assert not may_ask(verified(owner), edition.publication)  # she reads it


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 1_001])
def test_reason_is_wanted_and_bounded(reason):
    _owner, edition = restricted()
    with pytest.raises(Invalid) as refusal:
        requests.ask(actor=verified(member()), publication=edition.publication, reason=reason)
    assert "reason" in refusal.value.fields


def test_second_request_while_one_waits_is_refused():
    _owner, edition = restricted()
    person = member()
    asked(edition.publication, person)
    with pytest.raises(Conflict):
        asked(edition.publication, person)
    assert AccessRequest.objects.count() == 1


def test_asking_is_limited(monkeypatch):
    limit = ratelimit.Limit("access-requests", "reading", 1, "requests", "account", 86_400)
    monkeypatch.setitem(ratelimit.BY_NAME, limit.name, limit)
    person = member()
    asked(restricted()[1].publication, person)
    with pytest.raises(TooMany):
        asked(restricted()[1].publication, person)


def test_grant_opens_until_the_last_day():
    owner, edition = restricted()
    person = verified(member())
    assert not may_open(person, edition.publication)
    with clock.held() as now:
        row = granted(edition.publication, owner, person)
        assert row.state == State.GRANTED
        assert row.ends_at.date() == (now() + timedelta(days=30)).date()
        [reader] = Reader.objects.all()
        assert (reader.person, reader.ends_at) == (person, row.ends_at)
        assert may_open(person, edition.publication)
        assert edition.publication in openable(person)
        now.advance(days=31)
        assert not may_open(person, edition.publication)
        assert edition.publication not in openable(person)
        assert lending.end_overdue() == 1
    assert not Reader.objects.exists()
    assert verbs(person) == ["access-answer"]


def test_grant_gives_a_copy_that_names_the_borrower_and_ends():
    owner, edition = restricted()
    person = member("Lena Lehmann")
    row = granted(edition.publication, owner, person)
    copy = copy_for(person, edition)
    assert copy.name == "Lena Lehmann"
    client = signed_in(person)
    assert client.get(stored_page(copy.file)).status_code == 200
    lending.take_back(actor=verified(owner), row=row)
    assert client.get(stored_page(copy.file)).status_code == 404
    assert client.get(file_page(edition.publication)).status_code == 404


@pytest.mark.parametrize("days", [-1, 366, 5_000])
def test_last_day_lies_within_a_year(days):
    owner, edition = restricted()
    row = asked(edition.publication)
    day = clock.now().date() + timedelta(days=days)
    with pytest.raises(Invalid) as refusal:
        requests.grant(actor=verified(owner), row=row, ends_on=day)
    assert "ends_on" in refusal.value.fields
    requests.grant(actor=owner, row=row, ends_on=clock.now().date() + timedelta(days=365))


def test_decline_needs_a_sentence_and_tells_it():
    owner, edition = restricted()
    person = member()
    row = asked(edition.publication, person)
    with pytest.raises(Invalid):
        requests.decline(actor=verified(owner), row=row, answer=" ")
    requests.decline(actor=owner, row=row, answer="It is being revised.")
    row.refresh_from_db()
    assert (row.state, row.answer, row.decided_by) == (
        State.DECLINED,
        "It is being revised.",
        owner,
    )
    assert verbs(person) == ["access-answer"]
    assert not Reader.objects.exists()
    assert b"It is being revised." in signed_in(person).get(reverse("members_requests")).content


def test_answered_requests_are_not_answered_again():
    owner, edition = restricted()
    row = granted(edition.publication, owner)
    for again in (
        lambda: requests.grant(actor=owner, row=row),
        lambda: requests.decline(actor=owner, row=row, answer="No."),
        lambda: requests.withdraw(actor=row.person, row=row),
    ):
        with pytest.raises(Conflict):
            again()
    row.refresh_from_db()
    assert row.state == State.GRANTED


def test_who_decides_works_for_the_source():
    owner, edition = restricted()
    home, record = edition.publication.source, edition.publication
    row = asked(record)
    own = verified(staff("focal-point", of=home, organisation=home))
    others = [
        staff("administrator"), staff("focal-point", region_id="west-africa"), member(of=home),
        staff("focal-point", of=organisation(), organisation=home), staff("trainer", of=home),
        row.person,
    ]  # fmt: skip
    assert set(deciders_of(record)) == {owner, own}
    assert row in requests_for(own)
    for other in others:
        assert not requests_for(verified(other)).exists()
        with pytest.raises(NotAllowed):
            requests.grant(actor=other, row=row)
        with pytest.raises(NotAllowed):
            requests.decline(actor=other, row=row, answer="No.")
    assert requests.grant(actor=own, row=row).state == State.GRANTED


def test_record_of_nobody_is_answered_by_administrators_who_cannot_read_it():
    record = publication("SECRET-TITLE", "AMBER", asked_for=True)
    row = asked(record)
    administrator = verified(staff("administrator"))
    bounded = verified(staff("administrator", region_id="west-africa"))
    assert administrator in deciders_of(record)
    assert bounded not in deciders_of(record)
    assert not may_open(administrator, record)
    with pytest.raises(NotAllowed):
        requests.grant(actor=bounded, row=row)
    requests.grant(actor=administrator, row=row)
    assert may_open(row.person, record)
    assert not may_open(administrator, record)


def test_nobody_answers_her_own_request():
    record = publication("A", "AMBER", asked_for=True)
    administrator = verified(staff("administrator"))
    row = asked(record, administrator)
    with pytest.raises(NotAllowed):
        requests.grant(actor=administrator, row=row)


def test_label_that_knows_no_names_any_more_is_not_lent():
    owner, edition = restricted()
    row = asked(edition.publication)
    Publication.objects.update(label="AMBER+STRICT")
    with pytest.raises(Conflict):
        requests.grant(actor=verified(owner), row=row)
    assert not Reader.objects.exists()


def test_label_raised_to_red_wants_two_people_for_what_was_asked_before():
    owner, edition = restricted()
    row = asked(edition.publication)
    Publication.objects.update(label="RED")
    with step_up.confirmed(owner):
        row = requests.grant(actor=verified(owner), row=row)
    assert row.state == State.WAITING
    assert not Reader.objects.exists()


def test_take_back_is_for_the_source():
    owner, edition = restricted()
    row = granted(edition.publication, owner)
    with pytest.raises(NotAllowed):
        lending.take_back(actor=row.person, row=row)
    lending.take_back(actor=owner, row=row)
    with pytest.raises(Conflict):
        lending.take_back(actor=owner, row=row)
    assert not Reader.objects.exists()


def test_own_request_can_be_taken_back_and_asked_anew():
    _owner, edition = restricted()
    person = member()
    row = asked(edition.publication, person)
    with pytest.raises(NotAllowed):
        requests.withdraw(actor=verified(member()), row=row)
    requests.withdraw(actor=person, row=row)
    forget(person)
    assert asked(edition.publication, person).state == State.WAITING
