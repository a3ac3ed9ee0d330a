"""What people hear of each other: typing, receipts, changed devices. Nothing of it is stored."""

from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from community.devices import lists
from community.devices.models import OneTimeKey
from community.realtime import pokes
from community.rooms.models import Block
from portal.shared import clock
from tests.community.realtime.chat import Chat, Person, Room, later, play, tell

pytestmark = pytest.mark.django_db


def test_typing_reaches_joined_people_who_hear_the_room_and_not_herself() -> None:
    amina, bruno, chen, dora = Person(), Person(), Person(), Person()
    room = Room(amina, bruno, dora)

    async def scene(writes: Chat, hears: Chat, outside: Chat, elsewhere: Chat) -> None:
        await writes.hello(room)
        await hears.hello(room)
        await outside.hello(room)  # asks, but is not inside
        await elsewhere.hello()  # inside, but does not listen
        await writes.say("typing", room=room.name)
        assert await hears.next("typing") == {"t": "typing", "room": room.name, "user": amina.name}
        for chat in (writes, outside, elsewhere):
            await chat.ping()
            assert "typing" not in chat.kinds()

    play(scene, Chat(amina), Chat(bruno), Chat(chen), Chat(dora))


def test_typing_by_who_is_not_inside_reaches_nobody() -> None:
    amina, bruno = Person(), Person()
    room = Room(amina)

    async def scene(inside: Chat, outside: Chat) -> None:
        await inside.hello(room)
        await outside.hello(room)
        await outside.say("typing", room=room.name)
        await outside.ping()
        await inside.ping()
        assert "typing" not in inside.kinds()

    play(scene, Chat(amina), Chat(bruno))


@pytest.mark.parametrize("kind", ["direct", "case"])
def test_typing_is_not_told_where_one_of_two_has_blocked_the_other(kind: str) -> None:
    amina, bruno = Person(), Person()
    room, other = Room(amina, bruno), Room(amina, bruno)
    type(room.row).objects.filter(pk=room.row.pk).update(kind=kind)
    Block.objects.create(blocker=bruno.user, blocked=amina.user, created=clock.now())

    async def scene(writes: Chat, hears: Chat) -> None:
        await writes.hello(room, other)
        await hears.hello(room, other)
        await writes.say("typing", room=room.name)
        await writes.say("typing", room=other.name)  # a case room, where hosts decide
        await hears.until(lambda: other.name in told(hears))
        assert told(hears) == ([other.name] if kind == "direct" else [room.name, other.name])

    def told(chat: Chat) -> list[str]:
        return [frame["room"] for frame in chat.seen if frame["t"] == "typing"]

    play(scene, Chat(amina), Chat(bruno))


@pytest.mark.usefixtures("unhurried")
def test_typing_goes_out_once_in_three_seconds_and_the_rest_gets_an_error() -> None:
    amina, bruno = Person(), Person()
    room, other = Room(amina, bruno), Room(amina, bruno)

    async def scene(writes: Chat, hears: Chat) -> None:
        await writes.hello(room, other)
        await hears.hello(room, other)
        await writes.say("typing", room=room.name)
        await writes.ping()
        held.advance(seconds=2.5)
        await writes.say("typing", room=room.name)
        assert await writes.next("error") == {
            "t": "error",
            "code": "rate_limited",
            "retry_after": 1,
        }
        await writes.say("typing", room=other.name)
        await writes.ping()
        held.advance(seconds=0.5)
        await writes.say("typing", room=room.name)
        await writes.ping()
        await hears.until(lambda: hears.kinds().count("typing") >= 3)
        told = [frame["room"] for frame in hears.seen if frame["t"] == "typing"]
        assert told == [room.name, other.name, room.name]

    with clock.held() as held:
        play(scene, Chat(amina), Chat(bruno))


@pytest.mark.parametrize("shown", [True, False])
def test_receipt_reaches_own_devices_always_and_others_if_the_room_shows_them(shown: bool) -> None:
    amina, bruno = Person(), Person()
    second = Person(of=amina)
    room = Room(amina, bruno)
    room.row.receipts = shown
    room.row.save()

    async def scene(reads: Chat, own: Chat, other: Chat) -> None:
        await reads.hello(room)
        await own.hello()  # does not listen to the room
        await other.hello(room)
        await later(receipt, room, amina)
        expected = {"t": "receipt", "room": room.name, "user": amina.name, "seq": 1}
        assert await own.next("receipt") == expected
        await other.ping()
        assert ("receipt" in other.kinds()) is shown

    play(scene, Chat(amina), Chat(second), Chat(bruno))


def receipt(room: Room, person: Person) -> None:
    message = {"type": "chat.receipt", "room": str(room.id), "user": person.user.pk, "seq": 1}
    async_to_sync(get_channel_layer().group_send)(pokes.of_room(room.id), message)


def test_setting_changed_in_the_room_shows_receipts_from_then_on() -> None:
    amina, bruno = Person(), Person()
    room = Room(amina, bruno)

    async def scene(reads: Chat, other: Chat) -> None:
        await reads.hello(room)
        await other.hello(room)
        await later(type(room.row).objects.filter(pk=room.row.pk).update, receipts=True)
        seq = await later(room.change, "settings", amina)
        await later(room.poke, seq)
        await other.seqs(room, seq)
        await later(receipt, room, amina)
        assert (await other.next("receipt"))["user"] == amina.name

    play(scene, Chat(amina), Chat(bruno))


def test_changed_devices_are_told_to_who_shares_a_room_and_to_nobody_else(
    django_capture_on_commit_callbacks: Any,
) -> None:
    amina, bruno, chen = Person(), Person(), Person()
    Room(amina, bruno)

    def change() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            lists.mark_changed(amina.user.pk)

    async def scene(shares: Chat, stranger: Chat) -> None:
        await shares.hello()
        await stranger.hello()
        await later(change)
        assert (await shares.next("sync"))["device_lists"]["changed"] == [amina.name]
        await stranger.ping()
        assert stranger.kinds().count("sync") == 1

    play(scene, Chat(bruno), Chat(chen))


@pytest.mark.usefixtures("soon")
def test_changed_devices_nobody_told_of_are_found_within_a_turn() -> None:
    amina, bruno = Person(), Person()
    Room(amina, bruno)

    async def scene(chat: Chat) -> None:
        await chat.hello()
        await chat.next("heads")  # of the regular look: the wheel knows the present position
        await chat.next("heads")
        await later(lists.mark_changed, amina.user.pk)
        assert (await chat.next("sync"))["device_lists"]["changed"] == [amina.name]

    play(scene, Chat(bruno))


def test_poke_without_news_sends_nothing_and_a_used_key_sends_the_counts() -> None:
    amina = Person()
    OneTimeKey.objects.create(
        device=amina.device, algorithm="signed_curve25519", key_id="A", key={}
    )

    async def scene(chat: Chat) -> None:
        await chat.hello()
        await later(tell, type="chat.inbox", devices=[amina.device.pk])
        await chat.ping()
        assert chat.kinds().count("sync") == 1
        await later(OneTimeKey.objects.all().delete)
        await later(tell, type="chat.inbox", devices=[amina.device.pk])
        assert (await chat.next("sync"))["otk_counts"] == {"signed_curve25519": 0}

    play(scene, Chat(amina))


@pytest.mark.usefixtures("soon")
def test_heads_of_all_her_rooms_come_again_and_again() -> None:
    amina = Person()
    room, silent = Room(amina), Room(amina)

    async def scene(chat: Chat) -> None:
        await chat.hello(room)
        await later(silent.write)
        heads = await chat.next("heads")
        while heads["rooms"][silent.name] < 2:
            heads = await chat.next("heads")
        assert heads["rooms"] == {room.name: 1, silent.name: 2}

    play(scene, Chat(amina))


def test_subscribe_replaces_the_rooms() -> None:
    amina = Person()
    one, two = Room(amina), Room(amina)

    async def scene(chat: Chat) -> None:
        await chat.hello(one)
        await chat.say("subscribe", rooms=[two.name])
        await chat.next("heads")
        await later(one.say)
        seq = await later(two.say)
        await chat.seqs(two, seq)
        assert chat.delivered(one) == []

    play(scene, Chat(amina))
