"""run.py: every way to fail is one plain sentence, and nothing is done twice."""

import errno
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import console, results, site, stamps
from launcher.catalogues import compile_all
from launcher.commands import main
from launcher.data import check_folder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _as_a_developer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """``main`` listens to signals; pytest wants its own handlers back. The tests' own
    environment is not a developer's.
    """
    monkeypatch.delenv("PORTAL_ENV", raising=False)
    kept = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for name, handler in kept.items():
        signal.signal(name, handler)


def one_sentence(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command line that must fail, and return the one line it says."""
    assert main(list(arguments)) == 1
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert "Traceback" not in lines[0]
    return lines[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["site", "--port", "http"], "is no port"),
        (["site", "--port", "0"], "is no port"),
        (["site", "--port", "70000"], "is no port"),
        (["site", "--port", "٨٠"], "is no port"),
        (["site", "--data", ""], "needs a name"),
        (["site", "--colour"], "Unrecognized arguments"),
        (["serve"], "invalid choice"),
        ([], "required"),
        (["test", "no/such/file.py"], "is neither a file nor one of"),
    ],
)
def test_wrong_command_line_is_answered_by_one_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in one_sentence(capsys, *arguments)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_port_in_use_is_said_before_anything_is_prepared(
    address: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as taken:
        try:
            taken.bind((address, 0))
        except OSError:
            pytest.skip("this machine has no such address")
        taken.listen()
        port = str(taken.getsockname()[1])
        data = tmp_path / "data"
        said = one_sentence(capsys, "site", "--port", port, "--data", str(data))
    assert f"Port {port} is in use" in said
    assert not data.exists()


def test_data_folder_with_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(console.Fault, match="a file is in its place"):
            check_folder(place)


def test_data_folder_without_permission_is_refused() -> None:
    with pytest.raises(console.Fault, match="cannot be used"):
        check_folder(Path("/proc/portal-data"))


def test_data_folder_that_is_new_is_for_its_owner_only(tmp_path: Path) -> None:
    check_folder(tmp_path / "new" / "data")
    assert (tmp_path / "new" / "data").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("sqlite3.OperationalError: database or disk is full", "disk is full"),
        ("npm error code ENOTFOUND", "registry could not be reached"),
        ("ERROR: No matching distribution found for x==1", "registry could not be reached"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "does not match the hash"),
        ("PermissionError: [Errno 13] Permission denied: '/x'", "cannot be written"),
        ("sqlite3.DatabaseError: file is not a database", "no SQLite database"),
        ("django.db.utils.OperationalError: database is locked", "Another program"),
    ],
)
def test_failed_program_is_explained_by_what_it_printed(output: str, said: str) -> None:
    assert said in (console.diagnose(f"Traceback …\n{output}\n") or "")


def test_failed_program_that_nobody_knows_is_not_explained_wrongly() -> None:
    assert console.diagnose("ValueError: x") is None


def test_refusal_of_the_operating_system_is_a_sentence() -> None:
    assert "disk is full" in console.explain(OSError(errno.ENOSPC, "x"))
    assert "/x" in console.explain(PermissionError(errno.EACCES, "x", "/x"))


def test_old_python_is_told_so_in_one_sentence(tmp_path: Path) -> None:
    """The check itself, with the version of an old Python put in its place."""
    source = (ROOT / "run.py").read_text(encoding="utf-8")
    old = "import sys\nsys.version_info = (3, 9, 2)\n" + source
    script = tmp_path / "run.py"
    script.write_text(old, encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"This needs Python 3\.11 or newer; .* is Python 3\.9\. .*\n", done.stderr)


def test_run_py_itself_can_be_read_by_old_pythons() -> None:
    import ast

    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 4))


def test_stamp_holds_until_a_file_or_a_word_changes(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    files = [tmp_path / "a", tmp_path / "absent"]
    mark = stamps.fingerprint(files, "x")
    stamp = stamps.Stamp(tmp_path / "stamps", "step")
    assert not stamp.holds(mark)
    stamp.set(mark)
    assert stamp.holds(mark)
    assert mark != stamps.fingerprint(files, "y")
    (tmp_path / "a").write_text("2")
    assert not stamp.holds(stamps.fingerprint(files, "x"))


def test_site_that_is_not_there_does_not_answer() -> None:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    assert not site.answers(port)


def test_catalogue_is_compiled_without_its_fuzzy_texts(tmp_path: Path) -> None:
    import gettext

    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "yes"\nmsgstr "oui"\n\n#, fuzzy\nmsgid "no"\nmsgstr "nom"\n',
        encoding="utf-8",
    )
    assert compile_all(tmp_path) == 1
    texts = gettext.translation("django", tmp_path, ["fr"])
    assert (texts.gettext("yes"), texts.gettext("no")) == ("oui", "no")


def test_counts_of_pytest_are_read_and_a_crash_is_a_failure(tmp_path: Path) -> None:
    report = tmp_path / "junit.xml"
    report.write_text(
        '<testsuites><testsuite tests="9" failures="1" errors="1" skipped="2"/></testsuites>'
    )
    assert results.of_junit(report, 1) == results.Count(5, 2, 2)
    report.write_text(
        '<testsuites><testsuite tests="3" failures="0" errors="0" skipped="0"/></testsuites>'
    )
    assert results.of_junit(report, 0) == results.Count(3, 0, 0)
    assert results.of_junit(report, 3) == results.Count(3, 1, 0), "it ended badly"
    report.write_text(
        '<testsuites><testsuite tests="0" failures="0" errors="0" skipped="0"/></testsuites>'
    )
    assert results.of_junit(report, 5).failed == 1, "no test ran"
    assert results.of_junit(tmp_path / "none.xml", 0).failed == 1


def test_counts_of_vitest_are_read_and_a_missing_report_is_a_failure(tmp_path: Path) -> None:
    report = tmp_path / "vitest.json"
    report.write_text('{"numPassedTests": 4, "numFailedTests": 1, "numPendingTests": 2}')
    assert results.of_vitest(report, 1) == results.Count(4, 1, 2)
    assert results.of_vitest(tmp_path / "none.json", 0).failed == 1


@pytest.mark.parametrize("signal_name", ["SIGINT", "SIGTERM"])
def test_stopping_ends_a_program_and_its_children(signal_name: str) -> None:
    """A site that is being prepared is stopped: exit 0, no traceback, nobody left behind."""
    nap = f"sleep 61.{os.getpid()}"  # other runs of this test have naps of their own
    code = (
        "import sys, time, signal, os; sys.path.insert(0, '.');"
        "from launcher import commands, processes;"
        "commands._run = lambda o: processes.wait(processes.start("
        f"['sh', '-c', '{nap} & echo started; wait']));"
        "sys.exit(commands.main(['site']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == "started\n"
    process.send_signal(getattr(signal, signal_name))
    _output, error = process.communicate(timeout=20)
    assert process.returncode == 0, error
    assert error == ""
    listing = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert nap not in listing.stdout
