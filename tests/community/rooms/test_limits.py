"""How often a person may open and join rooms, and when that is counted."""

import pytest
from django.db import connection

from community.devices import lists
from community.devices.models import DeviceListChange
from community.rooms.models import Room
from portal.shared import clock, ratelimit
from tests.community.devices.help import committed_member
from tests.community.devices.test_identity import not_fresh
from tests.community.rooms.test_closing import close, export
from tests.community.rooms.world import Case, Direct, code, sealed
from tests.limits import forget_limits


@pytest.fixture(autouse=True)
def fresh(db):
    forget_limits()


def counted(monkeypatch):
    """For each use of a limit that was counted, its name and whether in a transaction."""
    found, before = [], ratelimit.wait

    def wait(key, limit, uses=1):
        found.append((limit, connection.in_atomic_block))
        return before(key, limit, uses)

    monkeypatch.setattr(ratelimit, "wait", wait)
    return found


def named(found, *names):
    return [row for row in found if row[0] in names]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_counted_while_a_transaction_holds_the_database(monkeypatch):
    """Where the cache is a table, who counts would wait for the writer, and the writer for her."""
    ana, ben, cleo = (sealed(user=committed_member()) for _ in range(3))
    found = counted(monkeypatch)
    case = Case(ana, ben, join=False)
    assert named(found, "rooms", "rooms-day", "invitations") == [
        ("rooms", False), ("rooms-day", False), ("invitations", False),
    ]  # fmt: skip
    assert case.invite(ana, cleo).status_code == 200
    assert len(named(found, "invitations")) == 2
    assert case.post(ben, "join").status_code == 200
    case.say(ana)
    assert export(case, ana).status_code == 201
    assert named(found, "exports") == [("exports", False)]
    assert [name for name, inside in found if inside] == []


@pytest.mark.django_db
class TestOpening:
    @pytest.fixture
    def ana(self):
        return sealed("Ana")

    def test_eleventh_room_of_a_minute_has_to_wait(self, ana):
        with clock.held() as held:
            answers = [Case(ana).answer for _ in range(11)]
            assert [answer.status_code for answer in answers] == [201] * 10 + [429]
            assert code(answers[-1]) == (429, "rate_limited")
            assert 0 < int(answers[-1]["Retry-After"]) <= 60
            assert Room.objects.count() == 10
            held.advance(seconds=60)
            assert Case(ana).answer.status_code == 201

    def test_sixty_rooms_in_a_day(self):
        with clock.held(clock.now().replace(hour=23, minute=30, second=0)) as held:
            ana = sealed("Ana")
            for _ in range(59):
                assert ratelimit.wait(str(ana.user.pk), "rooms-day") == 0
            assert Case(ana).answer.status_code == 201
            answer = Case(ana).answer
            assert code(answer) == (429, "rate_limited")
            assert int(answer["Retry-After"]) == 30 * 60
            held.advance(seconds=30 * 60)
            assert Case(ana).answer.status_code == 201

    def test_same_request_again_counts_once_and_is_answered_when_no_more_may_be_opened(self, ana):
        with clock.held():
            case = Case(ana)
            for _ in range(12):
                assert ana.post("rooms", case.body).status_code == 200
            assert [Case(ana).answer.status_code for _ in range(10)] == [201] * 9 + [429]
            assert ana.post("rooms", case.body).status_code == 200

    def test_room_that_cannot_be_opened_does_not_count(self, ana):
        ben = sealed("Ben")
        with clock.held():
            Direct(ana, ben)
            for _ in range(10):
                assert code(Direct(ana, ben).answer) == (409, "room_exists")
                assert code(Case(ana, retention_days=0).answer) == (400, "bad_request")
            assert [Case(ana).answer.status_code for _ in range(10)] == [201] * 9 + [429]

    def test_limits_of_one_person_leave_others_alone(self, ana):
        ben = sealed("Ben")
        with clock.held():
            for _ in range(11):
                Case(ana)
            assert Case(ben).answer.status_code == 201

    def test_observer_keeps_nobody_from_sending_by_opening_rooms(self, ana):
        """Opening a room moved her list on, so everybody around her had to seal anew each time."""
        ole = sealed("Ole")
        case = Case(ana, ole, roles={ole: "observer"}.items())
        members = case.row.members_seq
        for number in range(5):
            here = lists.position()
            assert Case(ole).answer.status_code == 201
            answer = ana.put(f"rooms/{case.id}/events/t{number}", {
                "class": "m", "content": ana.megolm(), "members_seq": members, "devices_pos": here,
            })  # fmt: skip
            assert answer.status_code == 201


@pytest.mark.django_db
class TestJoining:
    def test_going_in_and_out_of_a_room_is_limited(self):
        ana, ben = sealed("Ana"), sealed("Ben")
        room = Direct(ana, ben)
        here = DeviceListChange.objects.filter(user=ben.user).count()
        with clock.held():
            codes = []
            for _ in range(12):
                assert room.post(ben, "leave").status_code == 200
                codes.append(room.post(ben, "join").status_code)
                if codes[-1] == 429:
                    break
        assert codes == [200] * 10 + [429]
        assert DeviceListChange.objects.filter(user=ben.user).count() == here + 10


@pytest.mark.django_db
class TestTranscripts:
    def test_tries_without_a_fresh_second_factor_do_not_count(self):
        ana = sealed("Ana")
        case = Case(ana)
        session = ana.client.session
        fresh = dict(session)
        close(case, ana, "closing")
        not_fresh(ana)
        for _ in range(6):
            assert code(export(case, ana)) == (403, "reauth_required")
        session.update(fresh)
        session.save()
        made = export(case, ana)
        assert made.status_code == 201
        assert close(case, ana, "closed", export_id=made.json()["export_id"]).status_code == 200

    def test_what_is_refused_does_not_count(self):
        ana, ole = sealed("Ana"), sealed("Ole")
        case = Case(ana, ole, roles={ole: "observer"}.items())
        for _ in range(6):
            assert code(export(case, ana, to_seq=99)) == (400, "bad_request")
            assert code(export(case, ana, signatures={})) == (422, "bad_signature")
            assert code(export(case, ole)) == (403, "forbidden")
        assert [export(case, ana).status_code for _ in range(6)] == [201] * 5 + [429]
