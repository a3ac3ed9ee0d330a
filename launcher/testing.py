"""``run.py test``: every check and test, side by side where that is quicker, one line for each."""

import os
import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from launcher import frontend, places
from launcher.console import Fault, complain, say
from launcher.data import build, static_files
from launcher.processes import Command, end_all, read, run_logged
from launcher.results import Count, of_exit, of_junit, of_vitest

PARTS = ("lint", "ts", "unit", "pg", "e2e")
DATABASE = "postgres://postgres@127.0.0.1:5432/postgres"
REDIS = "redis://127.0.0.1:6379/1"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A folder of its own for each run: two at once must not read each other's reports.
REPORTS = places.CACHE / "reports" / str(os.getpid())


@dataclass(frozen=True)
class Job:
    """One program to run: its name for people, and how its tests are counted."""

    name: str
    command: Command
    env: dict[str, str]
    count: Callable[[int], Count]
    cwd: Path = places.ROOT


def _python(*arguments: str) -> Command:
    return [places.PYTHON, *arguments]


def lint_jobs() -> list[Job]:
    """The checks that run no test."""
    env = places.environment(PORTAL_ENV="test")
    tools = places.VENV / "bin"
    checks: list[tuple[str, Command]] = [
        ("ruff check", [tools / "ruff", "check", "--quiet", "."]),
        ("ruff format", [tools / "ruff", "format", "--check", "--quiet", "."]),
        ("djlint", [tools / "djlint", "--lint", "--quiet", "portal", "courses", "community"]),
        ("mypy", [tools / "mypy"]),
        ("import contracts", [tools / "lint-imports"]),
        ("missing migrations", _python("manage.py", "makemigrations", "--check", "--dry-run")),
        ("translations", _python("-m", "tests.checks.translations")),
    ]
    return [Job(name, command, env, of_exit) for name, command in checks]


def _pytest(name: str, *selection: str, **env: str) -> Job:
    report = REPORTS / f"{'-'.join(name.lower().split())}.xml"
    command = _python("-m", "pytest", f"--junitxml={report}", *selection)
    settings = places.environment(PORTAL_ENV="test", **env)
    return Job(name, command, settings, lambda code: of_junit(report, code))


def unit_jobs(selection: Sequence[str] = ("tests",)) -> list[Job]:
    """Unit and integration tests on SQLite."""
    return [_pytest("tests on SQLite", *selection, DATABASE_URL="", REDIS_URL="")]


def postgres_jobs() -> list[Job]:
    """What asks a database, on PostgreSQL and Redis; raises Fault when one of them is not there."""
    database = os.environ.get("TEST_DATABASE_URL", DATABASE)
    cache = os.environ.get("TEST_REDIS_URL", REDIS)
    ask = "import psycopg, sys; psycopg.connect(sys.argv[1], connect_timeout=5); print(1)"
    if read(_python("-c", ask, database)) != "1":
        raise Fault("PostgreSQL is not reachable")
    ask = "import redis, sys; redis.from_url(sys.argv[1], socket_timeout=5).ping(); print(1)"
    if read(_python("-c", ask, cache)) != "1":
        raise Fault("Redis is not reachable")
    # A name of its own, so that two runs on one machine do not share a test database.
    own = f"{database.rpartition('/')[0]}/portal_{os.getpid()}"
    second = {"DATABASE_URL": own, "REDIS_URL": cache, "SECOND_DATABASE": "1"}
    return [_pytest("tests on PostgreSQL and Redis", "tests", **second)]


def typescript_jobs() -> list[Job]:
    """Types and tests of the front end."""
    npm, env = frontend.packages()
    report = REPORTS / "vitest.json"
    tests: Command = [*npm, "exec", "--", "vitest", "run", "--reporter=default", "--reporter=json"]
    tests = [*tests, f"--outputFile.json={report}"]
    types: Command = [*npm, "exec", "--", "tsc", "--noEmit"]
    return [
        Job("TypeScript types", types, env, of_exit, places.STATIC),
        Job("TypeScript tests", tests, env, lambda code: of_vitest(report, code), places.STATIC),
    ]


def browser_jobs() -> list[Job]:
    """Tests in a real browser; raises Fault when there is none."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise Fault("Chromium is not installed")
    return [_pytest("browser tests", "tests/e2e", CHROMIUM=found, DATABASE_URL="", REDIS_URL="")]


MAKERS: dict[str, Callable[[], list[Job]]] = {
    "unit": unit_jobs,
    "pg": postgres_jobs,
    "ts": typescript_jobs,
    "lint": lint_jobs,
    "e2e": browser_jobs,
}


def collect(parts: Sequence[str]) -> tuple[list[Job], list[Job], Count]:
    """Return the jobs that may run side by side, those that run alone, and what is missing."""
    together: list[Job] = []
    alone: list[Job] = []
    missing = Count()
    for part, make in MAKERS.items():
        if part not in parts:
            continue
        try:
            (alone if part == "e2e" else together).extend(make())
        except Fault as fault:
            strict = os.environ.get("CI") == "true"
            say(f"{'FAILED' if strict else 'not run':8} {part}: {fault}")
            missing += Count(failed=1) if strict else Count()
    return together, alone, missing


def run_job(job: Job) -> Count:
    """Run one job, say how it went, show what it printed when it failed."""
    began = time.monotonic()
    code, log = run_logged(job.command, name=f"test {job.name}", env=job.env, cwd=job.cwd)
    count = job.count(code)
    seconds = time.monotonic() - began
    word = "ok" if count.failed == 0 else "FAILED"
    lines = [f"{word:8} {job.name}: {count} in {seconds:.0f} s"]
    if count.failed:
        lines.append(log.read_text(encoding="utf-8", errors="replace")[-20_000:].rstrip())
    say("\n".join(lines))
    return count


def run_all(together: Sequence[Job], alone: Sequence[Job]) -> Count:
    """Run jobs, two at a time where they may; return the sum."""
    total = Count()
    lanes = ThreadPoolExecutor(max_workers=max(2, (os.cpu_count() or 2)))
    try:
        for done in as_completed([lanes.submit(run_job, job) for job in together]):
            total += done.result()
    finally:
        lanes.shutdown(wait=False, cancel_futures=True)
        end_all()
    for job in alone:
        total += run_job(job)
    return total


def test(selection: Sequence[str]) -> int:
    """Run the parts named, or pytest on the paths named, or everything. Returns the exit code."""
    parts = [word for word in selection if word in PARTS]
    paths = [word for word in selection if word not in PARTS]
    for path in paths:
        if not path.startswith("-") and not Path(path.partition("::")[0]).exists():
            raise Fault(f"{path} is neither a file nor one of: {', '.join(PARTS)}.")
    if not selection:
        parts = list(PARTS)
    began = time.monotonic()
    build(places.DEV_LOCK)
    static_files(places.CACHE / "test-data")
    REPORTS.mkdir(parents=True)
    try:
        together, alone, total = collect(parts)
        if paths:
            together += unit_jobs(paths)
        total += run_all(together, alone)
    finally:
        shutil.rmtree(REPORTS, ignore_errors=True)
    say(f"Took {time.monotonic() - began:.0f} s")
    if total.passed + total.failed == 0:
        complain("No test was run.")
    say(f"{total.passed} passed, {total.failed} failed")
    return 0 if total.failed == 0 and total.passed else 1
