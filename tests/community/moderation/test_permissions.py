"""Who sees and decides reports: rule and list agree."""

import uuid

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.moderation import permissions
from community.rooms.models import Report, Room, RoomMembership
from portal.permissions import forget
from portal.shared import clock
from tests import people

pytestmark = pytest.mark.django_db
SCOPES = st.sampled_from(
    [{}, {"region_id": "SN"}, {"region_id": "west-africa"}, {"region_id": "UA"},
     {"organisation": 0}, {"organisation": 1, "region_id": "SN"}, {"course": "0" * 32},
     {"language": "fr"}]
)  # fmt: skip
ROLES = st.sampled_from(["focal-point", "administrator", "trainer"])
GRANTS = st.lists(st.tuples(st.integers(0, 4), ROLES, SCOPES), max_size=6)
WHO = st.one_of(st.none(), st.integers(0, 4))
PLACES = st.dictionaries(
    st.integers(0, 4), st.sampled_from(RoomMembership.State.values), max_size=4
)
REPORTS = st.lists(st.tuples(WHO, WHO, PLACES), min_size=1, max_size=3)


def report(reporter, reported, places):
    room = Room.objects.create(public_id=uuid.uuid4(), kind="case", created=clock.now())
    for user, state in places.items():
        RoomMembership.objects.create(room=room, user=user, role="member", state=state)
    return Report.objects.create(
        public_id=uuid.uuid4(), room=room, seq=1, reporter=reporter, reported=reported,
        reason="x", created=clock.now(),
    )  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grants=GRANTS, reports=REPORTS, lapsed=st.sets(st.integers(0, 4), max_size=2))
def test_rule_and_list_agree(db, grants, reports, lapsed):
    with transaction.atomic():
        units = [people.organisation(), people.organisation(country="UA")]
        users = [people.member(of=units[number % 2]) for number in range(5)]
        for number in lapsed:
            row = users[number].membership
            row.lapses_at = clock.now()
            row.save()
        for number, role, scope in grants:
            unit = {"organisation": units[scope["organisation"]]} if "organisation" in scope else {}
            people.with_role(users[number], role, **{**scope, **unit})
        rows = [
            report(
                None if by is None else users[by], None if who is None else users[who],
                {users[number]: state for number, state in places.items()},
            )
            for by, who, places in reports
        ]  # fmt: skip
        for user in users:
            forget(user)
            seen = set(permissions.reports_visible_to(user))
            assert seen == {row for row in rows if permissions.can_decide(user, row)}
            for row in rows:
                if row not in seen:
                    continue
                assert user.pk not in (row.reporter_id, row.reported_id)
                place = RoomMembership.objects.filter(room=row.room, user=user).first()
                assert place is None or place.state == "declined"
        for row in rows:
            told = permissions.moderators_of(row)
            for user in told:
                assert permissions.can_decide(user, row)
            for user in permissions.able_to_suspend(row):
                assert permissions.can_suspend(user, row)
                assert permissions.can_decide(user, row)
        transaction.set_rollback(True)


def test_report_of_a_deleted_account_is_the_whole_sites():
    row = report(None, None, {})
    assert permissions.can_decide(people.staff("administrator"), row)
    assert not permissions.can_decide(people.staff("focal-point", region_id="SN"), row)
    assert not permissions.can_suspend(people.staff("administrator"), row)
