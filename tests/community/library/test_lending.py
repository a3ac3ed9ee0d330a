"""Lending by name, RED by two people, the end of a membership, and the pages of all that."""

import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse

from community.library import lending, requests
from community.library.models import AccessRequest
from community.library.permissions import may_open, openable
from community.library.request_permissions import releases_for
from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.events import publish
from portal.events.messages import MembershipEnded
from portal.markings.models import Reader
from portal.notifications.models import Notification
from portal.permissions import forget
from portal.shared.errors import Conflict, Invalid, NotAllowed
from tests.community.library.shelf import (
    copy_for,
    end_membership,
    renew_membership,
    restricted,
    stored_page,
    verified,
)  # fmt: skip
from tests.community.library.test_requests import asked, granted
from tests.people import member, person, signed_in, staff

pytestmark = pytest.mark.django_db
State = AccessRequest.State
WHY = "For the joint team."


def lent(owner, record, to, **more) -> AccessRequest:
    with step_up.confirmed(owner):
        return lending.lend(
            actor=verified(owner), publication=record, address=to.email, reason=WHY, **more
        )


def events() -> list[str]:
    rows = AuditRow.objects.filter(event__startswith="access.").order_by("number")
    return list(rows.values_list("event", flat=True))


# by name


def test_lend_amber_to_a_member_by_address():
    owner, edition = restricted("AMBER", asked_for=False)
    reader = verified(member())
    assert lent(owner, edition.publication, reader).state == State.GRANTED
    assert may_open(reader, edition.publication)
    assert events() == ["access.granted"]


@pytest.mark.parametrize("who", ["nobody", "oneself", "no member", "courier"])
def test_lend_goes_to_other_members_only(who):
    owner, edition = restricted()
    target = {
        "nobody": None, "oneself": owner, "no member": person(), "courier": member(tier="courier"),
    }[who]  # fmt: skip
    address = target.email if target else "nobody@example.org"
    with pytest.raises(Invalid) as refusal:
        lending.lend(
            actor=owner, publication=edition.publication, address=address, reason=WHY
        )  # fmt: skip
    assert "address" in refusal.value.fields
    assert not AccessRequest.objects.exists()


def test_lend_is_for_the_source():
    owner, edition = restricted()
    borrower = verified(granted(edition.publication, owner).person)
    for other in (borrower, verified(member()), verified(staff("administrator"))):
        with pytest.raises(NotAllowed):
            lending.lend(
                actor=other, publication=edition.publication, address=owner.email, reason=WHY
            )


# RED


def test_red_is_lent_by_two_people():
    owner, edition = restricted("RED")
    reader, second = verified(member()), verified(member(of=edition.publication.source))
    row = lent(owner, edition.publication, reader)
    assert (row.state, row.decided_by) == (State.WAITING, owner)
    assert not may_open(reader, edition.publication)
    assert not Reader.objects.exists()
    with pytest.raises(step_up.Needed):
        requests.release(actor=second, row=row)
    with step_up.confirmed(second):
        row = requests.release(actor=second, row=row)
    assert (row.state, row.second_by) == (State.GRANTED, second)
    assert may_open(reader, edition.publication)
    assert events() == ["access.proposed", "access.granted"]


def test_red_wants_a_fresh_factor_of_the_first():
    owner, edition = restricted("RED")
    with pytest.raises(step_up.Needed):
        lending.lend(
            actor=owner, publication=edition.publication, address=member().email, reason=WHY
        )
    assert not AccessRequest.objects.exists()


def test_red_second_is_neither_first_nor_borrower_nor_a_stranger():
    owner, edition = restricted("RED")
    reader = verified(member(of=edition.publication.source))
    row = lent(owner, edition.publication, reader)
    for other in (owner, reader, member(), staff("administrator"), staff("focal-point")):
        other = verified(other)
        assert not releases_for(other).filter(pk=row.pk).exists()
        with step_up.confirmed(other), pytest.raises(NotAllowed):
            requests.release(actor=other, row=row)
    assert not may_open(reader, edition.publication)


def test_red_reader_by_name_may_be_the_second():
    owner, edition = restricted("RED")
    home_second = verified(member(of=edition.publication.source))
    first = verified(member())
    row = lent(owner, edition.publication, first)
    with step_up.confirmed(home_second):
        requests.release(actor=home_second, row=row)
    row = lent(owner, edition.publication, member())
    assert Notification.objects.filter(user=first, verb="access-release").exists()
    with step_up.confirmed(first):
        assert requests.release(actor=first, row=row).state == State.GRANTED


def test_red_second_may_decline():
    owner, edition = restricted("RED")
    row = lent(owner, edition.publication, member())
    second = verified(member(of=edition.publication.source))
    row = requests.decline(actor=second, row=row, answer="Too early.")
    assert (row.state, row.second_by, row.decided_by) == (State.DECLINED, second, owner)
    with step_up.confirmed(second), pytest.raises(NotAllowed):
        requests.release(actor=second, row=row)


def test_red_first_who_left_meanwhile_counts_no_more():
    owner, edition = restricted("RED")
    row = lent(owner, edition.publication, member())
    end_membership(owner)
    second = verified(member(of=edition.publication.source))
    with step_up.confirmed(second), pytest.raises(Conflict):
        requests.release(actor=second, row=row)
    assert not Reader.objects.exists()


def test_red_pages_name_no_title_to_a_second_outside_the_audience():
    owner, edition = restricted("RED")
    row = lent(owner, edition.publication, member())
    second = member(of=edition.publication.source)
    client = signed_in(second)
    page = reverse("members_request_decide", kwargs={"public_id": row.public_id})
    for path in (reverse("members_requests"), page):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "SECRET-TITLE" not in answer.content.decode()
    assert client.post(page, {"choice": "release"}).status_code == 302
    row.refresh_from_db()
    assert row.state == State.GRANTED


# the end of a membership


def test_lending_ends_with_the_membership_at_once():
    owner, edition = restricted()
    reader = verified(granted(edition.publication, owner).person)
    copy = copy_for(reader, edition)
    client = signed_in(reader)
    end_membership(reader)
    assert Reader.objects.exists()  # nobody was told yet: the audience asks by itself
    assert not may_open(reader, edition.publication)
    assert edition.publication not in openable(reader)
    assert client.get(stored_page(copy.file)).status_code != 200


def test_a_membership_that_comes_back_opens_no_old_loan(django_capture_on_commit_callbacks):
    owner, edition = restricted()
    row = granted(edition.publication, owner)
    reader = verified(row.person)
    waiting = asked(restricted()[1].publication, reader)
    end_membership(reader)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        publish(MembershipEnded(reader.pk))
    for found in (row, waiting):
        found.refresh_from_db()
        assert found.state == State.ENDED
    assert not Reader.objects.exists()
    renew_membership(reader)
    forget(reader)
    assert not may_open(reader, edition.publication)


def test_others_keep_what_they_borrowed():
    owner, edition = restricted()
    gone, stays = granted(edition.publication, owner), granted(edition.publication, owner)
    assert lending.end_all_of(person=gone.person) == 1
    assert may_open(verified(stays.person), edition.publication)


# races


@pytest.mark.django_db(transaction=True)
def test_two_deciders_at_once_decide_once():
    owner, edition = restricted()
    home = edition.publication.source
    other = verified(staff("focal-point", of=home, organisation=home))
    row = asked(edition.publication)
    answers = _at_once(
        lambda: requests.grant(actor=owner, row=row),
        lambda: requests.decline(actor=other, row=row, answer="No."),
    )
    assert sorted(answers) == ["Conflict", "done"]
    row.refresh_from_db()
    assert Reader.objects.count() == (1 if row.state == State.GRANTED else 0)


@pytest.mark.django_db(transaction=True)
def test_asking_twice_at_once_makes_one_request():
    _owner, edition = restricted()
    reader = verified(member())
    ask = lambda: requests.ask(actor=reader, publication=edition.publication, reason=WHY)  # noqa: E731
    answers = _at_once(ask, ask, ask)
    assert sorted(answers) == ["Conflict", "Conflict", "done"]
    assert AccessRequest.objects.count() == 1


def _at_once(*deeds) -> list[str]:
    gate, answers = threading.Barrier(len(deeds)), []

    def run(deed) -> None:
        try:
            gate.wait(10)
            deed()
            answers.append("done")
        except Exception as problem:
            answers.append(type(problem).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers
