"""Sockets: who gets in, and how soon one who may not be there any more is out."""

import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client, override_settings

from portal.accounts.models import User
from portal.events.messages import RightsChanged, SignInEnded
from portal.notifications.services import notify
from portal.project.routing import websocket_urlpatterns
from portal.shared import clock, ratelimit
from portal.sockets import receivers, sign_in
from portal.sockets.codes import Close
from tests import people
from tests.limits import forget_limits

pytestmark = pytest.mark.django_db

ORIGIN = "http://testserver"


@pytest.fixture
def member() -> User:
    return people.member()


def socket(
    client: Client | None, *, origin: str | None = ORIGIN, path: str = "/ws/notifications/"
) -> WebsocketCommunicator:
    from channels.routing import URLRouter

    headers = [] if origin is None else [(b"origin", origin.encode())]
    if client is not None:
        key = client.cookies["sessionid"].value
        headers.append((b"cookie", f"sessionid={key}".encode()))
    return WebsocketCommunicator(URLRouter(websocket_urlpatterns), path, headers=headers)


def opened(
    client: Client | None, scene: Callable[[WebsocketCommunicator], Awaitable[None]], **how: Any
) -> None:
    async def run() -> None:
        communicator = socket(client, **how)
        accepted, _code = await communicator.connect()
        assert accepted
        try:
            await scene(communicator)
        finally:
            await communicator.disconnect()

    async_to_sync(run)()


async def closed_with(communicator: WebsocketCommunicator) -> int:
    while True:
        message = await communicator.receive_output(timeout=3)
        if message["type"] == "websocket.close":
            assert type(message["code"]) is int  # daphne refuses an enum
            return int(message["code"])


def refused(client: Client | None, **how: Any) -> bool:
    async def run() -> bool:
        communicator = socket(client, **how)
        accepted, _code = await communicator.connect()
        await communicator.disconnect()
        return not accepted

    return async_to_sync(run)()


def test_member_with_second_factor_is_told_the_number_and_every_change(member: User) -> None:
    async def scene(communicator: WebsocketCommunicator) -> None:
        assert json.loads(await communicator.receive_from()) == {"v": 1, "t": "unread", "count": 0}
        await communicator.send_to(text_data='{"t": "ping"}')
        assert json.loads(await communicator.receive_from())["t"] == "pong"

    opened(people.signed_in(member), scene)


@pytest.mark.parametrize(
    "origin",
    [None, "null", "", "http://evil.example", "https://testserver", "http://testserver:8443",
     "http://testserver.evil.example", "http://TESTSERVER", "file://", "http://testserver/"],
)  # fmt: skip
def test_page_of_another_origin_is_refused_before_the_socket_opens(
    member: User, origin: str | None
) -> None:
    assert refused(people.signed_in(member), origin=origin)


def test_two_origins_in_one_request_are_refused(member: User) -> None:
    communicator = socket(people.signed_in(member))
    communicator.scope["headers"].append((b"origin", b"http://evil.example"))
    assert not async_to_sync(communicator.connect)()[0]


def test_unknown_address_is_closed(member: User) -> None:
    assert refused(people.signed_in(member), path="/ws/other/")


@pytest.mark.parametrize("who", ["visitor", "unverified", "nonsense"])
def test_without_a_verified_sign_in_the_socket_closes_with_4401(member: User, who: str) -> None:
    client = None if who == "visitor" else people.signed_in(member, verified=False)
    if who == "nonsense":
        client.cookies["sessionid"] = "x" * 32  # type: ignore[union-attr]

    async def scene(communicator: WebsocketCommunicator) -> None:
        assert await closed_with(communicator) == Close.SIGNED_OUT

    opened(client, scene)


def change(member: User, client: Client, what: str) -> None:
    if what == "sign-out":
        client.session.flush()
    elif what == "password":
        member.set_password("another long password")
        member.save()
    elif what == "closed":
        User.objects.filter(pk=member.pk).update(is_active=False)
    elif what == "held":
        User.objects.filter(pk=member.pk).update(hold="suspended")
    elif what == "factor":
        people.app_device(member).delete()


@pytest.mark.parametrize("what", ["sign-out", "password", "closed", "held", "factor"])
def test_next_frame_after_the_end_of_a_sign_in_closes_the_socket(member: User, what: str) -> None:
    client = people.signed_in(member)

    async def scene(communicator: WebsocketCommunicator) -> None:
        await communicator.receive_from()
        await sync_to_async(change)(member, client, what)
        await communicator.send_to(text_data='{"t": "ping"}')
        assert await closed_with(communicator) == Close.SIGNED_OUT

    opened(client, scene)


@pytest.mark.parametrize("what", ["sign-out", "password", "closed", "held", "factor"])
def test_idle_socket_closes_at_the_next_look(
    member: User, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = ratelimit.Limit("socket-check", "time", 0.05, "seconds")  # type: ignore[arg-type]
    monkeypatch.setitem(ratelimit.BY_NAME, "socket-check", soon)
    client = people.signed_in(member)

    async def scene(communicator: WebsocketCommunicator) -> None:
        await communicator.receive_from()
        await sync_to_async(change)(member, client, what)
        assert await closed_with(communicator) == Close.SIGNED_OUT

    opened(client, scene)


def test_end_of_a_sign_in_closes_its_own_sockets_at_once_and_no_others(member: User) -> None:
    here, there = people.signed_in(member), people.signed_in(member)
    mark = sign_in.session_mark(here.session.session_key or "")

    async def run() -> None:
        one, other = socket(here), socket(there)
        for communicator in (one, other):
            assert (await communicator.connect())[0]
            await communicator.receive_from()
        await sync_to_async(receivers.end_one)(SignInEnded(member.pk, mark))
        assert await closed_with(one) == Close.SIGNED_OUT
        await other.send_to(text_data='{"t": "ping"}')
        assert json.loads(await other.receive_from())["t"] == "pong"
        await other.disconnect()

    async_to_sync(run)()


def test_change_of_rights_makes_the_socket_look_again(member: User) -> None:
    async def scene(communicator: WebsocketCommunicator) -> None:
        await communicator.receive_from()
        await sync_to_async(User.objects.filter(pk=member.pk).update)(is_active=False)
        await sync_to_async(receivers.ask_again)(RightsChanged(member.pk))
        assert await closed_with(communicator) == Close.SIGNED_OUT

    opened(people.signed_in(member), scene)


def test_new_notice_reaches_the_open_page(
    member: User, django_capture_on_commit_callbacks: Any
) -> None:
    def something_happens() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            notify(member, "decision", place="notifications")

    async def scene(communicator: WebsocketCommunicator) -> None:
        await communicator.receive_from()
        await sync_to_async(something_happens)()
        assert json.loads(await communicator.receive_from(timeout=3))["count"] == 1

    opened(people.signed_in(member), scene)


@pytest.mark.parametrize(
    "frame", [" ", "[]", "null", "{}", '{"t": 1}', '{"t": "other"}', "[" * 5000, '{"t"']
)
def test_bad_frame_closes_with_4400(member: User, frame: str) -> None:
    async def scene(communicator: WebsocketCommunicator) -> None:
        await communicator.receive_from()
        await communicator.send_to(text_data=frame)
        assert await closed_with(communicator) == Close.BAD_FRAME

    opened(people.signed_in(member), scene)


def test_binary_frame_closes_with_4400(member: User) -> None:
    async def scene(communicator: WebsocketCommunicator) -> None:
        await communicator.receive_from()
        await communicator.send_to(bytes_data=b'{"t": "ping"}')
        assert await closed_with(communicator) == Close.BAD_FRAME

    opened(people.signed_in(member), scene)


def test_flood_of_frames_closes_with_4429(member: User) -> None:
    burst = ratelimit.get("socket-burst").amount

    async def scene(communicator: WebsocketCommunicator) -> None:
        await communicator.receive_from()
        for _ in range(burst + 1):
            await communicator.send_to(text_data='{"t": "ping"}')
        assert await closed_with(communicator) == Close.TOO_FAST

    with clock.held():
        opened(people.signed_in(member), scene)


def test_sixth_socket_of_an_account_is_refused_until_one_is_closed(member: User) -> None:
    client = people.signed_in(member)

    async def run() -> None:
        sockets = [socket(client) for _ in range(ratelimit.get("sockets").amount)]
        for communicator in sockets:
            assert (await communicator.connect())[0]
            await communicator.receive_from()
        sixth = socket(client)
        await sixth.connect()
        assert await closed_with(sixth) == Close.TOO_FAST
        await sockets[0].disconnect()
        seventh = socket(client)
        await seventh.connect()
        assert json.loads(await seventh.receive_from())["t"] == "unread"
        for communicator in [*sockets[1:], seventh]:
            await communicator.disconnect()

    async_to_sync(run)()


def test_many_connections_in_a_minute_are_refused(member: User) -> None:
    client = people.signed_in(member)

    async def run() -> int:
        for _ in range(ratelimit.get("socket-connects").amount):
            communicator = socket(client)
            await communicator.connect()
            await communicator.disconnect()
        last = socket(client)
        await last.connect()
        return await closed_with(last)

    with clock.held():
        assert async_to_sync(run)() == Close.TOO_FAST


def test_changed_secret_key_keeps_the_session_and_the_socket(member: User) -> None:
    client = people.signed_in(member)
    with override_settings(
        SECRET_KEY="a new key for tests", SECRET_KEY_FALLBACKS=["only-for-tests"]
    ):
        key = client.cookies["sessionid"].value
        assert sign_in.read(key) is not None
        assert sign_in.read(key) is not None, "reading must not end the session"


def test_factor_of_another_person_in_the_session_does_not_count(member: User) -> None:
    client = people.signed_in(member)
    session = client.session
    session["otp_device_id"] = people.app_device(people.member()).persistent_id
    session.save()
    assert sign_in.read(session.session_key or "") is None


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything runs in the test's own transaction; channels would close its connection."""
    monkeypatch.setattr("channels.db.close_old_connections", lambda: None)


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:

    forget_limits()
    yield
    forget_limits()
