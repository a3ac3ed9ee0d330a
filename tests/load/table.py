"""Prints the figures, each beside its floor."""

from collections.abc import Iterable, Sequence
from typing import Any


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a plain table; numbers stand to the right."""
    cells = [list(head), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = []
    for row in cells:
        parts = [
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(parts).rstrip())
    return "\n".join(lines)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _verdict(measured: float, aim: float | None) -> str:
    if aim is None:
        return "–"
    return f"≤ {aim} {'met' if measured <= aim else 'MISSED'}"


def pages(rows: Sequence[dict[str, Any]]) -> str:
    """Return the table of pages beside their floors."""
    head = (
        "server, connections, scenario", "req/s", "p50 ms", "p95 ms", "floor req/s",
        "floor p50", "× floor", "aim", "faults",
    )  # fmt: skip
    return table(
        head,
        [
            (
                f"{row['server']:8} {row['connections']:2}  {row['scenario']}",
                row["per_second"], row["p50_ms"], row["p95_ms"], row["floor_per_second"],
                row["floor_p50_ms"], row["times_floor"],
                _verdict(row["times_floor"], row["aim"]), row["faults"],
            )
            for row in rows
        ],
    )  # fmt: skip


def grown(rows: Sequence[dict[str, Any]]) -> str:
    """Return the table of little against much data."""
    head = ("server, scenario", "small p50 ms", "large p50 ms", "× small", "aim", "faults")
    return table(
        head,
        [
            (
                f"{row['server']:8} {row['scenario']}", row["small_p50_ms"], row["large_p50_ms"],
                row["times_small"], _verdict(row["times_small"], row["aim"]), row["faults"],
            )
            for row in rows
        ],
    )  # fmt: skip


def rest(figures: dict[str, Any]) -> str:
    """Return queries, bytes, start and memory."""
    parts = []
    if figures.get("queries"):
        floors = figures["queries"]
        parts.append(table(("queries per view", "queries"), floors.items()))
    if figures.get("bytes"):
        names = ("html", "style", "script", "first_visit", "second_visit")
        rows = [(name, *(row[key] for key in names)) for name, row in figures["bytes"].items()]
        parts.append(table(("compressed bytes", *(n.replace("_", " ") for n in names)), rows))
    if figures.get("servers"):
        head = ("server", "start s", "memory MiB after start", "memory MiB after load")
        rows = [
            (row["server"], row["start_seconds"], row["memory_idle_mib"], row["memory_mib"])
            for row in figures["servers"]
        ]
        parts.append(table(head, rows))
    return "\n\n".join(parts)
