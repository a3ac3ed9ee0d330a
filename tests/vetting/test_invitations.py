"""Inviting a class: who may invite whom, and why a link opens no door."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from portal.accounts import step_up
from portal.events.messages import InvitationAccepted, InvitationWithdrawn
from portal.permissions import forget, is_member, membership_of
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany
from portal.vetting import invitation_permissions, inviting
from portal.vetting.models import Application, Invitation, InvitationBatch, Membership
from portal.vetting.permissions import applications_awaiting, can_propose
from tests import people
from tests.limits import forget_limits

pytestmark = pytest.mark.django_db
HEAD = "email,name,language,country,organisation\n"
NEW = "/en/vetting/invitations/new/"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    forget_limits()


@pytest.fixture(autouse=True)
def one_course(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {"detection": "11111111-1111-4111-8111-111111111111"}
    monkeypatch.setattr(invitation_permissions, "_course_keys", [keys.get])


@pytest.fixture
def send(django_capture_on_commit_callbacks: Any) -> Any:
    def run(by: Any, table: str, tier: str = "learner", **more: Any) -> InvitationBatch:
        course = more.pop("course", "detection" if tier == "learner" else "")
        with step_up.confirmed(by), django_capture_on_commit_callbacks(execute=True):
            return inviting.send(by=by, name="class", tier=tier, course=course, data=table, **more)

    return run


def secrets() -> list[str]:
    found = [re.search(r"/invitation/([\w-]+)/", str(message.body)) for message in mail.outbox]
    return [match[1] for match in found if match]


def test_dry_run_changes_nothing() -> None:
    trainer = people.staff("trainer")
    planned = inviting.plan(by=trainer, data="email\na@b.org\nbad\n", tier="learner")
    assert (len(planned.rows), len(planned.faults)) == (1, 1)
    assert not Invitation.objects.exists()
    assert not mail.outbox


def test_faulty_table_is_sent_only_when_asked(send: Any) -> None:
    trainer = people.staff("trainer")
    with pytest.raises(Invalid):
        send(trainer, "email\na@b.org\nbad\n")
    assert not Invitation.objects.exists()
    send(trainer, "email\na@b.org\nbad\n", but_faulty=True)
    assert [row.email for row in Invitation.objects.all()] == ["a@b.org"]
    with pytest.raises(Invalid):
        send(trainer, "email\nbad\n", but_faulty=True)


def test_invitation_mail_holds_no_name_and_the_database_no_secret(send: Any) -> None:
    trainer = people.staff("trainer", "KANARIE")
    send(trainer, "email,name,language\na@b.org,KANARIE,ru\n")
    message = mail.outbox[0]
    assert "KANARIE" not in f"{message.subject}{message.body}"
    assert "/ru/account/invitation/" in message.body
    (secret,) = secrets()
    assert not Invitation.objects.filter(secret=secret).exists()


def test_who_may_invite_to_what(send: Any) -> None:
    trainer, plain = people.staff("trainer"), people.member()
    focal = people.staff("focal-point", region_id="SN")
    people.organisation("Post", unit="courier")
    row = HEAD + "a@b.org,,,SN,post\n"
    for who, tier, may in [
        (trainer, "learner", True), (trainer, "courier", False), (trainer, "member", False),
        (focal, "learner", False), (focal, "courier", True), (focal, "member", True),
        (plain, "learner", False), (plain, "courier", False), (focal, "administrator", False),
    ]:  # fmt: skip
        if may:
            send(who, row, tier)
        else:
            with pytest.raises(NotAllowed):
                send(who, row, tier)


def test_row_out_of_reach_is_named() -> None:
    focal = people.staff("focal-point", region_id="west-africa")
    people.organisation("Post", country="NG", unit="courier")
    people.organisation("Correos", country="GT", unit="courier")
    people.organisation("Police", country="NG", unit="police")
    table = HEAD + (
        "a@b.org,,,NG,Post\nb@b.org,,,GT,Correos\nc@b.org,,,NG,Police\nd@b.org,,,NG,Other\n"
    )
    planned = inviting.plan(by=focal, data=table, tier="courier")
    assert [row.email for row, _ in planned.rows] == ["a@b.org"]
    assert [(fault.line, fault.column) for fault in planned.faults] == [
        (3, "country"),
        (4, "organisation"),
        (5, "organisation"),
    ]


def test_trainer_invites_only_to_courses_of_his_scope(send: Any) -> None:
    other = people.staff("trainer", course="22222222-2222-4222-8222-222222222222")
    own = people.staff("trainer", course="11111111-1111-4111-8111-111111111111")
    with pytest.raises(NotAllowed):
        send(other, "email\na@b.org\n")
    send(own, "email\na@b.org\n")
    with pytest.raises(NotAllowed):
        send(own, "email\na@b.org\n", course="unknown")


def test_sending_wants_a_fresh_second_factor() -> None:
    trainer = people.staff("trainer")
    with pytest.raises(step_up.Needed):
        inviting.send(
            by=trainer, name="x", tier="learner", course="detection", data="email\na@b.org\n"
        )


def test_accepting_gives_a_learner_her_course(send: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(inviting, "publish", told.append)
    trainer = people.staff("trainer")
    send(trainer, "email,name,country\na@b.org,Amina,SN\n")
    user = people.person(email="a@b.org")
    inviting.accept(user=user, secret=secrets()[0])
    assert told == [InvitationAccepted(user.pk, "detection", trainer.pk)]
    user.refresh_from_db()
    assert user.region_id == "SN"
    assert membership_of(user) is None


def test_accepting_makes_a_courier_learner_and_nothing_more(send: Any) -> None:
    focal = people.staff("focal-point", region_id="SN")
    post = people.organisation("Post", unit="courier")
    send(focal, HEAD + "a@b.org,,,SN,Post\n", "courier")
    user = people.person(email="a@b.org")
    inviting.accept(user=user, secret=secrets()[0])
    forget(user)
    found = membership_of(user)
    assert found is not None
    assert (found.tier, found.organisation) == ("courier", post)
    assert not is_member(user)


def test_accepting_does_not_make_a_member_less(send: Any) -> None:
    focal = people.staff("focal-point", region_id="SN")
    people.organisation("Post", unit="courier")
    user = people.member(email="a@b.org")
    send(focal, HEAD + "a@b.org,,,SN,Post\n", "courier")
    inviting.accept(user=user, secret=secrets()[0])
    assert Membership.objects.get(user=user).tier == "member"


def test_future_member_still_has_to_be_vetted(send: Any) -> None:
    focal = people.staff("focal-point", region_id="SN")
    people.organisation("Customs of Westmark")
    send(focal, HEAD + "a@b.org,,,SN,Customs of Westmark\n", "member")
    user = people.person(email="a@b.org")
    inviting.accept(user=user, secret=secrets()[0])
    application = Application.objects.get(applicant=user)
    assert (application.state, application.sponsor_email) == ("draft", focal.email)
    assert membership_of(user) is None


def test_link_works_once_for_its_own_address_and_in_time(send: Any) -> None:
    trainer = people.staff("trainer")
    send(trainer, "email\na@b.org\n")
    (secret,) = secrets()
    with pytest.raises(NotAllowed):
        inviting.accept(user=people.person(email="other@b.org"), secret=secret)
    user = people.person(email="a@b.org")
    with clock.held(clock.now() + timedelta(days=31)), pytest.raises(NotAllowed):
        inviting.accept(user=user, secret=secret)
    inviting.accept(user=user, secret=secret)
    with pytest.raises(NotAllowed):
        inviting.accept(user=user, secret=secret)


def test_unproven_address_takes_up_nothing(send: Any) -> None:
    send(people.staff("trainer"), "email\na@b.org\n")
    user = people.person(email="a@b.org")
    user.emailaddress_set.update(verified=False)
    with pytest.raises(NotAllowed):
        inviting.accept(user=user, secret=secrets()[0])


def test_withdrawn_link_is_dead_and_a_new_one_replaces_the_old(
    send: Any, django_capture_on_commit_callbacks: Any
) -> None:
    trainer = people.staff("trainer")
    batch = send(trainer, "email\na@b.org\n")
    row = batch.invitations.get()
    inviting.withdraw(by=trainer, invitation=row.public_id)
    assert inviting.by_secret(secrets()[0]) is None
    with step_up.confirmed(trainer), pytest.raises(Conflict):
        inviting.send_again(by=trainer, invitation=row.public_id)
    with pytest.raises(Conflict):
        inviting.withdraw(by=trainer, invitation=row.public_id)
    mail.outbox.clear()
    row = send(trainer, "email\na@b.org\n").invitations.get()
    with step_up.confirmed(trainer), django_capture_on_commit_callbacks(execute=True):
        inviting.send_again(by=trainer, invitation=row.public_id)
    old, new = secrets()
    assert inviting.by_secret(old) is None
    assert inviting.by_secret(new) is not None


def test_nobody_sees_or_changes_the_class_of_another(send: Any) -> None:
    batch = send(people.staff("trainer"), "email\na@b.org\n")
    row = batch.invitations.get()
    other = people.staff("trainer")
    with pytest.raises(NotAllowed):
        inviting.withdraw(by=other, invitation=row.public_id)
    client = people.signed_in(other)
    address = f"/en/vetting/invitations/{batch.public_id}/"
    assert client.get(address).status_code == 404
    page = client.get("/en/vetting/invitations/").content.decode()
    assert "You have not invited anybody yet." in page
    administrator = people.signed_in(people.staff("administrator"))
    assert administrator.get(address).status_code == 200


def test_expiry_is_run_by_the_clock(send: Any) -> None:
    batch = send(people.staff("trainer"), "email\na@b.org\n")
    assert inviting.expire_invitations() == 0
    with clock.held(clock.now() + timedelta(days=31)):
        assert inviting.expire_invitations() == 1
    assert batch.invitations.get().state == "expired"


def test_limit_of_the_day_undoes_the_whole_class(
    send: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = ratelimit.Limit("class-invitations", "reading", 2, "people", "account", ratelimit.DAY)
    monkeypatch.setitem(ratelimit.BY_NAME, "class-invitations", few)
    with pytest.raises(TooMany):
        send(people.staff("trainer"), "email\na@b.org\nb@b.org\nc@b.org\n")
    assert not Invitation.objects.exists()
    assert not mail.outbox


def test_journey_by_pages(django_capture_on_commit_callbacks: Any) -> None:
    client = people.signed_in(people.staff("trainer"))
    table = "email\na@b.org\nbad\n"
    fields = {"name": "May class", "tier": "learner", "course": "detection", "table": table}
    assert client.get(NEW).status_code == 200
    check = client.post(NEW, fields).content.decode()
    assert "Line 3" in check
    assert "Send to the good rows only" in check
    assert not Invitation.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(NEW, fields | {"send-good": "1"})
    assert client.get(sent["Location"]).status_code == 200
    (secret,) = secrets()
    visitor, link = Client(), f"/en/account/invitation/{secret}/"
    assert visitor.get(link).status_code == 200
    assert "_auth_user_id" not in visitor.session
    assert visitor.post(f"{link}accept/").status_code == 302
    assert visitor.get("/en/account/invitation/unknown-secret/").status_code == 404
    invited = people.signed_in(people.person(email="a@b.org"), verified=False)
    assert "Accept the invitation" in invited.get(link).content.decode()
    assert invited.post(f"{link}accept/").status_code == 302
    assert Invitation.objects.get().state == "accepted"


@pytest.mark.parametrize(
    "change",
    [{"table": ""}, {"tier": "administrator"}, {"course": ""}, {"course": "x y"}, {"name": ""}],
)
def test_form_names_what_is_missing(change: dict[str, str]) -> None:
    client = people.signed_in(people.staff("trainer"))
    table = "email\na@b.org\n"
    fields = {"name": "x", "tier": "learner", "course": "detection", "table": table, "send": "1"}
    answer = client.post(NEW, fields | change)
    assert answer.status_code == 200
    assert "Error:" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_who_may_not_enrol_learners_is_not_asked_for_a_course() -> None:
    focal, trainer = people.staff("focal-point", region_id="SN"), people.staff("trainer")
    assert 'name="course"' not in people.signed_in(focal).get(NEW).content.decode()
    assert 'name="course"' in people.signed_in(trainer).get(NEW).content.decode()
    people.organisation("Post", unit="courier")
    table = HEAD + "a@b.org,,,SN,Post\n"
    fields = {"name": "x", "tier": "courier", "course": "detection", "table": table, "send": "1"}
    assert people.signed_in(focal).post(NEW, fields).status_code == 302
    assert InvitationBatch.objects.get().course == "", "a field that is not asked counts nothing"


def test_sending_again_wants_a_fresh_factor_and_the_right_of_today(send: Any) -> None:
    focal = people.staff("focal-point", region_id="SN")
    people.organisation("Post", unit="courier")
    row = send(focal, HEAD + "a@b.org,,,SN,Post\n", "courier").invitations.get()
    with pytest.raises(step_up.Needed):
        inviting.send_again(by=focal, invitation=row.public_id)
    focal.role_grants.update(ended_at=clock.now())
    people.with_role(focal, "trainer")
    with step_up.confirmed(focal), pytest.raises(NotAllowed):
        inviting.send_again(by=focal, invitation=row.public_id)


@pytest.mark.parametrize("lost", ["role", "membership", "held"])
def test_link_of_an_inviter_who_lost_the_right_opens_nothing(send: Any, lost: str) -> None:
    focal = people.staff("focal-point", region_id="SN")
    people.organisation("Post", unit="courier")
    send(focal, HEAD + "a@b.org,,,SN,Post\n", "courier")
    if lost == "role":
        focal.role_grants.update(ended_at=clock.now())
    elif lost == "membership":
        Membership.objects.filter(user=focal).update(state="ended")
    else:
        focal.hold = "suspended"
        focal.save()
    user = people.person(email="a@b.org")
    with pytest.raises(NotAllowed):
        inviting.accept(user=user, secret=secrets()[0])
    assert membership_of(user) is None


@pytest.mark.parametrize("state", ["ended", "suspended"])
def test_person_put_out_does_not_come_back_by_a_link(send: Any, state: str) -> None:
    focal = people.staff("focal-point", region_id="SN")
    people.organisation("Post", unit="courier")
    user = people.member(email="a@b.org", tier="courier")
    Membership.objects.filter(user=user).update(state=state)
    send(focal, HEAD + "a@b.org,,,SN,Post\n", "courier")
    with pytest.raises(NotAllowed):
        inviting.accept(user=user, secret=secrets()[0])


def test_nobody_invites_herself(send: Any) -> None:
    trainer = people.staff("trainer")
    planned = inviting.plan(by=trainer, data=f"email\n{trainer.email.upper()}\n", tier="learner")
    assert [fault.column for fault in planned.faults] == ["email"]


def test_accepted_place_in_a_course_can_be_taken_back(
    send: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    trainer = people.staff("trainer")
    row = send(trainer, "email\na@b.org\n").invitations.get()
    user = people.person(email="a@b.org")
    inviting.accept(user=user, secret=secrets()[0])
    monkeypatch.setattr(inviting, "publish", told.append)
    inviting.withdraw(by=trainer, invitation=row.public_id)
    assert told == [InvitationWithdrawn(user.pk, "detection")]
    with pytest.raises(Conflict):
        inviting.withdraw(by=trainer, invitation=row.public_id)


def test_inviter_does_not_decide_about_her_own_applicant(send: Any) -> None:
    focal = people.staff("focal-point", region_id="SN")
    people.organisation("Customs of Westmark")
    send(focal, HEAD + "a@b.org,,,SN,Customs of Westmark\n", "member")
    user = people.person(email="a@b.org")
    inviting.accept(user=user, secret=secrets()[0])
    moment = clock.now()
    Application.objects.filter(applicant=user).update(
        state="review", submitted_at=moment, sponsor=people.member(), sponsor_email="x@y.org"
    )
    application = Application.objects.get(applicant=user)
    other = people.staff("focal-point", region_id="SN")
    assert not can_propose(focal, application)
    assert application not in applications_awaiting(focal)
    assert can_propose(other, application)
    assert application in applications_awaiting(other)
