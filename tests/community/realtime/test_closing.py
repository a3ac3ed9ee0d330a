"""Why and how a chat socket is closed: HTTP 403 for a foreign page, else bye and a code."""

import asyncio

import pytest
from django.test import override_settings

from community.devices import binding
from portal.accounts.models import User
from portal.shared import clock, ratelimit
from portal.sockets.codes import Close
from tests import people
from tests.community.realtime.chat import Chat, Person, Room, later, play

pytestmark = pytest.mark.django_db


async def expect(chat: Chat, code: Close, word: str) -> None:
    assert await chat.closed() == (word, code)


# origin (pitfall 20)


@pytest.mark.parametrize(
    "origin",
    [None, "null", "", "http://evil.example", "https://testserver", "http://testserver:8443",
     "http://chat.testserver", "http://testserver.evil.example", "http://TESTSERVER",
     "http://testserver/", "http://testserver@evil.example", "file://", "http://testserver,null"],
)  # fmt: skip
def test_page_of_another_origin_is_refused_before_the_socket_opens(origin: str | None) -> None:
    async def scene(chat: Chat) -> None:
        assert not await chat.open()

    play(scene, Chat(Person(), origin=origin))


def test_two_origins_in_one_request_are_refused() -> None:
    async def scene(chat: Chat) -> None:
        assert not await chat.open()

    play(scene, Chat(Person(), headers=((b"origin", b"http://evil.example"),)))


# who is there


@pytest.mark.parametrize("who", ["visitor", "nonsense", "nul"])
def test_without_a_sign_in_the_socket_says_bye_and_closes_with_4401(who: str) -> None:
    person = None if who == "visitor" else Person()
    if who != "visitor":
        person.client.cookies["sessionid"] = "x" * 32 if who == "nonsense" else "\x00é"

    async def scene(chat: Chat) -> None:
        assert await chat.open()
        await expect(chat, Close.SIGNED_OUT, "signed_out")

    chat = Chat(None) if person is None or who == "nul" else Chat(person)
    if who == "nul":
        chat.wire.scope["headers"].append((b"cookie", "sessionid=\x00é".encode()))
    play(scene, chat)


def test_sign_in_without_second_factor_closes_with_4408() -> None:
    person = Person()
    session = person.client.session
    del session["otp_device_id"]
    session.save()

    async def scene(chat: Chat) -> None:
        assert await chat.open()
        await expect(chat, Close.CONFIRM_AGAIN, "confirm_again")

    play(scene, Chat(person))


def test_learner_who_is_no_member_closes_with_4403() -> None:
    person = Person()
    courier = people.member(tier="courier")
    person.user, person.client = courier, people.signed_in(courier)

    async def scene(chat: Chat) -> None:
        assert await chat.open()
        await expect(chat, Close.ROLE_LOST, "role_lost")

    play(scene, Chat(person))


@pytest.mark.parametrize(
    "which", ["none", "unknown", "of another sign-in", "removed of another person"]
)
def test_device_that_is_not_the_bound_one_closes_with_4401(which: str) -> None:
    """A client that hears 4409 wipes what it has, and a new sign-in has no device at first: after
    4401 it asks ``GET config`` and binds its device (10.3, 10.4)."""
    person = Person(device=which != "none")
    wanted = "ZZZZZZZZZZ" if which == "unknown" else person.device_id
    if which == "of another sign-in":
        wanted = Person(of=person).device_id
    if which == "removed of another person":
        other = Person()
        wanted = other.device_id
        remove(other)

    async def scene(chat: Chat) -> None:
        assert await chat.open()
        await chat.say_hello(device_id=wanted)
        await expect(chat, Close.SIGNED_OUT, "signed_out")

    play(scene, Chat(person))


def remove(person: Person) -> None:
    person.device.revoked_at = clock.now()
    person.device.save()


@pytest.mark.parametrize("sign_in", ["its own", "a new one", "one with another device"])
def test_device_that_was_removed_closes_with_4409_in_any_sign_in(sign_in: str) -> None:
    person = gone = Person()
    if sign_in != "its own":
        person = Person(of=gone, device=sign_in == "one with another device")
    remove(gone)

    async def scene(chat: Chat) -> None:
        assert await chat.open()
        await chat.say_hello(device_id=gone.device_id)
        await expect(chat, Close.DEVICE_REMOVED, "device_revoked")

    play(scene, Chat(person))


def test_device_may_say_hello_once_it_is_bound_to_the_new_sign_in() -> None:
    before = Person()
    now = Person(of=before, device=False)
    now.device_id = before.device_id

    def bind() -> None:
        session = now.client.session
        before.device.bound_sign_in = binding.begin(session)
        session.save()
        before.device.save()

    async def scene(early: Chat, late: Chat) -> None:
        assert await early.open()
        await early.say_hello()
        await expect(early, Close.SIGNED_OUT, "signed_out")
        await later(bind)
        await late.hello()

    play(scene, Chat(now), Chat(now))


@pytest.mark.parametrize("app", ["0.9.9", "0.99.99", "0.0.1"])
def test_old_client_closes_with_4426(app: str) -> None:
    async def scene(chat: Chat) -> None:
        assert await chat.open()
        await chat.say_hello(app=app)
        await expect(chat, Close.UPDATE, "update_client")

    play(scene, Chat(Person()))


@pytest.mark.parametrize("app", ["1.0.0", "1.0.10", "2.0.0", "10.0.0"])
def test_present_client_is_welcome(app: str) -> None:
    async def scene(chat: Chat) -> None:
        await chat.hello(app=app)

    play(scene, Chat(Person()))


@pytest.mark.parametrize("protocols", [(), ("community.chat.v2",), ("chat",)])
def test_other_subprotocol_closes_with_4400(protocols: tuple[str, ...]) -> None:
    async def scene(chat: Chat) -> None:
        assert await chat.open()
        assert chat.protocol is None
        await expect(chat, Close.BAD_FRAME, "bad_frame")

    play(scene, Chat(Person(), protocols=protocols))


# pace and time


def test_flood_of_frames_closes_with_4429() -> None:
    burst = ratelimit.get("socket-burst").amount

    async def scene(chat: Chat) -> None:
        await chat.hello()
        for number in range(burst + 1):  # the first sync could have been acknowledged
            await chat.say("ping", n=number)
        await expect(chat, Close.TOO_FAST, "rate_limited")

    with clock.held():
        play(scene, Chat(Person()))


def test_every_frame_of_a_busy_room_may_be_acknowledged_at_once() -> None:
    """Twenty frames a second come from one room; a client may answer each (messaging.md 10.4)."""
    amina = Person()
    room = Room(amina)

    async def scene(chat: Chat) -> None:
        await chat.hello(room)
        for _ in range(3 * ratelimit.get("socket-burst").amount):
            frame_of = await later(room.say)
            assert (await chat.next("events"))["to_seq"] == frame_of
            await chat.ack()
        await chat.ping()
        assert "bye" not in chat.kinds()

    with clock.held():
        play(scene, Chat(amina))


def test_frames_at_the_pace_allowed_go_on() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hello()
        for number in range(3 * ratelimit.get("socket-burst").amount):
            held.advance(seconds=0.1)
            await chat.ping(number)

    with clock.held() as held:
        play(scene, Chat(Person()))


def test_sixth_socket_of_an_account_closes_with_4429_until_one_is_gone() -> None:
    person = Person()
    five = [Chat(person) for _ in range(ratelimit.get("sockets").amount)]

    async def scene(*chats: Chat) -> None:
        for chat in chats:
            await chat.hello()
        sixth = Chat(person)
        assert await sixth.open()
        await expect(sixth, Close.TOO_FAST, "rate_limited")
        await chats[0].leave()
        seventh = Chat(person)
        await seventh.hello()
        await seventh.leave()
        await sixth.leave()

    play(scene, *five)


def test_of_many_sockets_opened_at_the_same_moment_five_stay() -> None:
    chats = [Chat(person := Person()), *[Chat(person) for _ in range(8)]]

    async def hears(chat: Chat) -> bool:
        assert await chat.open()
        await chat.say_hello()
        while (frame := await chat.receive())["t"] not in ("heads", "bye"):
            pass
        return bool(frame["t"] == "heads")

    async def scene(*all_of_them: Chat) -> None:
        found = await asyncio.gather(*[hears(chat) for chat in all_of_them])
        assert sum(found) == ratelimit.get("sockets").amount

    play(scene, *chats)


def test_many_connections_in_a_minute_close_with_4429() -> None:
    person = Person()

    async def scene() -> None:
        for _ in range(ratelimit.get("socket-connects").amount):
            chat = Chat(person)
            await chat.hello()
            await chat.leave()
        last = Chat(person)
        assert await last.open()
        await expect(last, Close.TOO_FAST, "rate_limited")
        await last.leave()

    with clock.held():
        play(scene)


@pytest.mark.usefixtures("soon")
def test_no_hello_within_ten_seconds_closes_with_4400() -> None:
    async def scene(chat: Chat) -> None:
        assert await chat.open()
        held.advance(seconds=9)
        await later(Person)  # the wheel turns meanwhile
        assert chat.wire.output_queue.empty()
        held.advance(seconds=1)
        await expect(chat, Close.BAD_FRAME, "bad_frame")

    with clock.held() as held:
        play(scene, Chat(Person()))


@pytest.mark.usefixtures("soon")
def test_silence_of_75_seconds_closes_and_a_ping_before_keeps_open() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hello()
        await chat.ack()
        await chat.ping()
        held.advance(seconds=74)
        await chat.ping()
        held.advance(seconds=74)
        await chat.ping()
        held.advance(seconds=75)
        assert await chat.closed() == ("silence", 1000)

    with clock.held() as held:
        play(scene, Chat(Person()))


@pytest.mark.usefixtures("soon")
def test_no_acknowledgement_for_60_seconds_closes_with_4429() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hello()  # the first sync is out
        held.advance(seconds=59)
        await chat.ping()
        held.advance(seconds=1)
        await expect(chat, Close.TOO_FAST, "rate_limited")

    with clock.held() as held:
        play(scene, Chat(Person()))


@pytest.mark.usefixtures("soon")
def test_database_that_does_not_answer_closes_for_coming_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_: object) -> None:
        raise OSError("no database")

    async def scene(chat: Chat) -> None:
        await chat.hello()
        monkeypatch.setattr("community.realtime.guard.check", away)
        assert await chat.closed() == ("unavailable", 1000)

    play(scene, Chat(Person()))


def test_rotated_secret_key_keeps_sign_in_and_socket() -> None:
    person = Person()
    room = Room(person)
    rotated = {"SECRET_KEY": "a new key for tests", "SECRET_KEY_FALLBACKS": ["only-for-tests"]}

    async def scene(chat: Chat) -> None:
        with override_settings(**rotated):
            await chat.hello(room)
            await chat.ping()
            other = Chat(person)
            await other.hello(room)
            await other.leave()
        assert await later(User.objects.filter(pk=person.user.pk).exists)

    play(scene, Chat(person))
