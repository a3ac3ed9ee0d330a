"""Many uses of one code at the same moment: threads with connections of their own.

The suite runs a few rounds; ``tests.load`` may run many.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from portal.accounts import factor_services
from portal.accounts.models import User
from portal.shared.errors import Invalid, TooMany


def successes(*, user: User, device: Any, code: str, times: int = 20) -> int:
    """Use ``code`` of ``device`` ``times`` times at once; return how often it was taken.

    Needs committed rows (no enclosing transaction).
    """
    barrier = threading.Barrier(times)

    def use(_: int) -> bool:
        try:
            own = type(device).objects.get(pk=device.pk)
            barrier.wait(timeout=30)
            factor_services.check(user=user, device=own, code=code)
        except (Invalid, TooMany):
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(times) as pool:
        return sum(pool.map(use, range(times)))
