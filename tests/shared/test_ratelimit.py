"""Limits are data, and hold for everybody alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.cache import cache

from portal.shared import clock, ratelimit
from portal.shared.ratelimit import BY_NAME, LIMITS, Limit

MOMENT = datetime(2026, 11, 21, 12, 0, 10, tzinfo=UTC)
THREE = Limit("three-a-minute", "tests", 3, "tries", "address", 60)


@pytest.fixture(autouse=True)
def _own_cache(db: None, settings: object) -> None:
    settings.CACHES = {  # type: ignore[attr-defined]
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "limits",
        }
    }
    cache.clear()


def test_limit_is_reached_after_its_amount_and_says_how_long_to_wait() -> None:
    with clock.held(MOMENT):
        waits = [ratelimit.wait("192.0.2.1", THREE) for _ in range(5)]
    assert waits == [0, 0, 0, 50, 50]


def test_limit_of_one_address_leaves_another_alone() -> None:
    with clock.held(MOMENT):
        for _ in range(4):
            ratelimit.wait("192.0.2.1", THREE)
        assert ratelimit.allow("192.0.2.2", THREE)
        assert not ratelimit.allow("192.0.2.1", THREE)


def test_limit_opens_again_in_the_next_window() -> None:
    with clock.held(MOMENT) as held:
        for _ in range(4):
            ratelimit.wait("192.0.2.1", THREE)
        held.advance(seconds=51)
        assert ratelimit.wait("192.0.2.1", THREE) == 0


def test_limit_holds_when_many_ask_at_once() -> None:
    with clock.held(MOMENT), ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: ratelimit.allow("192.0.2.1", THREE), range(40)))
    assert answers.count(True) == 3


def test_limit_without_a_period_cannot_be_counted() -> None:
    with pytest.raises(ValueError, match="not counted"):
        ratelimit.wait("x", "document-size")


def test_names_of_limits_are_unique_and_amounts_positive() -> None:
    assert len(BY_NAME) == len(LIMITS)
    assert all(limit.amount > 0 for limit in LIMITS)
    assert BY_NAME["document-size"].adjustable
    assert not BY_NAME["devices"].adjustable


def test_limits_printed_are_those_in_force_at_sign_in() -> None:
    """django-allauth counts these itself; what we print must be what it does."""
    rates = settings.ACCOUNT_RATE_LIMITS
    short = {60: "m", 300: "5m", 180: "3m"}

    def rate(name: str, per: str) -> str:
        limit = BY_NAME[name]
        return f"{limit.amount}/{short[limit.seconds or 0]}/{per}"

    assert rates["login"] == rate("sign-in", "ip")
    assert rates["login_failed"] == (
        f"{rate('sign-in-failed', 'ip')},{rate('sign-in-failed-account', 'key')}"
    )
    assert rates["signup"] == rate("sign-up", "ip")
    assert rates["reset_password"] == f"{rate('reset', 'ip')},{rate('reset-account', 'key')}"
    assert rates["confirm_email"] == rate("confirmation-mail", "key")
    assert rates["change_password"] == rate("password-change", "user")
    assert rates["manage_email"] == rate("email-change", "user")


def test_limits_printed_are_those_in_force_for_files() -> None:
    assert BY_NAME["document-size"].amount == settings.WAGTAILDOCS_MAX_UPLOAD_SIZE
    assert BY_NAME["image-size"].amount == settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE
    assert BY_NAME["image-pixels"].amount == settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS
