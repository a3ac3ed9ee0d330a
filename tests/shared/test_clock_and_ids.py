"""Time and identifiers come from one place, so that tests can hold them."""

import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.shared import clock, ids

MOMENT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_now_has_a_time_zone_and_moves() -> None:
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert first <= second


def test_held_clock_stands_still_in_every_thread_and_is_put_back() -> None:
    seen = []
    with clock.held(MOMENT) as held:
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
        assert seen == [MOMENT] == [clock.now()]
        held.advance(seconds=90)
        assert (clock.now() - MOMENT).total_seconds() == 90
    assert clock.now() != MOMENT


def test_held_clock_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.held(datetime(2026, 1, 1)):
        pass


def test_uuid7_carries_version_variant_and_time() -> None:
    with clock.held(MOMENT):
        made = ids.uuid7()
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"


def test_uuid7_of_later_calls_is_greater_even_when_the_clock_goes_back() -> None:
    made = [ids.uuid7() for _ in range(9000)]
    with clock.held(datetime(2020, 1, 1, tzinfo=UTC)):
        made += [ids.uuid7() for _ in range(10)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_uuid7_time_is_the_clocks_to_the_millisecond() -> None:
    future = datetime(2199, 1, 1, tzinfo=UTC)
    before = ids._last
    try:
        with clock.held(future):
            assert ids.uuid7().int >> 80 == int(future.timestamp() * 1000)
    finally:
        ids._last = before  # ids of other tests must not begin in the far future


@given(st.integers(min_value=128, max_value=1024))
def test_token_has_at_least_the_bits_asked_for(bits: int) -> None:
    made = ids.token(bits)
    assert len(made) * 6 >= bits
    assert made.replace("-", "").replace("_", "").isalnum()


def test_token_below_128_bits_is_refused() -> None:
    with pytest.raises(ValueError, match="128"):
        ids.token(127)
