"""The rank test of the benchmarks agrees with published values."""

import random

import pytest

from tests.load.ranks import mann_whitney


def test_equal_samples_do_not_differ() -> None:
    values = [float(number) for number in range(40)]
    assert mann_whitney(values, values) == pytest.approx(1.0)
    assert mann_whitney([1.0] * 30, [1.0] * 30) == 1.0


def test_shifted_samples_differ() -> None:
    chance = random.Random(1)
    one = [chance.gauss(0, 1) for _turn in range(300)]
    assert mann_whitney(one, [value + 1 for value in one]) < 1e-6
    assert mann_whitney(one, [value + 10 for value in one]) < 1e-90


def test_a_known_case() -> None:
    # The example of SciPy's manual: ages of men and women at a diagnosis, U = 17, p = 0.11134688653
    men, women = [19.0, 22.0, 16.0, 29.0, 24.0], [20.0, 11.0, 17.0, 12.0]
    assert mann_whitney(men, women) == pytest.approx(0.11134688653, abs=1e-9)


def test_honest_noise_is_seldom_called_a_difference() -> None:
    chance = random.Random(7)
    called = sum(
        mann_whitney(*([chance.random() for _n in range(60)] for _s in range(2))) < 0.05
        for _turn in range(400)
    )
    assert 4 <= called <= 40
