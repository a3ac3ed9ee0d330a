"""Is the process alive, and is everything there that it needs?"""

import asyncio
import logging
from collections.abc import Callable

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.shared import ids

logger = logging.getLogger("portal.health")
SECONDS = 5


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers. Asks nothing else: it must not fail with the database."""
    return HttpResponse("ok\n", content_type="text/plain")


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def _cache() -> None:
    key, value = f"ready:{ids.token()}", ids.token()
    cache.set(key, value, timeout=30)
    if cache.get(key) != value:
        raise RuntimeError("the cache does not give back what it was given")
    cache.delete(key)


def _channel_layer() -> None:
    layer = get_channel_layer()
    if layer is None:
        raise RuntimeError("there is no channel layer")

    async def there_and_back() -> object:
        channel = await layer.new_channel("ready")
        async with asyncio.timeout(SECONDS):
            await layer.send(channel, {"type": "ready"})
            return await layer.receive(channel)

    if async_to_sync(there_and_back)() != {"type": "ready"}:
        raise RuntimeError("the channel layer does not give back what it was given")


def _storage() -> None:
    name = default_storage.save(f"ready/{ids.token()}", ContentFile(b"ready"))
    try:
        with default_storage.open(name) as stored:
            if stored.read() != b"ready":
                raise RuntimeError("the file store does not give back what it was given")
    finally:
        default_storage.delete(name)


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("migrations are missing")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "cache": _cache,
    "channel layer": _channel_layer,
    "storage": _storage,
    "migrations": _migrations,
}


def _holds(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:  # whatever it is, it means "not ready"; details are for the log only
        logger.exception("not ready: %s", name)
        return False
    return True


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Say of each part whether it works, without details; 503 when one does not."""
    parts = {name: "ok" if _holds(name, check) else "failed" for name, check in CHECKS.items()}
    status = 200 if set(parts.values()) == {"ok"} else 503
    return JsonResponse(parts, status=status)
