"""Removed means removed: the next frame, at once with a poke, at the next look without one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from community.devices.models import Device
from community.realtime import database, pokes, queries, receivers
from portal.accounts.models import User
from portal.events.messages import MembershipEnded, RightsChanged, SignInEnded, SignInsEnded
from portal.sockets.codes import Close
from portal.sockets.sign_in import session_mark
from portal.vetting.models import Membership
from tests import people
from tests.community.realtime.chat import Chat, Person, Room, later, play, tell

pytestmark = pytest.mark.django_db


def _sign_out(person: Person) -> None:
    person.client.session.flush()


def _password(person: Person) -> None:
    user = User.objects.get(pk=person.user.pk)
    user.set_password("another long password")
    user.save()


def _close_account(person: Person) -> None:
    User.objects.filter(pk=person.user.pk).update(is_active=False)


def _hold(person: Person) -> None:
    User.objects.filter(pk=person.user.pk).update(hold="suspended")


def _factor(person: Person) -> None:
    people.app_device(person.user).delete()


def _membership(person: Person) -> None:
    Membership.objects.filter(user=person.user).update(state=Membership.State.SUSPENDED)


def _device(person: Person) -> None:
    Device.objects.filter(user=person.user).update(revoked_at=timezone.now())


def _bound_elsewhere(person: Person) -> None:
    Device.objects.filter(user=person.user).update(bound_sign_in="another sign-in")


def _another_device_bound(person: Person) -> None:
    _bound_elsewhere(person)
    other = Person(of=person, device=False)
    other.client = person.client
    other.add_device()


ENDS: list[tuple[Callable[[Person], None], Close]] = [
    (_sign_out, Close.SIGNED_OUT), (_password, Close.SIGNED_OUT),
    (_close_account, Close.SIGNED_OUT), (_hold, Close.SIGNED_OUT),
    (_factor, Close.CONFIRM_AGAIN), (_membership, Close.ROLE_LOST),
    (_device, Close.DEVICE_REMOVED),
    # The device is there still, and its store with it: only this sign-in has nothing to say.
    (_bound_elsewhere, Close.SIGNED_OUT), (_another_device_bound, Close.SIGNED_OUT),
]  # fmt: skip


@pytest.mark.parametrize(("deed", "code"), ENDS)
def test_next_frame_after_an_end_closes_the_socket(deed: Any, code: Close) -> None:
    person = Person()

    async def scene(chat: Chat) -> None:
        await chat.hello()
        await later(deed, person)
        await chat.say("ping", n=1)
        assert (await chat.closed())[1] == code
        assert "pong" not in chat.kinds()

    play(scene, Chat(person))


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(("deed", "code"), ENDS)
def test_idle_socket_closes_at_the_next_look_after_an_end(deed: Any, code: Close) -> None:
    person = Person()

    async def scene(chat: Chat) -> None:
        await chat.hello()
        await later(deed, person)
        assert (await chat.closed())[1] == code

    play(scene, Chat(person))


@pytest.mark.parametrize(
    ("deed", "message", "code"),
    [(_password, SignInsEnded, Close.SIGNED_OUT), (_hold, RightsChanged, Close.SIGNED_OUT),
     (_factor, SignInsEnded, Close.CONFIRM_AGAIN), (_membership, MembershipEnded, Close.ROLE_LOST)],
)  # fmt: skip
def test_poke_closes_at_once(deed: Any, message: Any, code: Close) -> None:
    person, other = Person(), Person()

    async def scene(chat: Chat, bystander: Chat) -> None:
        await chat.hello()
        await bystander.hello()
        await later(deed, person)
        await later(receivers.ask_again, message(person.user.pk))
        assert (await chat.closed())[1] == code
        await bystander.ping()

    play(scene, Chat(person), Chat(other))


def test_end_of_one_sign_in_closes_its_own_socket_and_not_that_of_another() -> None:
    here = Person()
    there = Person(of=here)

    async def scene(one: Chat, other: Chat) -> None:
        await one.hello()
        await other.hello()
        ended = SignInEnded(here.user.pk, session_mark(here.key))
        await later(receivers.end_one, ended)
        assert await one.closed() == ("signed_out", Close.SIGNED_OUT)
        await other.ping()

    play(scene, Chat(here), Chat(there))


def test_removed_device_is_closed_by_its_poke(django_capture_on_commit_callbacks: Any) -> None:
    person, other = Person(), Person()

    def remove() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            pokes.close(person.device.pk, Close.DEVICE_REMOVED)

    async def scene(chat: Chat, bystander: Chat) -> None:
        await chat.hello()
        await bystander.hello()
        await later(remove)
        assert await chat.closed() == ("device_revoked", Close.DEVICE_REMOVED)
        await bystander.ping()

    play(scene, Chat(person), Chat(other))


# rooms


def test_removed_member_gets_everything_up_to_the_removal_and_nothing_after() -> None:
    amina, bruno = Person(), Person()
    room = Room(amina, bruno)

    def all_at_once() -> tuple[int, int]:
        room.write()
        end = room.remove(bruno)
        last = room.write()
        room.poke(last)
        room.poke_member(bruno)
        return end, last

    async def scene(stays: Chat, goes: Chat) -> None:
        await stays.hello(room)
        await goes.hello(room)
        end, last = await later(all_at_once)
        assert await stays.seqs(room, last) == [3, 4, 5]
        member = await goes.next("member")
        assert (member["room"], member["state"]) == (room.name, "removed")
        await later(room.say)
        await stays.seqs(room, last + 1)
        await goes.ping()
        assert goes.delivered(room) == [3, end]
        assert goes.kinds().count("member") == 1

    play(scene, Chat(amina), Chat(bruno))


@pytest.mark.parametrize("lost", ["member", "room"])
def test_removal_stops_delivery_though_one_of_its_pokes_is_lost(lost: str) -> None:
    amina, bruno = Person(), Person()
    room = Room(amina, bruno)

    async def scene(stays: Chat, goes: Chat) -> None:
        await stays.hello(room)
        await goes.hello(room)
        end = await later(room.remove, bruno)
        if lost == "room":
            await later(room.poke_member, bruno)
            assert (await goes.next("member"))["state"] == "removed"
        last = await later(room.say)
        await stays.seqs(room, last)
        if lost == "member":
            assert (await goes.next("member"))["state"] == "removed"
        await goes.ping()
        assert last not in goes.delivered(room)
        assert all(seq <= end for seq in goes.delivered(room))

    play(scene, Chat(amina), Chat(bruno))


@pytest.mark.usefixtures("soon")
def test_removal_without_any_poke_is_told_at_the_next_look() -> None:
    amina = Person()
    room = Room(amina)

    async def scene(chat: Chat) -> None:
        await chat.hello(room)
        end = await later(room.remove, amina)
        assert (await chat.next("member"))["state"] == "removed"
        await later(room.say)
        await chat.ping()
        assert all(seq <= end for seq in chat.delivered(room))

    play(scene, Chat(amina))


def test_removal_while_she_subscribes_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Her places are read, then she is removed and the room goes on, then she is put into it."""
    amina, bruno = Person(), Person()
    room = Room(amina, bruno)
    ask, removed = database.run, []

    async def scene(stays: Chat, late: Chat) -> None:
        async def slow(function: Any, *args: Any) -> Any:
            found = await ask(function, *args)
            if function is queries.places_of and args == ([bruno.user.pk],) and not removed:
                removed.append(await later(room.remove, bruno))
                await later(room.poke, removed[0])
                await stays.seqs(room, removed[0])
            return found

        await stays.hello(room)
        await late.hello()
        monkeypatch.setattr(database, "run", slow)
        await late.say("subscribe", rooms=[room.name])
        assert (await late.next("heads"))["rooms"] == {}
        last = await later(room.say)
        await stays.seqs(room, last)
        await late.ping()
        assert late.delivered(room) == []

    play(scene, Chat(amina), Chat(bruno))


def test_socket_hears_of_an_invitation_and_of_joining() -> None:
    amina, bruno = Person(), Person()
    room = Room(amina)

    async def scene(chat: Chat) -> None:
        await chat.hello()
        await later(room.add, bruno, "invited")
        await later(room.poke_member, bruno)
        frame = await chat.next("member")
        assert frame == {
            "t": "member", "room": room.name, "state": "invited",
            "roster_version": 0, "members_seq": 1,
        }  # fmt: skip
        await later(room.add, bruno)
        await later(room.poke_member, bruno)
        assert (await chat.next("member"))["state"] == "joined"
        await chat.say("subscribe", rooms=[room.name])
        assert (await chat.next("heads"))["rooms"] == {room.name: 2}
        seq = await later(room.say)
        assert await chat.seqs(room, seq) == [3]

    play(scene, Chat(bruno))


def test_events_before_her_first_visible_one_are_never_delivered() -> None:
    amina, bruno = Person(), Person()
    room = Room(amina, bruno)

    async def scene(chat: Chat) -> None:
        await chat.hello(room)
        await later(lambda: [room.write() for _ in range(3)])
        seen = room.row.memberships.filter(user=bruno.user)
        await later(seen.update, first_visible_seq=5)  # left and joined again meanwhile
        await later(room.change, "joined", bruno)
        await later(room.poke, 6)
        assert await chat.seqs(room, 6) == [5, 6]

    play(scene, Chat(bruno))


def test_message_nobody_knows_changes_nothing() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hello()
        await later(tell, type="chat.other")
        await later(tell, type="chat.room", room="no room")
        await chat.ping()

    play(scene, Chat(Person()))
