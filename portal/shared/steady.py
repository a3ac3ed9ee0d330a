"""Answers that take the same time whatever was found out on the way (ASVS 5.0, 6.3.8)."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def steady(seconds: float) -> Iterator[None]:
    """Make a block last ``seconds``, or the next multiple of it; 0 leaves it as it is.

    For work that is done for some and not for others, such as a mail that only goes to addresses
    with an account: how long the answer took must not tell who has one.
    """
    began = time.monotonic()
    try:
        yield
    finally:
        if seconds > 0:
            took = time.monotonic() - began
            time.sleep(max(1, math.ceil(took / seconds)) * seconds - took)
