"""What the site needs beside its packages: translations, static files, database, content."""

import contextlib
import fcntl
import tempfile
from collections.abc import Iterator
from pathlib import Path

from launcher import frontend, packages, places
from launcher.console import Fault, explain, say
from launcher.processes import Command, run
from launcher.stamps import Stamp, below, fingerprint


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Let one preparation work on this checkout at a time; a second one waits for the first."""
    places.CACHE.mkdir(parents=True, exist_ok=True)
    with (places.CACHE / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another preparation of this checkout …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def check_folder(folder: Path) -> None:
    """Make the data folder and try to write into it. Raises Fault."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"\0" * 65536)
            trial.flush()
    except (FileExistsError, NotADirectoryError) as problem:
        raise Fault(
            f"The data folder {folder} cannot be used: a file is in its place."
        ) from problem
    except OSError as problem:
        detail = explain(problem)
        raise Fault(f"The data folder {folder} cannot be used. {detail}") from problem


def translations() -> None:
    """Compile the catalogues of the interface unless they are unchanged."""
    sources = list(places.LOCALES.glob("*/LC_MESSAGES/*.po"))
    mark = fingerprint(sources)
    stamp = Stamp(places.STAMPS, "translations")
    if stamp.holds(mark) and all(path.with_suffix(".mo").exists() for path in sources):
        return
    if sources:
        say("Compiling the translations …")
        command: Command = [places.PYTHON, "-m", "launcher.catalogues", places.LOCALES]
        run(command, what="Compiling the translations")
    stamp.set(mark)


def static_files(data: Path) -> None:
    """Collect static files into ``.cache/static`` unless they are unchanged."""
    sources = [*below(places.STATIC / "dist", "*"), places.LOCK]
    for app in ("portal", "courses", "community"):
        sources += below(places.ROOT / app / "static", "*")
    mark = fingerprint(sources)
    stamp = Stamp(places.STAMPS, "static-files")
    if stamp.holds(mark) and (places.CACHE / "static").is_dir():
        return
    say("Collecting the static files …")
    manage(data, "collectstatic", "--noinput", "--clear", what="Collecting the static files")
    stamp.set(mark)


def manage(data: Path, *arguments: str, what: str) -> None:
    """Run one command of Django on a data folder. Raises Fault when it fails."""
    env = places.environment(PORTAL_DATA=str(data))
    run([places.PYTHON, "manage.py", *arguments, "-v", "0"], what=what, env=env)


def database(data: Path, *, demo: bool) -> None:
    """Bring database, shipped content and demo people up to date, each only when it changed."""
    stamps = data / "stamps"
    there = (data / "portal.sqlite3").exists()
    code = [path for app in ("portal", "courses", "community") for path in _sources(app)]
    schema = [path for path in code if "migrations" in path.parts]
    content = below(places.ROOT / "courses" / "content", "*")
    content += below(places.ROOT / "portal" / "content", "*")
    steps = [
        ("schema", fingerprint([*schema, places.LOCK]), _migrate),
        ("content", fingerprint([*code, *content]), _ship),
    ]
    if demo:
        steps.append(("demo", fingerprint(code), _invite))
    for name, mark, step in steps:
        stamp = Stamp(stamps, name)
        if not (there and stamp.holds(mark)):
            step(data)
            stamp.set(mark)


def _sources(app: str) -> list[Path]:
    return below(places.ROOT / app, "*.py")


def _migrate(data: Path) -> None:
    say("Preparing the database …")
    manage(data, "migrate", "--noinput", what="Preparing the database")
    manage(data, "createcachetable", what="Preparing the database")


def _ship(data: Path) -> None:
    say("Bringing in the courses and pages …")
    manage(data, "ship_content", what="Bringing in the courses")


def _invite(data: Path) -> None:
    say("Adding the demo people …")
    manage(data, "demo_people", what="Adding the demo people")


def everything(data: Path, *, demo: bool, lock: Path = places.LOCK) -> None:
    """Do all that must be done before the site can be served from ``data``. Raises Fault."""
    with only_one():
        packages.install(lock)
        frontend.build()
        translations()
        static_files(data)
        database(data, demo=demo)
