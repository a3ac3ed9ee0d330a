"""Do the parts work that sealed messages need? Asked anew for each look."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.cache import cache
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.shared import ids

logger = logging.getLogger("community.operations")
SECONDS = 5


@dataclass(frozen=True)
class Part:
    """One part: its name for people, whether it works, and milliseconds the question took."""

    name: Promise
    works: bool
    milliseconds: float


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _cache() -> bool:
    key, value = f"operation:{ids.token()}", ids.token()
    cache.set(key, value, timeout=30)
    found = cache.get(key)
    cache.delete(key)
    return bool(found == value)


def _layer() -> bool:
    async def there_and_back() -> object:
        layer = get_channel_layer()
        channel = await layer.new_channel("operation")
        async with asyncio.timeout(SECONDS):
            await layer.send(channel, {"type": "operation"})
            return await layer.receive(channel)

    return bool(async_to_sync(there_and_back)() == {"type": "operation"})


CHECKS: tuple[tuple[Promise, Callable[[], bool]], ...] = (
    (_("Database"), _database),
    (_("Shared memory"), _cache),
    (_("Channel between processes"), _layer),
)


def parts() -> list[Part]:
    """Ask every part. One that fails is logged; the page shows no details."""
    found = []
    for name, check in CHECKS:
        began, works = time.perf_counter(), False
        try:
            works = check()
        except Exception:  # whatever it is, it means "does not work"
            logger.exception("a part of sealed messages does not work")
        found.append(Part(name, works, round(1000 * (time.perf_counter() - began), 1)))
    return found
