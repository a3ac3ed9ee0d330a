"""DELETE events: by sender or host, for good, with the files, and the same answer twice."""

from datetime import timedelta

import pytest

from community.attachments.models import EventMedia, Media
from community.messages import tombstones
from community.messages.models import Event
from community.rooms.models import RoomMembership
from portal.shared import clock
from tests.community.attachments.uploads import on_disk, whole
from tests.community.messages.made import Ready, change, join, path, room_of, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return Ready()


@pytest.fixture
def writer():
    return Ready()


@pytest.fixture
def room(host, writer):
    return room_of(host.user, writer.user)


def take_back(who, room, seq):
    return who.delete(f"{path(room)}/events/{seq}")


@pytest.mark.parametrize("by", ["writer", "host"])
def test_sender_and_host_empty_an_event(host, writer, room, by):
    seq = writer.send(room).json()["seq"]
    who = {"writer": writer, "host": host}[by]
    assert take_back(who, room, seq).json() == {"seq": seq + 1}
    event = Event.objects.get(room=room, seq=seq)
    assert (event.content, event.gone_why, event.gone_by) == ("", "redacted", who.user)
    [shown, told] = host.get(f"{path(room)}/events?after={seq - 1}").json()["events"]
    assert shown["content"] is None
    assert shown["gone"]["by"] == who.name
    assert told["content"] == {"change": "redacted", "target_seq": seq}
    room.refresh_from_db()
    assert room.members_seq == 1  # nobody has to learn the list of members again


def test_second_call_returns_the_same_number(host, writer, room):
    seq = writer.send(room).json()["seq"]
    first = take_back(writer, room, seq)
    said(room, writer)
    for who in (writer, host):
        assert take_back(who, room, seq).json() == first.json()
    assert Event.objects.filter(room=room, event_class="x").count() == 2


def test_others_cannot_empty_an_event(writer, room):
    other = Ready()
    join(room, other.user)
    seq = writer.send(room).json()["seq"]
    answer = take_back(other, room, seq)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_what_the_server_said_cannot_be_emptied(host, room):
    assert take_back(host, room, 1).json()["code"] == "forbidden"


@pytest.mark.parametrize("seq", ["99", "x", "-1", "9" * 30, "²"])
def test_event_that_is_not_there_is_not_found(host, room, seq):
    assert take_back(host, room, seq).status_code == 404


def test_event_before_ones_own_first_is_not_found(host, writer, room):
    seq = writer.send(room).json()["seq"]
    RoomMembership.objects.filter(user=host.user).update(first_visible_seq=seq + 1)
    assert take_back(host, room, seq).status_code == 404


@pytest.mark.parametrize("state", ["left", "invited", "removed"])
def test_sender_who_is_not_inside_any_more_cannot(writer, room, state):
    seq = writer.send(room).json()["seq"]
    RoomMembership.objects.filter(user=writer.user).update(state=state)
    assert take_back(writer, room, seq).status_code == 404
    assert not Event.objects.get(room=room, seq=seq).gone_why


def test_closing_room_keeps_what_its_transcript_will_hold(writer, room):
    seq = writer.send(room).json()["seq"]
    change(room, state="closing")
    assert take_back(writer, room, seq).json()["code"] == "room_closed"


def test_legal_hold_keeps_the_event(writer, host, room):
    seq = writer.send(room).json()["seq"]
    change(room, hold_until=clock.now().date())
    for who in (writer, host):
        assert take_back(who, room, seq).json()["code"] == "forbidden"
    change(room, hold_until=clock.now().date() - timedelta(days=1))
    assert take_back(writer, room, seq).status_code == 200


def test_files_go_with_the_event_and_stay_while_another_one_names_them(
    writer, room, django_capture_on_commit_callbacks
):
    one, both = whole(room, writer.user), whole(room, writer.user)
    names = [str(media.public_id) for media in (one, both)]
    first = writer.send(room, media=names).json()["seq"]
    second = writer.send(room, media=names[1:]).json()["seq"]
    with django_capture_on_commit_callbacks(execute=True):
        take_back(writer, room, first)
    assert list(Media.objects.all()) == [both]
    assert (on_disk(one), on_disk(both)) == (False, True)
    with django_capture_on_commit_callbacks(execute=True):
        take_back(writer, room, second)
    assert not Media.objects.exists()
    assert not EventMedia.objects.exists()
    assert not on_disk(both)


def test_event_shows_its_files_and_after_deletion_none(writer, room):
    names = [str(whole(room, writer.user).public_id) for _ in range(3)]
    seq = writer.send(room, media=names).json()["seq"]
    shown = writer.get(f"{path(room)}/events?after={seq - 1}").json()["events"]
    assert shown[0]["media"] == names
    take_back(writer, room, seq)
    shown = writer.get(f"{path(room)}/events?after={seq - 1}").json()["events"]
    assert shown[0]["media"] == []


def test_emptying_again_keeps_the_first_reason_and_spares_the_server(host, room):
    event = said(room, host)
    told = Event.objects.get(room=room, event_class="x")
    before = told.content
    tombstones.bury([event.pk, told.pk], why=tombstones.REDACTED, by=host.user)
    tombstones.bury([event.pk, told.pk], why=tombstones.PURGED)
    event.refresh_from_db()
    told.refresh_from_db()
    assert (event.gone_why, event.gone_by) == ("redacted", host.user)
    assert (told.content, told.gone_why) == (before, "")
