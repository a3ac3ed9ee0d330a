"""Do two samples come from the same distribution? Mann-Whitney's U with the normal approximation."""

import math
from collections import Counter
from collections.abc import Sequence


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the two-sided p-value; small means that the samples differ. For 20 values or more.

    Ranks of ties are averaged, the variance is corrected for them, and for continuity
    (Hollander, Wolfe, Chicken: Nonparametric Statistical Methods, section 4.1).
    """
    n, m = len(one), len(other)
    ordered = sorted([*one, *other])
    ranks: dict[float, float] = {}
    place = 0
    for value, times in sorted(Counter(ordered).items()):
        ranks[value] = place + (times + 1) / 2
        place += times
    u = sum(ranks[value] for value in one) - n * (n + 1) / 2
    total = n + m
    ties = sum(times**3 - times for times in Counter(ordered).values())
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance == 0:
        return 1.0
    distance = max(0.0, abs(u - n * m / 2) - 0.5) / math.sqrt(variance)
    return math.erfc(distance / math.sqrt(2))
