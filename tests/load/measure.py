"""Measures scenarios beside their floors, in turns, so that both see the same machine."""

from collections.abc import Sequence
from typing import Any

from tests.load.client import Sample, load
from tests.load.scenarios import Scenario, Take
from tests.load.servers import Server

LEVELS = (1, 8, 32)
ROUNDS = 3
WARM_REQUESTS = 12


def _bounded(take: Take, count: int) -> Take:
    """Let at most ``count`` requests through."""
    left = iter(range(count))
    return lambda: take() if next(left, None) is not None else None


def warm(server: Server, scenario: Scenario, plan: dict[str, Any]) -> None:
    """Fill the caches of every worker; a wrong answer stops the measurement here."""
    take = _bounded(scenario.requests(plan), WARM_REQUESTS)
    sample = load(server.port, take, connections=4, seconds=20)
    if sample.faults or not sample.seconds:
        raise RuntimeError(f"{server.kind}, {scenario.name}: {(sample.faults or ['no answer'])[0]}")


def compare(
    server: Server, scenarios: Sequence[Scenario], plan: dict[str, Any], *, seconds: float
) -> list[dict[str, Any]]:
    """Return one row per scenario and number of connections; every one is measured in turns."""
    for scenario in scenarios:
        warm(server, scenario, plan)
    rows = []
    for level in LEVELS:
        samples = {scenario.name: Sample() for scenario in scenarios}
        for _ in range(ROUNDS):
            for scenario in scenarios:
                samples[scenario.name] += load(
                    server.port, scenario.requests(plan), connections=level, seconds=seconds
                )
        rows += [_row(server.kind, level, scenario, samples) for scenario in scenarios]
    return rows


def _row(kind: str, level: int, scenario: Scenario, samples: dict[str, Sample]) -> dict[str, Any]:
    sample, floor = samples[scenario.name], samples[scenario.floor]
    return {
        "server": kind,
        "scenario": scenario.name,
        "connections": level,
        "requests": len(sample.seconds),
        "faults": len(sample.faults),
        "first_fault": sample.faults[0] if sample.faults else None,
        "per_second": sample.rate,
        "p50_ms": sample.quantile(0.5),
        "p95_ms": sample.quantile(0.95),
        "floor": scenario.floor,
        "floor_per_second": floor.rate,
        "floor_p50_ms": floor.quantile(0.5),
        # What one request costs, in floors: the inverse of what gets through.
        "times_floor": floor.rate / sample.rate if sample.rate else float("inf"),
        "aim": scenario.aim,
    }


def growth(
    small: Server,
    large: Server,
    scenarios: Sequence[Scenario],
    plans: tuple[dict[str, Any], dict[str, Any]],
    *,
    seconds: float,
) -> list[dict[str, Any]]:
    """Return one row per scenario: the same page on little and on much data, one by one."""
    rows = []
    for scenario in scenarios:
        pairs = tuple(zip((small, large), plans, strict=True))
        for server, plan in pairs:
            warm(server, scenario, plan)
        samples = [Sample(), Sample()]
        for _ in range(ROUNDS):
            for place, (server, plan) in enumerate(pairs):
                samples[place] += load(
                    server.port, scenario.requests(plan), connections=1, seconds=seconds
                )
        little, much = samples
        rows.append(
            {
                "server": small.kind,
                "scenario": scenario.name,
                "small_p50_ms": little.quantile(0.5),
                "large_p50_ms": much.quantile(0.5),
                "faults": len(little.faults) + len(much.faults),
                "times_small": much.quantile(0.5) / little.quantile(0.5),
                "aim": scenario.aim,
            }
        )
    return rows
