"""``python3 run.py bench [name…] [--json FILE]``: takes the figures on data of its own."""

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.load import probes, table
from tests.load.measure import compare, growth
from tests.load.scenarios import FLOORS, GROWTH, NAMES, PAGES, Scenario
from tests.load.servers import KINDS, ROOT, environment, serving
from tests.load.weight import weigh

SECONDS, QUICK_SECONDS = 1.5, 0.4
ALL = (*NAMES, *probes.PROBES)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _run(data: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment(data), capture_output=True,
        text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-4000:]}")
    return done.stdout


def prepare(folder: Path) -> tuple[Path, Path, dict[str, Any], dict[str, Any]]:
    """Make a small and a large data folder; return both and their plans."""
    small, large = folder / "small", folder / "large"
    small.mkdir()
    for command in (("migrate", "--noinput"), ("createcachetable",), ("ship_content",)):
        _run(small, "manage.py", *command, "-v", "0")
    # The log of SQLite must be in the file before the file is copied.
    _run(small, "-c", _CHECKPOINT, str(small / "portal.sqlite3"))
    shutil.copytree(small, large)
    plans = [
        json.loads(_run(data, "-m", "tests.load.data", size))
        for data, size in ((small, "small"), (large, "large"))
    ]
    return small, large, plans[0], plans[1]


_CHECKPOINT = (
    "import sqlite3, sys;sqlite3.connect(sys.argv[1]).execute('PRAGMA wal_checkpoint(TRUNCATE)')"
)


def take_figures(names: set[str], seconds: float) -> dict[str, Any]:
    """Measure the scenarios named and return every figure."""
    pages = [row for row in PAGES if row.name in names]
    growing = [row for row in GROWTH if row.name in names]
    figures: dict[str, Any] = {
        "machine": {"system": platform.platform(), "python": platform.python_version()},
        "pages": [], "growth": [], "servers": [],
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        figures["probes"] = run_probes(names, Path(folder))
        if not pages and not growing:
            return figures
        _say("Preparing the data …")
        small, large, plan, large_plan = prepare(Path(folder))
        figures["data"] = {"small": plan["numbers"], "large": large_plan["numbers"]}
        if pages:
            figures["queries"] = queries(small, plan)
        for kind in KINDS:
            if pages:
                _say(f"Measuring pages under {kind} …")
                measure_pages(kind, small, plan, pages, seconds, figures)
            if growing:
                _say(f"Measuring growth under {kind} …")
                with serving(kind, small) as little, serving(kind, large) as much:
                    figures["growth"] += growth(
                        little, much, growing, (plan, large_plan), seconds=seconds
                    )
    return figures


def run_probes(names: set[str], folder: Path) -> list[dict[str, Any]]:
    """Run the probes among ``names``."""
    chosen = [name for name in probes.PROBES if name in names]
    if chosen:
        _say(f"Probing {', '.join(chosen)} …")
    return probes.run(chosen, folder) if chosen else []


def measure_pages(
    kind: str,
    data: Path,
    plan: dict[str, Any],
    pages: list[Scenario],
    seconds: float,
    figures: dict[str, Any],
) -> None:
    """Add the figures of one server to ``figures``."""
    with serving(kind, data) as server:
        idle = server.memory()
        if "bytes" not in figures:
            figures["bytes"] = weigh(server.port, plan)
        figures["pages"] += compare(server, [*FLOORS, *pages], plan, seconds=seconds)
        figures["servers"].append(
            {
                "server": kind,
                "start_seconds": server.start_seconds,
                "memory_idle_mib": idle,
                "memory_mib": server.memory(),
            }
        )


def queries(data: Path, plan: dict[str, Any]) -> dict[str, int]:
    """Count queries on a copy of the data: answers given there must not count later."""
    copy = data.parent / "queries"
    shutil.copytree(data, copy)
    (copy / "plan.json").write_text(json.dumps(plan))
    counted: dict[str, int] = json.loads(
        _run(copy, "-m", "tests.load.queries", str(copy / "plan.json"))
    )
    return counted


def main() -> int:
    """Measure, print the tables, write the JSON. 1 when an answer was wrong."""
    options = argparse.ArgumentParser(prog="run.py bench")
    options.add_argument("name", nargs="*", metavar="NAME", help=", ".join(ALL))
    options.add_argument("--json", type=Path)
    options.add_argument("--quick", action="store_true")
    chosen = options.parse_args()
    unknown = sorted(set(chosen.name) - set(ALL))
    if unknown:
        sys.stderr.write(f"Unknown: {', '.join(unknown)}. Known: {', '.join(ALL)}.\n")
        return 1
    try:
        figures = take_figures(set(chosen.name or ALL), QUICK_SECONDS if chosen.quick else SECONDS)
    except RuntimeError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    parts = [table.pages(figures["pages"]) if figures["pages"] else ""]
    parts += [table.grown(figures["growth"]) if figures["growth"] else "", table.rest(figures)]
    parts += [json.dumps(row, indent=2) for row in figures["probes"]]
    _say("\n" + "\n\n".join(filter(None, parts)))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    rows = (*figures["pages"], *figures["growth"], *figures["probes"])
    wrong = [row for row in rows if row["faults"]]
    for row in wrong:
        name = row.get("scenario") or row["probe"]
        sys.stderr.write(f"{name}: {row['faults']} faults, {row.get('first_fault')}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
