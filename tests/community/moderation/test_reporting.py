"""Reporting a message: what is kept, whom it reaches, what is refused."""

import json
from functools import partial

import pytest

from community.messages.models import Event
from community.moderation.receivers import may_decide
from community.rooms.models import Report, RoomMembership
from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from tests import people
from tests.community.devices.help import at_once
from tests.community.moderation.conftest import send
from tests.community.rooms.world import code, sealed

pytestmark = pytest.mark.django_db


def told():
    rows = Notification.objects.filter(verb="report").order_by("user_id")
    return [row.user for row in rows]


def test_report_keeps_what_the_reporter_attached_and_nothing_else(scene):
    answer = send(scene)
    assert answer.status_code == 201
    row = Report.objects.get(public_id=answer.json()["report_id"])
    assert (row.room, row.seq, row.state) == (scene.case.row, scene.seq, "open")
    assert (row.reporter, row.reported) == (scene.reporter.user, scene.writer.user)
    assert (row.reason, row.copy) == ("This is a threat.", "We will find you.")
    without = send(scene, seq=scene.case.say(scene.writer), copy=None)
    assert Report.objects.get(public_id=without.json()["report_id"]).copy is None
    assert scene.case.changes()[-1]["change"] == "joined"


def test_same_message_is_reported_once_until_it_is_decided(scene):
    first = send(scene)
    again = [
        send(scene),
        send(scene, reason="Something else."),
        send(scene, reason="And more.", copy="x" * 60_000),
        send(scene, copy=None),
    ]
    assert [answer.status_code for answer in (first, *again)] == [201] * 5
    assert {answer.json()["report_id"] for answer in again} == {first.json()["report_id"]}
    row = Report.objects.get()
    assert (row.reason, row.copy) == ("This is a threat.", "We will find you.")
    assert AuditRow.objects.filter(event="report.made").count() == 1
    assert told() == [scene.focal]
    other = sealed("Olga Other")
    scene.case.invite(scene.reporter, other, history=False)
    scene.case.post(other, "join")
    RoomMembership.objects.filter(user=other.user).update(first_visible_seq=1)
    assert send(scene, by=other).json()["report_id"] != first.json()["report_id"]
    Report.objects.update(state="decided")
    assert send(scene).json()["report_id"] != first.json()["report_id"]
    assert Report.objects.count() == 3


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_reports_of_one_message_at_once_are_one(scene):
    answers = at_once([partial(send, scene, reason=f"Threat {turn}.") for turn in range(4)])
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["report_id"] for answer in answers}) == 1
    assert Report.objects.count() == 1


def test_moderator_in_reach_is_told_without_content(scene):
    people.staff("administrator")
    people.staff("focal-point", region_id="eastern-europe")
    public_id = send(scene).json()["report_id"]
    notice = Notification.objects.get(verb="report")
    assert (notice.user, notice.place, notice.key) == (scene.focal, "moderation_case", public_id)
    assert may_decide(scene.focal, public_id)
    assert not may_decide(scene.reporter.user, public_id)
    assert not may_decide(scene.focal, "x")
    Report.objects.update(state="decided")
    assert not may_decide(scene.focal, public_id)


def test_administrator_is_told_where_no_focal_point_may_decide(scene):
    boss = people.staff("administrator")
    people.with_role(scene.reporter.user, "focal-point", region_id="SN")
    scene.case.invite(scene.reporter, inside := sealed(user=scene.focal))
    scene.case.post(inside, "join")
    send(scene)
    assert told() == [boss]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001, "\u202e\u0000"])
def test_reason_is_checked(scene, reason):
    assert code(send(scene, reason=reason)) == (400, "bad_request")


def test_words_are_cleaned(scene):
    send(scene, reason="one\r\ntwo\u202e\u0000", copy="\u0007three")
    row = Report.objects.get()
    assert (row.reason, row.copy) == ("one\ntwo", "three")


@pytest.mark.parametrize("copy", ["", "x" * 65_537, 7])
def test_copy_is_checked(scene, copy):
    assert code(send(scene, copy=copy)) == (400, "bad_request")


def test_only_messages_of_others_are_reported(scene):
    for seq in (scene.case.say(scene.reporter), 1):
        assert code(send(scene, seq=seq)) == (400, "bad_request")
    for seq in (0, -1, 999):
        assert code(send(scene, seq=seq)) == (404, "not_found")
    assert Report.objects.count() == 0


def test_only_who_can_see_a_message_reports_it(scene):
    late, stranger, invited = sealed(), sealed(), sealed()
    scene.case.invite(scene.reporter, late)
    scene.case.post(late, "join")
    scene.case.invite(scene.reporter, invited)
    for person in (late, stranger, invited):
        assert code(send(scene, by=person)) == (404, "not_found")
    assert Report.objects.count() == 0


def test_message_that_was_taken_back_can_be_reported(scene):
    Event.objects.filter(seq=scene.seq).update(gone_why="redacted", content="")
    assert send(scene).status_code == 201


def test_report_is_recorded_for_the_reporter_alone(scene):
    from portal.audit import events

    send(scene)
    row = AuditRow.objects.get(event="report.made")
    assert json.loads(row.body)["facts"] == {"copy": True}
    assert "threat" not in row.body
    assert events.EVENTS["report.made"].private
