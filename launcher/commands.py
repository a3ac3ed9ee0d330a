"""The commands of ``run.py`` and their options."""

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path

from launcher import places
from launcher.console import Fault, Stopped, complain, explain
from launcher.processes import end_all, read, start, stop_on_signals, wait


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise Fault(f"{message[:1].upper()}{message[1:]}. See: python3 run.py --help")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Fault(f"{text} is no port: choose a number from 1 to 65535.")
    return int(text)


def _folder(text: str) -> Path:
    if not text.strip():
        raise Fault("The data folder needs a name: --data FOLDER")
    return Path(text).expanduser().resolve()


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = _Parser(prog="run.py", usage="python3 run.py COMMAND [options]")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    data = os.environ.get("PORTAL_DATA") or str(places.DEFAULT_DATA)
    serve = commands.add_parser(
        "site", help="prepare everything and serve the site on this machine"
    )
    serve.add_argument("--port", type=_port, default=_port(os.environ.get("PORTAL_PORT") or "8000"))
    serve.add_argument("--data", type=_folder, default=_folder(data), metavar="FOLDER")
    serve.add_argument("--no-demo", action="store_true", help="without demo people")
    check = commands.add_parser("test", help="run every check and test")
    check.add_argument("selection", nargs="*", help="lint, unit, pg, ts, e2e, or paths for pytest")
    people = commands.add_parser("demo-people", help="print the demo people as JSON")
    people.add_argument("--data", type=_folder, default=_folder(data), metavar="FOLDER")
    figures = commands.add_parser("bench", help="measure speed and memory")
    figures.add_argument("name", nargs="*", help="scenarios; all when none is named")
    figures.add_argument("--json", metavar="FILE", type=Path)
    figures.add_argument("--quick", action="store_true", help="short runs, to try the harness")
    commands.add_parser("build", help="packages, front end and translations only")
    commands.add_parser("messages", help="bring the catalogues up to date")
    return top


def _run(options: argparse.Namespace) -> int:
    if options.command == "site":
        if os.environ.get("PORTAL_ENV", "dev") != "dev":
            raise Fault(
                "run.py site is for one machine; README.md names the commands for production. "
                "Unset PORTAL_ENV to use it."
            )
        from launcher.site import site

        return site(port=options.port, data=options.data, demo=not options.no_demo)
    if options.command == "test":
        from launcher.testing import test

        return test(options.selection)
    if options.command == "demo-people":
        return demo_people(options.data)
    if options.command == "bench":
        from launcher.bench import bench

        return bench(options.name, json_file=options.json, quick=options.quick)
    if options.command == "build":
        from launcher.data import build

        build()
        return 0
    return update_messages()


def update_messages() -> int:
    """Bring the catalogues up to date with the texts in the code."""
    from launcher.packages import install

    install(places.DEV_LOCK)
    return wait(start([places.PYTHON, "-m", "tests.checks.translations", "--write"]))


def demo_people(data: Path) -> int:
    """Print the demo people of a data folder as JSON. Raises Fault before the first start."""
    if not (data / "portal.sqlite3").exists():
        raise Fault("There are no demo people yet: start the site once with python3 run.py site.")
    env = places.environment(PORTAL_DATA=str(data))
    printed = read([places.PYTHON, "manage.py", "demo_people", "--json"], env=env)
    try:
        people = json.loads(printed)
    except ValueError as problem:
        raise Fault("The demo people could not be read from this data folder.") from problem
    print(json.dumps(people, indent=2, ensure_ascii=False))
    return 0


def main(arguments: Sequence[str]) -> int:
    """Run a command line; return the exit code. What goes wrong is one sentence on stderr."""
    stop_on_signals()
    try:
        return _run(parser().parse_args(arguments))
    except Fault as fault:
        complain(str(fault))
        return 1
    except BrokenPipeError:
        return 1
    except OSError as problem:
        complain(explain(problem))
        return 1
    except Stopped:
        return 0 if arguments[:1] == ["site"] else 130
    finally:
        end_all()
