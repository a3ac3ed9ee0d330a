"""Pages under an ASGI server: each request in one thread from first to last, threads kept.

Django's own handler makes a thread for every request, and with it a connection to the database,
and goes back and forth between that thread and the loop for every middleware that is not
asynchronous. None of ours is, and no view. So a request goes to a thread once, and the thread
keeps its connection for the next one (``CONN_MAX_AGE``).
"""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django
from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

KEPT = 8  # idle threads; more are made while more requests are under way


class Threads:
    """Threads that wait for a request. Used by one event loop."""

    def __init__(self) -> None:
        self._idle: deque[ThreadPoolExecutor] = deque()

    def take(self) -> ThreadPoolExecutor:
        """Return a thread that has nothing to do: the one that had something last."""
        if self._idle:
            return self._idle.pop()
        return ThreadPoolExecutor(1, thread_name_prefix="pages")

    def give_back(self, thread: ThreadPoolExecutor) -> None:
        """Keep a thread for another request, once it has done what it was given.

        A request whose client has gone may still be in its view.
        """
        thread.submit(_nothing).add_done_callback(lambda _: self._keep(thread))

    def _keep(self, thread: ThreadPoolExecutor) -> None:
        if len(self._idle) < KEPT:
            self._idle.append(thread)
        else:
            thread.shutdown(wait=False)


def _nothing() -> None:
    pass


class PagesHandler(ASGIHandler):
    """Django's handler, with signals, middleware and view run one after the other in one thread.

    Whether the client is still there is not watched meanwhile: a function in a thread cannot be
    called off.
    """

    def __init__(self) -> None:
        super(ASGIHandler, self).__init__()  # its own __init__ would load the asynchronous chain
        self.load_middleware(is_async=False)
        self._threads = Threads()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one HTTP request. Raises ValueError for anything else."""
        if scope["type"] != "http":
            raise ValueError(f"not a request for a page: {scope['type']}")
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        thread = self._threads.take()
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self._answer(scope, body, send)
        finally:
            self._threads.give_back(thread)
            body.close()

    async def _answer(self, scope: Any, body: Any, send: Any) -> None:
        response = await sync_to_async(self._whole)(scope, body)
        try:
            await self.send_response(response, send)
        finally:
            if response.streaming:
                await sync_to_async(response.close)()

    def _whole(self, scope: Any, body: Any) -> HttpResponseBase:
        """Return the response; closed, unless it is sent in parts."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, problem = self.create_request(scope, body)
        response: HttpResponseBase = self.get_response(request) if request else problem
        response._handler_class = self.__class__  # type: ignore[attr-defined]  # as Django's handlers do
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if not response.streaming:
            response.close()
        return response


def get_pages_application() -> PagesHandler:
    """Return the application for pages. Loads the apps, as Django's own function does."""
    django.setup(set_prefix=False)
    return PagesHandler()
