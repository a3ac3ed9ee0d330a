"""A slow query holds up nobody else, and few connections are open (pitfall 22)."""

import asyncio
import threading

import pytest
from asgiref.sync import async_to_sync
from django.db import connection

from community.realtime import database

pytestmark = pytest.mark.django_db(transaction=True)


def test_slow_query_holds_up_nobody_and_connections_are_few() -> None:
    begun, go_on = threading.Event(), threading.Event()
    seen: set[int] = set()

    def slow() -> str:
        begun.set()
        assert go_on.wait(20)
        return "slow"

    def quick(number: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        seen.add(id(connection.connection))
        return number

    def close() -> None:
        connection.close()

    async def scene() -> None:
        waiting = asyncio.create_task(database.run(slow))
        await asyncio.to_thread(begun.wait, 20)
        found = await asyncio.gather(*[database.run(quick, n) for n in range(200)])
        assert found == list(range(200))
        assert not waiting.done()
        go_on.set()
        assert await waiting == "slow"
        await asyncio.gather(*[database.run(close) for _ in range(50)])

    async_to_sync(scene)()
    assert 1 <= len(seen) <= database.THREADS
