"""A lost second factor: two people make sure who it is, then everything old is gone."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts import step_up
from portal.accounts.factor_models import AppDevice, RecoveryDevice
from portal.audit.models import AuditRow
from portal.notifications.models import Notification, PushSubscription
from portal.permissions import forget
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.vetting import identity
from portal.vetting import identity_permissions as permissions
from portal.vetting.models import IdentityCheck
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def first():
    return people.staff("focal-point", "First", region_id="west-africa")


@pytest.fixture
def second():
    return people.staff("focal-point", "Second", region_id="SN")


@pytest.fixture
def lost():
    return people.member("Lost")


def propose(actor, check, how="By telephone, at the number of the office."):
    with step_up.confirmed(actor):
        return identity.propose_identity(actor=actor, check=check, how=how)


def grant(actor, check, how="In person."):
    with step_up.confirmed(actor):
        return identity.grant_identity(actor=actor, check=check, how=how)


def refuse(actor, check, reason="She did not know her own office."):
    with step_up.confirmed(actor):
        return identity.refuse_identity(actor=actor, check=check, reason=reason)


def _page(check) -> str:
    return f"/en/vetting/identity/{check.public_id}/"


def test_granted_removes_every_factor_sign_in_and_push(first, second, lost):
    client = people.signed_in(lost)
    assert client.get("/en/account/membership/").status_code == 200
    RecoveryDevice.objects.create(user=lost, name="codes")
    PushSubscription.objects.create(
        user=lost, endpoint="https://push.example/x", session="s", created_at=clock.now()
    )
    other = people.app_device(first)
    check = identity.ask_identity_check(user=lost)
    propose(first, check)
    assert AppDevice.objects.filter(user=lost).exists()
    done = grant(second, check)
    assert done.state == "granted"
    assert not AppDevice.objects.filter(user=lost).exists()
    assert not RecoveryDevice.objects.filter(user=lost).exists()
    assert not PushSubscription.objects.filter(user=lost).exists()
    assert AppDevice.objects.filter(pk=other.pk).exists()
    assert (
        AuditRow.objects.filter(event="identity.granted", actor=str(second.public_id)).count() == 1
    )


def test_all_sign_ins_are_ended(first, second, lost):
    from allauth.usersessions.models import UserSession

    client = people.signed_in(lost)
    UserSession.objects.create(
        user=lost, session_key=client.session.session_key, ip="127.0.0.1", user_agent="x"
    )
    check = identity.ask_identity_check(user=lost)
    propose(first, check)
    grant(second, check)
    assert client.get("/en/account/membership/").status_code == 302


def test_owner_is_told_by_mail_at_each_turn(
    first, second, lost, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        check = identity.ask_identity_check(user=lost)
    with django_capture_on_commit_callbacks(execute=True):
        propose(first, check)
    asked = [mail for mail in mailoutbox if lost.email in mail.to]
    assert len(asked) == 1
    with django_capture_on_commit_callbacks(execute=True):
        grant(second, check)
    assert len([mail for mail in mailoutbox if lost.email in mail.to]) == 2
    assert all("First" not in mail.body and "Lost" not in mail.body for mail in mailoutbox)


def test_one_open_check_at_a_time(lost):
    assert identity.ask_identity_check(user=lost) == identity.ask_identity_check(user=lost)
    assert AuditRow.objects.filter(event="identity.asked").count() == 1


def test_asking_after_expiry_opens_a_new_one(lost):
    old = identity.ask_identity_check(user=lost)
    with clock.held(clock.now() + timedelta(days=15)):
        new = identity.ask_identity_check(user=lost)
    old.refresh_from_db()
    assert new != old
    assert old.state == "expired"


def test_same_person_twice_is_refused(first, lost):
    check = identity.ask_identity_check(user=lost)
    propose(first, check)
    with pytest.raises(NotAllowed):
        grant(first, check)
    people.app_device(lost)
    assert AppDevice.objects.filter(user=lost).exists()


def test_nobody_decides_about_herself(first, second):
    check = identity.ask_identity_check(user=first)
    for deed in (propose, refuse):
        with pytest.raises(NotAllowed):
            deed(first, check)
    propose(second, check)
    with pytest.raises(NotAllowed):
        grant(first, check)


def test_out_of_scope_and_people_without_role_are_refused(lost, first):
    check = identity.ask_identity_check(user=lost)
    strangers = (
        people.staff("focal-point", region_id="UA"),
        people.staff("trainer"),
        people.member(),
        people.person(),
    )
    for actor in strangers:
        for deed in (propose, refuse):
            with pytest.raises(NotAllowed):
                deed(actor, check)
        client = people.signed_in(actor)
        assert client.get(_page(check)).status_code == 404
        assert (
            client.post(
                _page(check), {"choice": "sure", "words": "x", "state": "asked"}
            ).status_code
            == 404
        )
    propose(first, check)
    with pytest.raises(NotAllowed):
        grant(strangers[0], check)


def test_learner_without_membership_is_checked_by_administrators(first):
    learner = people.person(region_id="SN")
    check = identity.ask_identity_check(user=learner)
    with pytest.raises(NotAllowed):
        propose(first, check)
    propose(people.staff("administrator"), check)
    with pytest.raises(NotAllowed):
        grant(first, check)
    assert grant(people.staff("administrator"), check).state == "granted"


def test_administrators_factors_are_given_up_by_an_administrator(first, second):
    check = identity.ask_identity_check(user=people.staff("administrator"))
    propose(first, check)
    with pytest.raises(NotAllowed):
        grant(second, check)
    assert grant(people.staff("administrator"), check).state == "granted"


def test_fresh_factor_words_and_order_are_needed(first, second, lost):
    check = identity.ask_identity_check(user=lost)
    with pytest.raises(step_up.Needed):
        identity.propose_identity(actor=first, check=check, how="x")
    with pytest.raises(Invalid):
        propose(first, check, how=" ")
    with pytest.raises(Conflict):
        grant(second, check)
    propose(first, check)
    with pytest.raises(Conflict):
        propose(second, check)
    with pytest.raises(Invalid):
        grant(second, check, how="")
    assert AppDevice.objects.filter(user=lost).exists() is False
    grant(second, check)
    for deed in (propose, grant, refuse):
        with pytest.raises(Conflict):
            deed(second, check)


def test_refusal_changes_nothing_about_the_account(first, lost):
    people.app_device(lost)
    check = identity.ask_identity_check(user=lost)
    assert refuse(first, check).state == "refused"
    assert AppDevice.objects.filter(user=lost).exists()
    with pytest.raises(Invalid):
        refuse(first, identity.ask_identity_check(user=lost), reason="")


def test_expired_check_decides_nothing_more(first, lost):
    check = identity.ask_identity_check(user=lost)
    with clock.held(check.expires_at), pytest.raises(Conflict):
        propose(first, check)


def test_owner_who_finds_her_factor_stops_it(lost, first):
    client = people.signed_in(lost)
    check = identity.ask_identity_check(user=lost)
    assert "Stop the check" in client.get("/en/account/membership/").content.decode()
    assert client.post("/en/account/membership/identity/").status_code == 302
    check.refresh_from_db()
    assert check.state == "refused"
    with pytest.raises(Conflict):
        propose(first, check)
    assert client.post("/en/account/membership/identity/").status_code == 404


def test_who_knows_only_the_password_cannot_stop_it(lost):
    identity.ask_identity_check(user=lost)
    client = people.signed_in(lost, verified=False)
    client.post("/en/account/membership/identity/")
    assert IdentityCheck.objects.get().state == "asked"


def test_approvers_in_reach_are_told(first, second, lost):
    abroad = people.staff("focal-point", region_id="UA")
    check = identity.ask_identity_check(user=lost)
    told = Notification.objects.filter(verb="identity", key=str(check.public_id))
    assert set(told.values_list("user", flat=True)) == {first.pk, second.pk}
    assert not told.filter(user=abroad).exists()


def test_whole_way_through_the_pages(first, second, lost):
    people.app_device(lost)
    check = identity.ask_identity_check(user=lost)
    client = people.signed_in(first)
    assert "Lost second factors" in client.get("/en/vetting/").content.decode()
    assert client.get(_page(check)).status_code == 200
    bad = client.post(_page(check), {"choice": "agree", "words": "x", "state": "asked"})
    assert bad.status_code == 400
    sure = {"choice": "sure", "words": "Called her chief.", "state": "asked"}
    assert client.post(_page(check), sure).status_code == 302
    assert client.post(_page(check), {**sure, "choice": "refuse"}).status_code == 409
    other = people.signed_in(second)
    assert "Called her chief." in other.get(_page(check)).content.decode()
    assert (
        other.post(
            _page(check), {"choice": "agree", "words": "Met her.", "state": "proposed"}
        ).status_code
        == 302
    )
    assert not AppDevice.objects.filter(user=lost).exists()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    grants=st.lists(
        st.tuples(
            st.integers(0, 3),
            st.sampled_from(["focal-point", "administrator"]),
            st.sampled_from(
                [
                    {},
                    {"region_id": "SN"},
                    {"region_id": "west-africa"},
                    {"organisation": True},
                    {"course": "0" * 32},
                ]
            ),
        ),
        max_size=5,
    ),
    lost=st.sampled_from(["SN", "UA", "learner SN", "learner", "approver"]),
)
def test_rule_and_list_agree(db, grants, lost):
    from django.db import transaction

    with transaction.atomic():
        unit = people.organisation()
        users = [people.member(of=unit) for _number in range(4)]
        for number, role, scope in grants:
            people.with_role(
                users[number],
                role,
                **({"organisation": unit} if "organisation" in scope else scope),
            )
        if lost == "approver":
            who = users[0]
        elif lost.startswith("learner"):
            who = people.person(region_id=lost[8:] or None)
        else:
            who = people.member(of=unit if lost == "SN" else people.organisation(country=lost))
        check = identity.ask_identity_check(user=who)
        for user in users:
            forget(user)
            seen = check in permissions.identity_checks_visible_to(user)
            assert seen == permissions.can_see_identity(user, check)
            assert (user in permissions.identity_approvers(check)) == seen
        transaction.set_rollback(True)
