"""What a person gets of her own, and what goes with her account (community/rights.py)."""

import json
from datetime import timedelta

import pytest

from community import rights
from community.attachments.models import EventMedia, Media
from community.devices.models import Device
from community.messages.models import Event
from community.rooms.models import Room, RoomMembership, Roster
from portal.accounts import step_up
from portal.rights import services
from portal.shared import clock
from tests.community.attachments.uploads import on_disk, whole
from tests.community.messages.made import Ready, change, room_of, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def other():
    return Ready()


@pytest.fixture
def leaver():
    return Ready()


@pytest.fixture
def room(other, leaver):
    return room_of(other.user, leaver.user)


@pytest.fixture
def delete(django_capture_on_commit_callbacks):
    def once(user):
        with django_capture_on_commit_callbacks(execute=True), step_up.confirmed(user):
            services.delete_account(user=user, understood=True)

    return once


def test_own_data_are_metadata(room, leaver):
    leaver.send(room, content=leaver.megolm("CANARYofciphertext"))
    whole(room, leaver.user)
    found = rights.give(leaver.user)
    text = json.dumps(found, default=str)
    assert {row["kind"] for row in found} == {"device", "backup", "sealed secret", "room", "file"}
    [place] = [row for row in found if row["kind"] == "room"]
    assert (place["room"], place["role"], place["events"]) == (room.public_id, "member", 1)
    assert place["bytes"] > 0
    assert "CANARY" not in text
    assert Media.objects.get().storage_key not in text
    assert leaver.device.bound_sign_in not in text


def test_own_data_hold_nothing_of_others(room, other, leaver):
    other.send(room)
    place = next(row for row in rights.give(leaver.user) if row["kind"] == "room")
    assert place["events"] == 0
    assert str(other.user.public_id) not in json.dumps(rights.give(leaver.user), default=str)


def test_account_takes_its_words_and_files_along_others_keep_theirs(room, other, leaver, delete):
    mine, theirs = said(room, leaver), said(room, other)
    sent, unsent, kept = (
        whole(room, leaver.user), whole(room, leaver.user), whole(room, other.user),
    )  # fmt: skip
    EventMedia.objects.create(event=mine, media=sent)
    EventMedia.objects.create(event=theirs, media=kept)
    before = room.members_seq
    delete(leaver.user)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.content, mine.gone_why, mine.sender, mine.sender_device) == (
        "", "redacted", None, None,
    )  # fmt: skip
    assert theirs.content
    assert [on_disk(row) for row in (sent, unsent, kept)] == [False, False, True]
    room.refresh_from_db()
    assert room.members_seq == room.last_seq > before  # everybody's devices make a new key
    assert not Device.objects.filter(device_id=leaver.device_id).exists()
    shown = other.get(f"rooms/{room.public_id}/events").json()["events"]
    assert [event["sender"] for event in shown if event["class"] == "m"] == [None, other.name]


def test_changes_name_the_person_no_more_signed_lists_do(room, leaver, delete):
    name = leaver.name
    Event.objects.filter(room=room, seq=1).update(content=f'{{"change":"joined","user":"{name}"}}')
    Roster.objects.create(room=room, version=1, text=name, signatures={}, sha256="h", seq=1)
    delete(leaver.user)
    said_by_server = Event.objects.filter(event_class="x").values_list("content", flat=True)
    assert not [content for content in said_by_server if name in content]
    assert Roster.objects.get().text == name  # the others prove with it who could read


def test_room_nobody_is_left_in_is_emptied_at_once(leaver, delete):
    room = room_of(leaver.user, kind="direct", pair="a b")
    event, media = said(room, leaver), whole(room, leaver.user)
    Roster.objects.create(room=room, version=1, text="n", signatures={}, sha256="h", seq=1)
    delete(leaver.user)
    room.refresh_from_db()
    event.refresh_from_db()
    assert (room.state, room.pair) == ("closed", None)
    assert not event.content
    assert not on_disk(media)
    assert not Media.objects.exists()
    assert Roster.objects.get().text == ""


def test_legal_hold_keeps_what_was_written(room, leaver, delete):
    event, media = said(room, leaver), whole(room, leaver.user)
    change(room, hold_until=clock.now().date() + timedelta(days=1))
    delete(leaver.user)
    event.refresh_from_db()
    assert event.content
    assert event.sender is None
    assert on_disk(media)
    assert not RoomMembership.objects.filter(room=room).exclude(user__isnull=False).exists()


def test_room_she_left_before_is_not_told_again(room, leaver, delete):
    RoomMembership.objects.filter(user=leaver.user).update(state="left")
    event = said(room, leaver)
    last = Room.objects.get(pk=room.pk).last_seq
    delete(leaver.user)
    event.refresh_from_db()
    assert not event.content
    assert Room.objects.get(pk=room.pk).last_seq == last
