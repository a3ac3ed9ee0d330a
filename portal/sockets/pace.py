"""How many sockets an account may have, and how many frames a socket may send. (security.md 10)"""

from django.core.cache import cache

from portal.shared import clock, ids, ratelimit

SLOT_SECONDS = 75  # a process that dies frees its slots after this


class Slots:
    """One of the account's places for a socket, kept in the shared cache and touched regularly."""

    def __init__(self, user_id: int) -> None:
        self._user = user_id
        self._key = ""
        self._token = ids.token()

    def take(self) -> bool:
        """Take a free place; False if the account has none left."""
        for number in range(ratelimit.get("sockets").amount):
            key = f"socket:{self._user}:{number}"
            if cache.add(key, self._token, SLOT_SECONDS):
                self._key = key
                return True
        return False

    def keep(self) -> None:
        """Say that the socket is still there."""
        if self._key:
            cache.set(self._key, self._token, SLOT_SECONDS)

    def free(self) -> None:
        """Give the place back."""
        if self._key and cache.get(self._key) == self._token:
            cache.delete(self._key)
        self._key = ""


class Bucket:
    """A token bucket: ``socket-frames`` a second on average, ``socket-burst`` at once."""

    def __init__(self) -> None:
        self._rate = ratelimit.get("socket-frames").amount
        self._most = ratelimit.get("socket-burst").amount
        self._left = float(self._most)
        self._at = clock.now()

    def take(self) -> bool:
        """Count one frame; False if there were too many."""
        moment = clock.now()
        passed = max(0.0, (moment - self._at).total_seconds())
        self._left = min(float(self._most), self._left + passed * self._rate)
        self._at = moment
        if self._left < 1:
            return False
        self._left -= 1
        return True
