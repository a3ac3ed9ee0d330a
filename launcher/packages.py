"""The Python environment: ``.venv`` with exactly the packages of a lock file."""

import shutil
from pathlib import Path

from launcher import places
from launcher.console import Fault, say
from launcher.processes import Command, read, run, run_logged
from launcher.stamps import Stamp, fingerprint

# Inside the environment, so that they go when it goes.
_STAMPS = places.VENV / "stamps"


def install(lock: Path = places.LOCK) -> None:
    """Make the environment and install a lock file into it, unless that has been done.

    Packages come with hashes (``--require-hashes``): a changed one is refused. Uses uv when it
    is there and works, else venv and pip. Raises Fault.
    """
    mark = fingerprint([lock])
    if _usable() and Stamp(_STAMPS, lock.name).holds(mark):
        return
    if not _usable():
        say("Making the Python environment (.venv) …")
        _create()
    say(f"Installing the Python packages of {lock.name} …")
    _install_with_uv(lock) or _install_with_pip(lock)
    Stamp(_STAMPS, lock.name).set(mark)
    if lock == places.DEV_LOCK:  # the development lock holds all of the other
        Stamp(_STAMPS, places.LOCK.name).set(fingerprint([places.LOCK]))


def _usable() -> bool:
    return places.PYTHON.exists() and read([places.PYTHON, "-c", "print(1)"]) == "1"


def _uv() -> str | None:
    found = shutil.which("uv")
    return found if found and read([found, "--version"]) else None


def _create() -> None:
    shutil.rmtree(places.VENV, ignore_errors=True)
    code, log = run_logged([places.interpreter(), "-m", "venv", places.VENV], name="make venv")
    if code == 0:
        return
    shutil.rmtree(places.VENV, ignore_errors=True)
    uv = _uv()
    if uv:
        command: Command = [uv, "venv", "--quiet", "--python", places.interpreter(), places.VENV]
        run(command, what="Making the Python environment")
        return
    if "ensurepip" in log.read_text(encoding="utf-8", errors="replace"):
        raise Fault(
            "This Python comes without its venv module. Install it (on Debian and Ubuntu the "
            "package python3-venv) and start again."
        )
    raise Fault(f"The Python environment could not be made; what was said is in {log}.")


def _install_with_uv(lock: Path) -> bool:
    """Install with uv. False when uv is missing or failed: pip then tries, and explains."""
    uv = _uv()
    if uv is None:
        return False
    command: Command = [
        uv,
        "pip",
        "install",
        "--require-hashes",
        "--python",
        places.PYTHON,
        "-r",
        lock,
    ]
    code, _ = run_logged(command, name=f"uv {lock.stem}")
    return code == 0


def _install_with_pip(lock: Path) -> bool:
    if not read([places.PYTHON, "-m", "pip", "--version"]):
        run([places.PYTHON, "-m", "ensurepip"], what="Installing pip")
    command: list[str | Path] = [places.PYTHON, "-m", "pip", "install"]
    command += ["--require-hashes", "--no-deps", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", "--retries", "2", "-r", lock]
    run(command, what="Installing the Python packages")
    return True
