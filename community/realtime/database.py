"""The few threads in which sockets ask the database, each with one connection for a while.

channels' own way has one thread for all sockets of a process, so one slow query would hold up
everybody (channels#2132); a connection a call costs more than most calls; and it leaves some
kilobytes behind in the context of each socket's task.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections

Result = TypeVar("Result")
THREADS = 4
LIFE_SECONDS = 60.0  # after this a connection is opened anew, as the database's own pool may wish

_pool = ThreadPoolExecutor(THREADS, thread_name_prefix="chat-database")
_here = threading.local()


async def run(function: Callable[..., Result], *args: Any) -> Result:
    """Call ``function`` in one of the threads; its errors come back. It may not send pokes: the
    thread knows nothing of this loop."""
    return await asyncio.get_running_loop().run_in_executor(_pool, _call, function, *args)


def _call(function: Callable[..., Result], *args: Any) -> Result:
    connection = connections[DEFAULT_DB_ALIAS]
    connection.close_if_unusable_or_obsolete()
    try:
        return function(*args)
    finally:
        if connection.connection is not getattr(_here, "known", None):
            _here.known = connection.connection
            connection.close_at = time.monotonic() + LIFE_SECONDS  # whatever CONN_MAX_AGE says
