"""How many sockets an account may have, over all processes (messaging.md 5 "Limits").

A process knows its own sockets. Where several processes share a channel layer, each socket also
holds one of the account's numbered places in the shared cache; a process refreshes all of its
places with one command every 30 seconds, and those of a process that died become free by
themselves.
"""

from collections.abc import Iterable

from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.core.cache import cache

from portal.shared import ids, ratelimit
from portal.sockets.pace import SLOT_SECONDS

_mark = ids.token()  # of this process


def _key(user: int, place: int) -> str:
    return f"chat:place:{user}:{place}"


def _is_alone() -> bool:
    return isinstance(get_channel_layer(), InMemoryChannelLayer)


def may_connect(user: int) -> bool:
    """Count a connection; False when there were too many within a minute."""
    return ratelimit.allow(f"chat:{user}", "socket-connects")


def numbers() -> range:
    """Return the numbers of an account's places."""
    return range(ratelimit.get("sockets").amount)


def take(user: int, place: int) -> bool:
    """Take a place that is free in this process; False if another process holds it."""
    return _is_alone() or cache.add(_key(user, place), _mark, SLOT_SECONDS)


def keep(places: Iterable[tuple[int, int]]) -> None:
    """Say that these sockets (user, place) are still there."""
    if not _is_alone():
        cache.set_many({_key(*place): _mark for place in places}, SLOT_SECONDS)


def free(user: int, place: int) -> None:
    """Give a place back."""
    if not _is_alone() and cache.get(_key(user, place)) == _mark:
        cache.delete(_key(user, place))
