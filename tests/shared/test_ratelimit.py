"""Limits are data, and hold for everybody alone."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache

from portal.shared import clock, counting, ratelimit
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


@pytest.fixture
def _cache_in_a_table(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "portal_cache",
        }
    }


def counted(folder: Path) -> list[tuple[str, int, int]]:
    """What the file beside the data holds."""
    with closing(sqlite3.connect(folder / counting.NAME)) as file:
        return file.execute("SELECT * FROM uses").fetchall()


@pytest.mark.usefixtures("_cache_in_a_table")
def test_limit_of_a_day_lasts_a_day_without_a_cache_server(tmp_path: Path) -> None:
    """Django's cache in a table forgets after five minutes whatever was counted up."""
    two = Limit("two-a-day", "tests", 2, "tries", "account", 86_400)
    with clock.held(MOMENT):
        assert [ratelimit.wait("somebody", two) > 0 for _ in range(3)] == [False, False, True]
    ((cell, used, ends),) = counted(tmp_path)
    assert (used, ends) == (3, int(MOMENT.timestamp()) + 86_401)
    assert "somebody" not in cell


@pytest.mark.usefixtures("_cache_in_a_table")
def test_what_does_not_fit_is_not_counted_without_a_cache_server() -> None:
    ten = Limit("ten-bytes", "tests", 10, "bytes", "account", 60)
    with clock.held(MOMENT):
        waits = [ratelimit.wait("x", ten, uses) > 0 for uses in (8, 5, 2, 1)]
    assert waits == [False, True, False, True]


@pytest.mark.usefixtures("_cache_in_a_table")
def test_limit_holds_without_a_cache_server_when_many_ask_at_once() -> None:
    with clock.held(MOMENT), ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: ratelimit.allow("192.0.2.1", THREE), range(40)))
    assert answers.count(True) == 3


@pytest.mark.usefixtures("_cache_in_a_table")
def test_counts_that_are_over_are_deleted_some_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(counting, "SWEEP_ONE_IN", 1)
    with clock.held(MOMENT) as held:
        ratelimit.wait("x", THREE)
        held.advance(seconds=120)
        ratelimit.wait("x", THREE)
    assert len(counted(tmp_path)) == 1


@pytest.mark.usefixtures("_cache_in_a_table")
def test_file_that_is_no_database_any_more_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / counting.NAME).write_bytes(b"what a failing machine left" * 500)
    with clock.held(MOMENT):
        assert [ratelimit.allow("x", THREE) for _ in range(4)] == [True, True, True, False]
