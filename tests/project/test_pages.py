"""Pages under an ASGI server: one thread a request, kept for the next one."""

import asyncio
import threading
import time

import pytest
from asgiref.testing import ApplicationCommunicator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from portal.project.pages import KEPT, PagesHandler

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")
GATE = threading.Event()
SEEN: list[int] = []


def _note() -> HttpResponse:
    SEEN.append(threading.get_ident())
    return HttpResponse("here")


def view(request: HttpRequest) -> HttpResponse:
    return _note()


def waits(request: HttpRequest) -> HttpResponse:
    GATE.wait(20)
    return _note()


def parts(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(part for part in ("one", "two"))


def breaks(request: HttpRequest) -> HttpResponse:
    raise ValueError("a fault of ours")


def around(get_response):
    """A middleware that is no coroutine, as all of ours."""

    def middleware(request: HttpRequest) -> HttpResponse:
        SEEN.append(threading.get_ident())
        response = get_response(request)
        response.headers["X-Thread"] = str(threading.get_ident())
        return response

    return middleware


urlpatterns = [
    path("view", view), path("waits", waits), path("parts", parts), path("breaks", breaks),
]  # fmt: skip


@pytest.fixture
def pages(settings):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [f"{__name__}.around"]
    SEEN.clear()
    GATE.clear()
    yield PagesHandler()
    GATE.set()


def begin(pages: PagesHandler, name: str) -> ApplicationCommunicator:
    scope = {
        "type": "http", "method": "GET", "path": f"/{name}", "query_string": b"", "headers": [],
    }  # fmt: skip
    return ApplicationCommunicator(pages, scope)


async def answer(communicator: ApplicationCommunicator) -> tuple[int, bytes]:
    start = await communicator.receive_output(20)
    body, more = b"", True
    while more:
        message = await communicator.receive_output(20)
        body, more = body + message.get("body", b""), message.get("more_body", False)
    await communicator.wait(20)
    return start["status"], body


async def get(pages: PagesHandler, name: str) -> tuple[int, bytes]:
    communicator = begin(pages, name)
    await communicator.send_input({"type": "http.request"})
    return await answer(communicator)


def test_middleware_and_view_run_in_one_thread_that_is_kept(pages):
    async def scene():
        for _ in range(3):
            assert await get(pages, "view") == (200, b"here")
            await asyncio.sleep(0.05)

    asyncio.run(scene())
    assert len(SEEN) == 6
    assert len(set(SEEN)) == 1
    assert threading.get_ident() not in SEEN


def test_requests_at_once_have_a_thread_each_and_few_are_kept(pages):
    count = KEPT + 4

    async def scene():
        tasks = [asyncio.create_task(get(pages, "waits")) for _ in range(count)]
        while len(SEEN) < count:  # the middleware of each
            await asyncio.sleep(0.01)
        assert len(set(SEEN)) == count
        GATE.set()
        assert await asyncio.gather(*tasks) == [(200, b"here")] * count
        await asyncio.sleep(0.2)
        assert len(pages._threads._idle) == KEPT

    asyncio.run(scene())


def test_a_request_whose_client_has_gone_holds_up_nobody(pages):
    async def scene():
        gone = begin(pages, "waits")
        await gone.send_input({"type": "http.request"})
        while not SEEN:
            await asyncio.sleep(0.01)
        gone.future.cancel()  # as the server does when the client has gone
        began = time.monotonic()
        assert await get(pages, "view") == (200, b"here")
        assert time.monotonic() - began < 10
        GATE.set()

    asyncio.run(scene())


def test_a_body_in_parts_arrives_whole(pages):
    assert asyncio.run(get(pages, "parts")) == (200, b"onetwo")


def test_a_fault_is_answered_and_the_thread_goes_on(pages):
    async def scene():
        assert (await get(pages, "breaks"))[0] == 500
        assert (await get(pages, "view"))[0] == 200

    asyncio.run(scene())


def test_a_socket_is_none_of_its_business(pages):
    async def scene():
        communicator = ApplicationCommunicator(pages, {"type": "websocket"})
        await communicator.wait(20)

    with pytest.raises(ValueError, match="websocket"):
        asyncio.run(scene())
