"""What the clock does alone: once each, whatever happens in between."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from portal.shared import clock
from portal.vetting import identity, tasks
from portal.vetting.models import ApplicationStep, Membership
from tests import people
from tests.vetting.applications import application

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


def told(user, verb):
    return sum(Notification.objects.filter(user=user, verb=verb).values_list("count", flat=True))


def at(days, hours=0):
    return clock.held(MONDAY + timedelta(days=days, hours=hours))


def test_sponsor_is_reminded_after_seven_days_once_a_week():
    sponsor = people.member()
    row = application(state="sponsor", sponsor=sponsor, at=MONDAY)
    with at(6):
        tasks.daily.call()
        assert told(sponsor, "sponsor") == 0
    with at(7):
        tasks.daily.call()
        tasks.daily.call()
    assert told(sponsor, "sponsor") == 1
    with at(13):
        tasks.daily.call()
    assert told(sponsor, "sponsor") == 1
    with at(14):
        tasks.daily.call()
    assert told(sponsor, "sponsor") == 2
    row.refresh_from_db()
    assert row.version == 1
    assert row.state == "sponsor"


def test_reminder_does_not_tell_whether_the_sponsor_is_known():
    known = application(state="sponsor", sponsor=people.member(), at=MONDAY)
    unknown = application(state="sponsor", at=MONDAY)
    with at(7):
        tasks.daily.call()
    assert told(known.applicant, "application") == told(unknown.applicant, "application") == 1


@pytest.mark.parametrize("state", ["review", "confirmation"])
def test_approvers_are_reminded_after_five_working_days(state):
    focal = people.staff("focal-point", region_id="SN")
    application(
        state=state,
        at=MONDAY,
        proposed_by=people.staff("focal-point", region_id="SN")
        if state == "confirmation"
        else None,
    )
    with at(6):
        tasks.daily.call()
        assert told(focal, "decision") == 0
    with at(7):
        tasks.daily.call()
        tasks.daily.call()
    assert told(focal, "decision") == 1


def test_applicant_is_reminded_of_a_question_after_fourteen_days():
    row = application(state="information", at=MONDAY)
    with at(13):
        tasks.daily.call()
        assert told(row.applicant, "application") == 0
    with at(14):
        tasks.daily.call()
        tasks.daily.call()
    assert told(row.applicant, "application") == 1


@pytest.mark.parametrize(("state", "days"), [("draft", 60), ("sponsor", 30), ("information", 30)])
def test_silent_applications_expire_and_the_applicant_is_told(state, days):
    row = application(state=state, at=MONDAY, submitted_at=None if state == "draft" else MONDAY)
    with at(days - 1):
        tasks.expire_application(row.pk)
        row.refresh_from_db()
        assert row.state == state
    with at(days):
        tasks.daily.call()
        tasks.daily.call()
    row.refresh_from_db()
    assert row.state == "expired"
    assert told(row.applicant, "application") >= 1
    assert row.steps.filter(kind="expired").count() == 1
    assert AuditRow.objects.filter(event="application.expired").count() == 1


@pytest.mark.parametrize("state", ["review", "confirmation", "approved", "refused", "withdrawn"])
def test_nothing_expires_because_approvers_are_slow(state):
    row = application(state=state, at=MONDAY)
    with at(400):
        tasks.daily.call()
    row.refresh_from_db()
    assert row.state == state


def test_member_is_reminded_sixty_fourteen_and_three_days_before_then_lapses():
    with at(0):
        user = people.member()
    end = Membership.objects.get(user=user).lapses_at
    counts = []
    for before in (61, 60, 59, 14, 14, 10, 3, 1):
        with clock.held(end - timedelta(days=before)):
            tasks.daily.call()
            tasks.daily.call()
            counts.append(told(user, "membership"))
    assert counts == [0, 1, 1, 2, 2, 2, 3, 3]
    with clock.held(end):
        tasks.daily.call()
        tasks.daily.call()
    assert Membership.objects.get(user=user).state == "lapsed"
    assert AuditRow.objects.filter(event="membership.lapsed").count() == 1


def test_missed_reminders_are_sent_as_one():
    with at(0):
        user = people.member()
    with clock.held(Membership.objects.get(user=user).lapses_at - timedelta(days=2)):
        tasks.daily.call()
    assert told(user, "membership") == 1


def test_membership_goes_on_while_approvers_decide_about_a_change():
    with at(0):
        user = people.member()
    end = Membership.objects.get(user=user).lapses_at
    application(user, state="review", at=end - timedelta(days=2))
    with clock.held(end - timedelta(days=2)):
        tasks.daily.call()
        tasks.daily.call()
    assert Membership.objects.get(user=user).lapses_at == end + timedelta(days=12)
    assert AuditRow.objects.filter(event="membership.prolonged").count() == 1


def test_draft_or_silent_sponsor_prolongs_nothing():
    with at(0):
        user = people.member()
    end = Membership.objects.get(user=user).lapses_at
    application(user, state="sponsor", at=end - timedelta(days=2))
    with clock.held(end):
        tasks.daily.call()
    assert Membership.objects.get(user=user).state == "lapsed"


def test_suspended_membership_is_neither_reminded_nor_lapsed():
    with at(0):
        user = people.member()
    Membership.objects.filter(user=user).update(state="suspended")
    with at(400):
        tasks.daily.call()
    assert Membership.objects.get(user=user).state == "suspended"
    assert told(user, "membership") == 0


def test_roles_and_identity_checks_expire():
    with at(0):
        grant = people.with_role(
            people.member(), "trainer", ends_on=(MONDAY + timedelta(days=3)).date()
        )
        check = identity.ask_identity_check(user=people.member())
    with at(3):
        tasks.daily.call()
        grant.refresh_from_db()
        assert grant.ended_at is None
    with at(14):
        tasks.daily.call()
        tasks.daily.call()
    grant.refresh_from_db()
    check.refresh_from_db()
    assert grant.ended_at is not None
    assert check.state == "expired"
    assert AuditRow.objects.filter(event="identity.expired").count() == 1
    assert AuditRow.objects.filter(event="role.expired").count() == 1


def test_crash_at_one_row_loses_no_other(monkeypatch):
    rows = [application(state="information", at=MONDAY) for _number in range(3)]
    real = tasks.moves.tell_applicant

    def fails_at_the_second(row):
        if row.pk == rows[1].pk:
            raise RuntimeError("mail server")
        real(row)

    monkeypatch.setattr(tasks.moves, "tell_applicant", fails_at_the_second)
    with at(30):
        with pytest.raises(CommandError):
            call_command("vetting_daily")
        states = [type(row).objects.get(pk=row.pk).state for row in rows]
        assert states == ["expired", "information", "expired"]
        assert not ApplicationStep.objects.filter(application=rows[1]).exists()
        monkeypatch.setattr(tasks.moves, "tell_applicant", real)
        call_command("vetting_daily")
        assert type(rows[1]).objects.get(pk=rows[1].pk).state == "expired"


def test_command_runs_and_can_be_given_to_the_worker(capsys):
    call_command("vetting_daily")
    assert "0 failed" in capsys.readouterr().out
    call_command("vetting_daily", "--enqueue")
