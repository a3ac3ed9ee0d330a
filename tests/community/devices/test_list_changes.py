"""Who has to ask for whose devices again (guarantee 5, pitfall 13)."""

from functools import partial

import pytest
from django.db import transaction

from community.devices import list_changes, lists
from community.devices.models import DeviceListChange
from community.messages import purge
from community.rooms.models import RoomMembership
from portal.accounts.models import User
from portal.shared import clock
from tests.community.devices.help import (
    another,
    at_once,
    committed_member,
    join,
    leave,
    room_of,
)
from tests.community.devices.test_identity import confirm
from tests.community.paper import Key, Paper
from tests.people import member


def cursor_of(paper: Paper) -> str:
    return paper.get("sync").json()["cursor"]


def changes(paper: Paper, cursor: str) -> tuple[list[str], list[str]]:
    found = paper.get(f"sync?cursor={cursor}").json()["device_lists"]
    return sorted(found["changed"]), sorted(found["left"])


def told(paper: Paper, place: int) -> tuple[list[str], list[str]]:
    """The same of a position in the list, for times when no sign-in lives any more."""
    found = list_changes.between(paper.user, place, lists.position())
    return sorted(found["changed"]), sorted(found["left"])


@pytest.mark.django_db
class TestChanged:
    @pytest.fixture
    def deeds(self, bruno):
        """Everything that changes what others have to know of Bruno's devices."""
        second = another(bruno)

        def reset() -> None:
            bruno.master, bruno.self_signing, bruno.user_signing = Key(), Key(), Key()
            assert bruno.post("keys/signing", bruno.signing_keys()).status_code == 200

        return {
            "added": lambda: another(bruno),
            "removed": lambda: bruno.delete(f"devices/{second.device_id}"),
            "confirmed": lambda: confirm(second),
            "reset": reset,
            "joined": lambda: room_of(bruno),
        }

    @pytest.mark.parametrize("deed", ["added", "removed", "confirmed", "reset", "joined"])
    def test_is_said_to_who_shares_a_room_and_once(self, anna, bruno, deeds, deed):
        room_of(anna, bruno)
        stranger = Paper(member()).set_up()
        cursors = {paper: cursor_of(paper) for paper in (anna, stranger)}
        deeds[deed]()
        assert changes(anna, cursors[anna]) == ([bruno.name], [])
        assert changes(stranger, cursors[stranger]) == ([], [])
        assert changes(anna, cursor_of(anna)) == ([], [])

    def test_is_said_to_other_devices_of_the_same_person(self, anna):
        cursor = cursor_of(anna)
        another(anna)
        assert changes(anna, cursor) == ([anna.name], [])

    def test_of_somebody_invited_is_said(self, anna, bruno):
        room = room_of(anna)
        join(room, bruno.user, "invited")
        cursor = cursor_of(anna)
        another(bruno)
        assert changes(anna, cursor) == ([bruno.name], [])

    def test_while_offline_is_said_however_late_and_again_until_the_cursor_moves(
        self, anna, bruno, deeds
    ):
        room_of(anna, bruno)
        cursor = cursor_of(anna)
        for name in ("added", "confirmed", "removed"):
            deeds[name]()
        for _ in range(2):
            assert changes(anna, cursor) == ([bruno.name], [])

    def test_behind_the_position_of_the_answer_is_left_to_the_next(self, anna, bruno):
        room_of(anna, bruno)
        start = lists.position()
        another(bruno)
        middle = lists.position()
        another(anna)
        assert list_changes.between(anna.user, start, middle)["changed"] == [bruno.name]
        assert list_changes.between(anna.user, middle, middle)["changed"] == []
        assert anna.name in list_changes.between(anna.user, middle, middle + 1)["changed"]


@pytest.mark.django_db
class TestLeft:
    def test_who_left_and_changed_is_under_left(self, anna, bruno):
        room = room_of(anna, bruno)
        cursor = cursor_of(anna)
        leave(room, bruno.user)
        assert changes(anna, cursor) == ([], [])
        another(bruno)
        assert changes(anna, cursor) == ([], [bruno.name])

    def test_who_shares_another_room_is_under_changed(self, anna, bruno):
        room = room_of(anna, bruno)
        room_of(anna, bruno)
        leave(room, bruno.user)
        cursor = cursor_of(anna)
        another(bruno)
        assert changes(anna, cursor) == ([bruno.name], [])

    def test_one_who_left_herself_hears_of_those_inside_under_left(self, anna, bruno):
        room = room_of(anna, bruno)
        leave(room, anna.user)
        cursor = cursor_of(anna)
        another(bruno)
        assert changes(anna, cursor) == ([], [bruno.name])

    @pytest.mark.parametrize("state", ["left", "removed"])
    def test_who_went_does_not_hear_who_came_later(self, anna, bruno, state):
        room = room_of(anna, bruno)
        leave(room, anna.user)
        RoomMembership.objects.filter(room=room, user=anna.user).update(state=state)
        clara, invited = Paper(member()).set_up(), Paper(member()).set_up()
        cursor = cursor_of(anna)
        join(room, clara.user)
        join(room, invited.user, "invited")
        another(clara)
        another(invited)
        assert changes(anna, cursor) == ([], [])
        another(bruno)
        assert changes(anna, cursor) == ([], [bruno.name])


@pytest.mark.django_db
class TestForgetting:
    """Each person's last change is kept, so no cursor misses that she changed."""

    @pytest.fixture
    def late(self):
        """The clock, to be moved on."""
        with clock.held() as held:
            yield held

    def test_last_change_of_each_person_and_young_ones_stay(self, anna, bruno, late):
        another(anna)
        before = DeviceListChange.objects.filter(user=anna.user).order_by("stream").last()
        late.advance(days=40)
        another(bruno)
        young = set(DeviceListChange.objects.filter(created=late.moment))
        assert purge.run(["lists"])["lists"] > 0
        last = {
            DeviceListChange.objects.filter(user=one.user).order_by("stream").last()
            for one in (anna, bruno)
        }
        assert set(DeviceListChange.objects.all()) == young | last
        assert before in last
        assert purge.run(["lists"])["lists"] == 0

    def test_old_cursor_still_hears_who_changed(self, anna, bruno, late):
        room_of(anna, bruno)
        place = lists.position()
        another(bruno)
        another(bruno)
        late.advance(days=40)
        purge.run(["lists"])
        assert told(anna, place) == ([bruno.name], [])
        assert told(anna, lists.position()) == ([], [])

    def test_old_cursor_still_hears_of_everybody_she_came_to(self, anna, bruno, late):
        """Bruno's changes are behind the cursor; her coming is not, and is forgotten meanwhile."""
        room = room_of(bruno)
        place = lists.position()
        late.advance(seconds=4000)
        join(room, anna.user)
        late.advance(seconds=2000)
        another(anna)
        late.advance(days=40)
        purge.run(["lists", "times"])  # the time of her coming is kept by the hour now
        assert told(anna, place) == (sorted([anna.name, bruno.name]), [])

    def test_no_answer_is_changed_by_the_job(self, anna, bruno, late):
        room = room_of(bruno)
        places = []
        for turn in range(4):
            places.append(lists.position())
            if turn == 1:
                join(room, anna.user)
            another(bruno)
            another(anna)
            late.advance(days=25)
        before = [told(anna, place) for place in places]
        assert before == [(sorted([anna.name, bruno.name]), [])] * 4
        assert purge.run(["lists"])["lists"] > 0
        assert [told(anna, place) for place in places] == before


@pytest.mark.django_db
class TestComingBack:
    def test_who_changed_while_away_is_said_when_she_joins_again(self, anna, bruno):
        room = room_of(anna, bruno)
        leave(room, bruno.user)
        another(bruno)
        cursor = cursor_of(anna)  # the change is behind her
        join(room, bruno.user)
        assert changes(anna, cursor) == ([bruno.name], [])

    def test_she_herself_hears_of_everybody_inside(self, anna, bruno):
        """Bruno is away, Anna changes, Bruno reads that under ``left``, and comes back."""
        room = room_of(anna, bruno)
        leave(room, bruno.user)
        another(anna)
        cursor = cursor_of(bruno)  # Anna's change is behind him
        join(room, bruno.user)
        assert changes(bruno, cursor) == (sorted([anna.name, bruno.name]), [])

    def test_other_changes_of_her_own_do_not_name_everybody(self, anna, bruno):
        with clock.held() as held:
            room_of(anna, bruno)
            held.advance(seconds=120)
            cursor = cursor_of(anna)
            another(anna)
            assert changes(anna, cursor) == ([anna.name], [])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_reader_never_sees_a_position_before_the_changes_up_to_it():
    """Pitfall 12: numbers are visible in their order, so a cursor skips nothing."""
    people = [committed_member() for _ in range(4)]

    finished: list[User] = []

    def write(user: User) -> None:
        try:
            for _ in range(25):
                with transaction.atomic():
                    lists.mark_changed(user.pk)
        finally:
            finished.append(user)

    def watch() -> set[int]:
        missing = set()
        while len(finished) < len(people):
            last = lists.position()
            missing.add(last - DeviceListChange.objects.filter(stream__lte=last).count())
        return missing

    *written, missing = at_once([*(partial(write, user) for user in people), watch])
    assert written == [None] * 4
    assert missing == {0}
    numbers = DeviceListChange.objects.order_by("stream").values_list("stream", flat=True)
    assert list(numbers) == list(range(1, 101))
