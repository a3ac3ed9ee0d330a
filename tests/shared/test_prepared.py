"""Prepared queries answer as Django's own do, whatever the arguments."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Exists, OuterRef

from community.rooms.models import Room, RoomMembership
from portal.accounts.models import User
from portal.shared import clock
from portal.shared.prepared import insert, prepared
from portal.vetting.models import Membership
from tests import people

pytestmark = pytest.mark.django_db


@prepared
def by_id_and_name(public_id: uuid.UUID, name: str):
    return User.objects.filter(public_id=public_id, name=name)


@prepared
def in_force(user: int, moment: datetime):
    rows = Membership.objects.select_related("organisation", "user")
    return rows.filter(user=user, lapses_at__gt=moment)


@prepared
def joined_since(moment: datetime, least: int):
    rows = User.objects.filter(date_joined__gte=moment, pk__gte=least)
    return rows.order_by("pk").values_list("pk", "public_id", "date_joined")


def test_rows_are_what_django_reads():
    ana, bo = people.member(), people.member()
    for user in (ana, bo):
        expected = list(User.objects.filter(public_id=user.public_id, name=user.name))
        (found,) = by_id_and_name(user.public_id, user.name)
        assert found == expected[0]
        fields = [field.attname for field in User._meta.concrete_fields]
        assert [getattr(found, name) for name in fields] == [
            getattr(expected[0], name) for name in fields
        ]
        assert not found._state.adding
        assert found._state.db == "default"


def test_what_stands_beside_is_read_with_it(django_assert_num_queries):
    user = people.member()
    in_force(user.pk, clock.now())  # made at the first call
    with django_assert_num_queries(1):
        (row,) = in_force(user.pk, clock.now())
        assert row.organisation.name
        assert row.user == user
        assert isinstance(row.lapses_at, datetime)
    assert in_force(user.pk, clock.now() + timedelta(days=9999)) == []
    assert in_force.first(user.pk + 1000, clock.now()) is None


def test_tuples_have_the_types_of_their_fields():
    user = people.member()
    moment = datetime(2001, 2, 3, tzinfo=UTC)
    rows = joined_since(moment, user.pk)
    assert rows == [(user.pk, user.public_id, user.date_joined)]
    assert joined_since(clock.now() + timedelta(days=1), user.pk) == []


def test_numbers_of_every_size_are_compared_as_numbers():
    @prepared
    def rooms(last: int, version: int, days: int):
        rows = Room.objects.filter(last_seq__gt=last, roster_version__lte=version)
        return rows.filter(retention_days=days).values_list("last_seq")

    for seq in (5, 2**40):
        Room.objects.create(
            public_id=uuid.uuid4(), kind="case", created=clock.now(), last_seq=seq,
            roster_version=7, retention_days=30,
        )  # fmt: skip
    assert rooms(5, 7, 30) == [(2**40,)]
    assert sorted(rooms(4, 8, 30)) == [(5,), (2**40,)]
    assert rooms(2**62, 7, 30) == rooms(4, 6, 30) == rooms(4, 7, 31) == []


def test_annotations_come_along():
    moment = clock.now()
    rooms = [
        Room.objects.create(public_id=uuid.uuid4(), kind="case", created=moment) for _ in range(2)
    ]
    user = people.member()
    RoomMembership.objects.create(room=rooms[0], user=user, role="host", state="joined")

    @prepared
    def with_people(room: uuid.UUID, user: int):
        mine = RoomMembership.objects.filter(room=OuterRef("pk"), user=user)
        return Room.objects.filter(public_id=room).annotate(is_mine=Exists(mine))

    assert [with_people.first(room.public_id, user.pk).is_mine for room in rooms] == [True, False]


@pytest.mark.parametrize("text", ["", "%s", "%%", "'; DROP TABLE x; --", "ﷰ", "été", "\\", '"'])
def test_no_text_is_taken_for_sql(text):
    assert by_id_and_name(uuid.uuid4(), text) == []


def test_an_argument_that_goes_nowhere_is_refused():
    @prepared
    def careless(user: int, other: int):
        return User.objects.filter(pk=user)

    with pytest.raises(ValueError, match="does not come up"):
        careless(1, 2)


def test_an_argument_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="NoneType"):
        prepared(lambda number: User.objects.filter(pk=number))(None)


def test_new_row_is_stored_with_everything():
    moment = clock.now()
    row = Room(public_id=uuid.uuid4(), kind="case", created=moment, ends_at=moment.date())
    insert(row)
    stored = Room.objects.get(pk=row.pk)
    fields = [field.attname for field in Room._meta.concrete_fields]
    assert [getattr(row, name) for name in fields] == [getattr(stored, name) for name in fields]
    row.receipts = True
    row.save()  # a row that is there already is changed, not made again
    assert Room.objects.filter(public_id=row.public_id).count() == 1
