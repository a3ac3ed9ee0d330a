"""Records that are written many at once: seen by index and harvesters as single ones are.

``QuerySet.update`` sends no signals. A record hidden that way would still be found, and harvesters
would never hear that it is gone. Whoever follows what is stored ``watch``es these updates as well.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from django.db import models, transaction

Around = Callable[[list[int]], AbstractContextManager[None]]

PART = 500  # keys asked for at a time
QUIET = frozenset({"changed"})  # what neither index nor harvesters keep by themselves
_around: list[Around] = []


def watch(around: Around) -> None:
    """Have ``around(keys)`` entered before, and left after, many records are changed at once."""
    if around not in _around:
        _around.append(around)


def parts(keys: list[int]) -> Iterator[list[int]]:
    """Yield keys in parts that a database takes."""
    for at in range(0, len(keys), PART):
        yield keys[at : at + PART]


class Records(models.QuerySet[Any]):
    """Records; their updates are watched."""

    def update(self, **values: Any) -> int:
        """Change all of these; ``watch``ers look on."""
        if QUIET.issuperset(values):
            return super().update(**values)
        with transaction.atomic(using=self.db), ExitStack() as stack:
            keys = list(self.order_by().values_list("pk", flat=True))
            for around in _around:
                stack.enter_context(around(keys))
            return super().update(**values)
