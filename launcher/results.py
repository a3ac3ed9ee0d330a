"""How many tests a program ran, read from the report it wrote."""

import json
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Count:
    """Tests that passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )

    def __str__(self) -> str:
        parts = [f"{self.passed} passed", f"{self.failed} failed"]
        parts += [f"{self.skipped} skipped"] if self.skipped else []
        return ", ".join(parts)


def of_exit(code: int) -> Count:
    """One check: passed when its program ended with 0."""
    return Count(passed=1) if code == 0 else Count(failed=1)


def _honest(count: Count, code: int) -> Count:
    """A program that failed without a failed test, or ran none at all, counts as one failure."""
    if count.failed == 0 and (code != 0 or count.passed == 0):
        return count + Count(failed=1)
    return count


def of_junit(report: Path, code: int) -> Count:
    """Read the JUnit report of pytest. A missing report is a failure."""
    try:
        # Our own pytest wrote this file a moment ago.
        suites = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314
    except (OSError, ElementTree.ParseError):
        return Count(failed=1)
    total = Count()
    for suite in suites:
        tests, failures, errors, skipped = (
            int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")
        )
        failed = failures + errors
        total += Count(max(0, tests - failed - skipped), failed, skipped)
    return _honest(total, code)


def of_vitest(report: Path, code: int) -> Count:
    """Read the JSON report of Vitest. A missing report is a failure."""
    try:
        data = json.loads(report.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Count(failed=1)
    count = Count(
        passed=int(data.get("numPassedTests", 0)),
        failed=int(data.get("numFailedTests", 0)),
        skipped=int(data.get("numPendingTests", 0)),
    )
    return _honest(count, code)
