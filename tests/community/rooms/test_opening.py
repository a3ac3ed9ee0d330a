"""Opening rooms: what is accepted, who is inside then, and repetition."""

import json
import uuid

import pytest
from django.urls import reverse

from community.devices.models import CrossSigningKey, DeviceListChange
from community.rooms.models import Block, Room, RoomMembership, Roster
from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from portal.shared import clock
from tests import people
from tests.community.rooms.world import Case, Direct, code, day, identity, sealed

pytestmark = pytest.mark.django_db
SHAPE = {
    "room_id": str, "kind": str, "state": str, "last_seq": int, "members_seq": int,
    "roster_version": int, "membership": str, "role": str, "joined_seq": int,
    "first_visible_seq": int, "last_read_seq": int, "unread": int, "muted": bool, "pinned": bool,
    "ends_at": str, "retention_days": int, "receipts": bool, "hold_until": type(None),
    "purge_at": type(None),
}  # fmt: skip


@pytest.fixture
def ana():
    return sealed("Ana")


@pytest.fixture
def ben():
    return sealed("Ben")


def test_case_room_has_its_opener_inside_and_the_others_invited(ana, ben):
    case = Case(ana, ben, join=False)
    assert case.answer.status_code == 201
    room = case.answer.json()
    assert {name: type(value) for name, value in room.items()} == SHAPE
    assert room["room_id"] == f"!{case.id}:members.invalid"
    assert (room["kind"], room["state"], room["membership"], room["role"]) == (
        "case", "open", "joined", "host",
    )  # fmt: skip
    assert (room["last_seq"], room["members_seq"], room["joined_seq"]) == (1, 1, 1)
    assert (room["roster_version"], room["unread"]) == (1, 0)
    assert (room["ends_at"], room["retention_days"]) == (day(90), 90)
    assert case.changes() == [{"change": "created", "roster_version": 1}]
    place = case.place(ben)
    assert (place.state, place.role, place.joined_seq) == ("invited", "member", None)
    assert place.invited_by == ana.user
    row = Roster.objects.get(room=case.row)
    assert (row.version, row.seq, row.text, row.signer) == (1, 1, case.text, ana.user)


def test_direct_room_has_both_inside(ana, ben):
    room = Direct(ana, ben)
    assert room.answer.status_code == 201
    assert room.answer.json()["ends_at"] is None
    for person in (ana, ben):
        place = room.place(person)
        assert (place.state, place.role, place.joined_seq) == ("joined", "host", 1)
        assert place.first_visible_seq == 1
    listed = ben.get("rooms").json()["rooms"]
    assert [(row["room_id"], row["membership"]) for row in listed] == [
        (f"!{room.id}:members.invalid", "joined")
    ]


def test_device_lists_of_who_comes_in_move_on(ana, ben):
    case = Case(ana, ben, join=False)
    # She is alone there until somebody joins, but asks for her own device, just signed, again.
    assert _moved() == [ana.user.pk]
    case.post(ben, "join")
    assert _moved() == [ana.user.pk, ben.user.pk]
    cleo = sealed()
    Direct(cleo, ben)
    assert _moved() == [ana.user.pk, ben.user.pk, cleo.user.pk, ben.user.pk]


def test_a_further_room_keeps_nobody_of_the_first_one_from_sending(ana, ben):
    Case(ana, ben)
    before = _moved()
    Case(ana, join=False)
    assert _moved() == before


def _moved() -> list[int]:
    return list(DeviceListChange.objects.order_by("stream").values_list("user", flat=True))


def test_repeated_request_gives_the_same_room(ana, ben):
    case = Case(ana, ben, join=False)
    again = ana.post("rooms", case.body)
    assert again.status_code == 200
    assert again.json() == case.answer.json()
    assert Room.objects.count() == 1
    assert case.row.last_seq == 1
    room = Direct(ana, ben)
    moved = DeviceListChange.objects.count()
    assert moved == 3  # the case room as her first one, then both people
    assert ana.post("rooms", room.body).json() == room.answer.json()
    assert DeviceListChange.objects.count() == moved


def test_repeated_request_with_another_list_is_refused(ana, ben):
    case = Case(ana, ben, join=False)
    other = case.signed(ana, {ana: ana.entry("host")})
    assert code(ana.post("rooms", case.body | {"roster": other})) == (400, "bad_request")


def test_id_of_a_foreign_room_cannot_be_used(ana, ben):
    case = Case(ana, join=False)
    roster = case.signed(ben, {ben: ben.entry("host")})
    assert code(ben.post("rooms", case.body | {"roster": roster})) == (400, "bad_request")
    assert not RoomMembership.objects.filter(user=ben.user).exists()


def test_two_people_have_one_direct_room(ana, ben):
    room = Direct(ana, ben)
    for first, second in ((ana, ben), (ben, ana)):
        answer = Direct(first, second).answer
        assert code(answer) == (409, "room_exists")
        assert answer.json()["room_id"] == f"!{room.id}:members.invalid"
    assert Room.objects.count() == 1


@pytest.mark.parametrize("blocker", [0, 1])
def test_direct_room_with_a_blocked_person_is_not_found(ana, ben, blocker):
    pair = [ana.user, ben.user]
    Block.objects.create(blocker=pair[blocker], blocked=pair[1 - blocker], created=clock.now())
    assert code(Direct(ana, ben).answer) == (404, "not_found")
    assert Room.objects.count() == 0


def test_direct_room_with_nobody_is_not_found(ana):
    stranger, lapsed = sealed(), sealed()
    stranger.name = f"@{uuid.uuid4()}:members.invalid"
    lapsed.user.membership.lapses_at = clock.now()
    lapsed.user.membership.save()
    for person in (stranger, lapsed):
        assert code(Direct(ana, person).answer) == (404, "not_found")


def test_direct_room_with_oneself_is_refused(ana):
    twice = [ana.entry("host"), ana.entry("host")]
    room = Direct(ana, sealed())
    roster = ana.roster(room.id, twice, kind="direct", charter=None)
    body = room.body | {"roster": roster, "room_id": f"!{uuid.uuid4()}:members.invalid"}
    assert code(ana.post("rooms", body)) == (422, "bad_roster")


@pytest.mark.parametrize("kind", ["case", "direct"])
def test_person_without_published_key_is_refused(ana, kind):
    other = sealed()
    CrossSigningKey.objects.filter(user=other.user).delete()
    assert code(Case(ana, other, kind=kind).answer) == (422, "bad_roster")


@pytest.mark.parametrize("kind", ["case", "direct"])
def test_old_key_of_a_person_is_refused(ana, kind):
    other = sealed()
    case = Case(ana, kind=kind, join=False) if kind == "case" else None
    old = other.entry()
    other.master = sealed().master
    identity(other)
    assert other.entry() != old
    other.entry = lambda role="member", history=False: old | {"role": role}
    answer = Case(ana, other, kind=kind, join=False).answer
    assert code(answer) == (422, "bad_roster")
    assert "not the published key" in answer.json()["detail"]
    assert case is None or case.answer.status_code == 201


def test_own_key_must_be_the_published_one(ana):
    ana.master = sealed().master
    assert code(Case(ana).answer) == (422, "bad_roster")


def test_only_members_whom_one_may_contact_are_invited(ana, ben):
    Block.objects.create(blocker=ben.user, blocked=ana.user, created=clock.now())
    learner = sealed(user=people.person())
    for person in (ben, learner):
        answer = Case(ana, person, join=False).answer
        assert code(answer) == (422, "bad_roster")
        assert "cannot be invited" in answer.json()["detail"]
    assert Room.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"ends_at": None}, {"ends_at": day(0)}, {"ends_at": day(-1)}, {"ends_at": day(732)},
        {"retention_days": 0}, {"retention_days": 3651}, {"kind": "open"}, {"room_id": "!x"},
        {"room_id": str(uuid.uuid4())}, {"ends_at": "soon"}, {"extra": 1},
    ],
)  # fmt: skip
def test_body_of_a_case_room_is_checked(ana, change):
    assert code(Case(ana, **change).answer) == (400, "bad_request")
    assert Room.objects.count() == 0


def test_latest_end_is_accepted(ana):
    assert Case(ana, ends_at=day(731)).answer.status_code == 201


def test_direct_room_has_no_end(ana, ben):
    assert code(Direct(ana, ben, ends_at=day(5)).answer) == (400, "bad_request")


def test_list_of_another_room_or_kind_is_refused(ana, ben):
    case = Case(ana)
    other = case.body | {"room_id": f"!{uuid.uuid4()}:members.invalid"}
    assert code(ana.post("rooms", other)) == (422, "bad_roster")
    direct = other | {"kind": "direct", "ends_at": None}
    assert code(ana.post("rooms", direct)) == (422, "bad_roster")


def test_forged_signature_is_refused(ana, ben):
    case = Case(ana)
    forged = ben.sign_text("community.roster.v1", case.text)
    forged["signatures"] = {ana.name: {
        f"ed25519:{ana.master.public}": next(iter(forged["signatures"][ben.name].values()))
    }}  # fmt: skip
    text = forged["text"].replace(str(case.id), str(other := uuid.uuid4()))
    body = case.body | {"room_id": f"!{other}:members.invalid", "roster": forged | {"text": text}}
    assert code(ana.post("rooms", body)) == (422, "bad_roster")


def test_set_up_must_be_complete(ana):
    from community.devices.models import Device

    Device.objects.filter(user=ana.user).update(confirmed=False)
    assert code(Case(ana).answer) == (403, "setup_incomplete")
    Device.objects.all().delete()
    assert code(Case(ana).answer) == (403, "device_required")


def test_invitations_are_counted_by_person(ana, monkeypatch):
    from portal.shared import ratelimit

    limit = ratelimit.get("invitations")
    few = ratelimit.Limit(**(limit.__dict__ | {"amount": 2}))
    monkeypatch.setitem(ratelimit.BY_NAME, "invitations", few)
    guests = [sealed() for _ in range(3)]
    answer = Case(ana, *guests, join=False).answer
    assert code(answer) == (429, "rate_limited")
    assert int(answer["Retry-After"]) > 0
    assert Room.objects.count() == 0


def test_invited_person_gets_a_notice_without_content(ana, ben):
    case = Case(ana, ben, join=False)
    notice = Notification.objects.get(user=ben.user)
    assert (notice.verb, notice.place, notice.key) == (
        "room-activity", "room", str(case.id),
    )  # fmt: skip
    assert reverse(notice.place, args=[notice.key]).endswith(f"/community/rooms/{case.id}/")
    case.post(ben, "join")
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_opening_is_recorded_without_content(ana, ben):
    case = Case(ana, ben, join=False)
    rows = AuditRow.objects.filter(event__startswith="room.").order_by("number")
    assert [(row.event, json.loads(row.body)["facts"]) for row in rows] == [
        ("room.opened", {"kind": "case"}), ("room.invited", {"role": "member"}),
    ]  # fmt: skip
    assert rows[1].about == str(ben.user.public_id)
    assert rows[0].thing.endswith(str(case.id))
