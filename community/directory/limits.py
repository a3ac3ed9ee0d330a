"""How much of the directory one account may read: nobody takes it away page by page."""

from typing import Any

from portal.shared import ratelimit
from portal.shared.errors import TooMany


def count_list(user: Any) -> None:
    """Count a list of people. Raises TooMany."""
    _count(f"account {user.pk}", "searches")
    _count(str(user.pk), "directory-lists")


def count_profile(user: Any) -> None:
    """Count a page of one person. Raises TooMany."""
    _count(str(user.pk), "profiles")


def may_list(user: Any) -> bool:
    """Count a list of people and say whether it may be given."""
    return ratelimit.allow(str(user.pk), "directory-lists")


def _count(key: str, name: str) -> None:
    if wait := ratelimit.wait(key, name):
        raise TooMany(wait)
