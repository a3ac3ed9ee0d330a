"""Limits as they are before anybody has used them."""

from django.core.cache import cache

from portal.shared import counting


def forget_limits() -> None:
    """Forget what was counted, wherever that is, and whatever else the cache holds."""
    cache.clear()
    counting.forget()
