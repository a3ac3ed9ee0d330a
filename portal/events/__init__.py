"""What one half may tell another: named messages, handed over when the deed is committed.

A message is a frozen dataclass of ids and plain values. ``publish`` is called by services inside
their transaction; listeners run after the commit, so nobody hears of a deed that did not happen.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction

Event = TypeVar("Event")
Listener = Callable[[Any], None]

logger = logging.getLogger("portal.events")
_listeners: dict[type, list[Listener]] = defaultdict(list)


def listen(kind: type[Event], listener: Callable[[Event], None]) -> None:
    """Call ``listener`` with every message of this kind; registering twice counts once."""
    if listener not in _listeners[kind]:
        _listeners[kind].append(listener)


def publish(event: object) -> None:
    """Hand ``event`` to its listeners once the transaction is committed; dropped if it is not.

    A listener that fails is logged; the others and the deed itself are not affected.
    """
    transaction.on_commit(lambda: _deliver(event), robust=True)


def _deliver(event: object) -> None:
    for listener in _listeners[type(event)]:
        try:
            listener(event)
        except Exception:  # the deed is done; a listener must not undo the answer to the person
            logger.exception("a listener to %s failed", type(event).__name__)
