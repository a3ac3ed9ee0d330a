"""Legal hold: who sets it, what it does, when it ends."""

import json
import uuid

import pytest

from community.messages.models import Event
from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.shared import clock
from tests import people
from tests.community.rooms.ending import hold
from tests.community.rooms.world import Case, code, day, sealed

pytestmark = pytest.mark.django_db


def test_hold_is_seen_by_everybody_inside(ana, ben, boss):
    case = Case(ana, ben)
    answer = hold(case, boss)
    assert answer.json() == {"seq": case.row.last_seq}
    assert case.get(ben).json()["hold_until"] == day(30)
    assert case.changes()[-1] == {"change": "hold", "until": day(30)}
    row = AuditRow.objects.get(event="room.held")
    assert json.loads(row.body)["facts"] == {"until": day(30), "why": "court-order"}
    assert case.get(boss).status_code == 404


def test_hold_may_end_sooner(ana, boss):
    case = Case(ana)
    hold(case, boss)
    assert hold(case, boss, until=day(0)).status_code == 200
    assert case.row.hold_until == clock.now().date()


@pytest.mark.parametrize(
    ("until", "reason"),
    [(day(-1), "court-order"), (day(5000), "court-order"), (day(5), "because Ana wrote it")],
)
def test_hold_that_cannot_be_is_refused(ana, boss, until, reason):
    case = Case(ana)
    assert code(hold(case, boss, until, reason)) == (400, "bad_request")
    assert case.row.hold_until is None


def test_hold_is_the_platform_administrators(ana, ben):
    case = Case(ana, ben)
    regional = sealed(user=people.staff("administrator", region_id="west-africa"))
    focal = sealed(user=people.staff("focal-point"))
    for person in (ana, ben, regional, focal):
        assert code(hold(case, person)) == (404, "not_found")
    assert not Event.objects.filter(content__contains="hold").exists()


def test_hold_wants_a_fresh_second_factor(ana, boss):
    case = Case(ana)
    session = boss.client.session
    del session[step_up.SESSION_KEY]
    session.save()
    assert code(hold(case, boss)) == (403, "reauth_required")


def test_hold_of_an_unknown_room_is_not_found(boss):
    answer = boss.post(f"rooms/{uuid.uuid4()}/hold", {"until": day(3), "reason": "complaint"})
    assert code(answer) == (404, "not_found")
