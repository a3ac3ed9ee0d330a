"""A steady block lasts a multiple of its time, whatever happens in it."""

import time

import pytest

from portal.shared import steady as module
from portal.shared.steady import steady


@pytest.fixture
def watch(monkeypatch):
    """A clock that only sleeping moves; the block moves it by hand."""
    moment = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: moment[0])
    monkeypatch.setattr(
        module.time, "sleep", lambda seconds: moment.__setitem__(0, moment[0] + seconds)
    )
    return moment


@pytest.mark.parametrize(("work", "total"), [(0, 0.5), (0.1, 0.5), (0.5, 0.5), (0.51, 1.0), (3, 3)])
def test_steady_lasts_a_multiple(watch, work: float, total: float) -> None:
    with steady(0.5):
        watch[0] += work
    assert watch[0] - 100 == pytest.approx(total)


def test_steady_holds_for_failures_too(watch) -> None:
    with pytest.raises(KeyError), steady(0.5):
        raise KeyError
    assert watch[0] - 100 == pytest.approx(0.5)


def test_steady_of_nothing_does_not_wait(watch) -> None:
    with steady(0):
        watch[0] += 0.2
    assert watch[0] - 100 == pytest.approx(0.2)
    assert time.monotonic() == watch[0]
