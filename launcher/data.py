"""What the site needs beside its packages: translations, static files, database, content."""

import contextlib
import fcntl
import shutil
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


def manage(data: Path, *arguments: str, what: str, port: int | None = None) -> None:
    """Run one command of Django on a data folder. Raises Fault when it fails."""
    env = places.environment(PORTAL_DATA=str(data))
    if port is not None:
        env["PORTAL_PORT"] = str(port)
    run([places.PYTHON, "manage.py", *arguments, "-v", "0"], what=what, env=env)


def database(data: Path, *, demo: bool, port: int) -> None:
    """Bring database, shipped content and demo people up to date, each only when it changed."""
    stamps = data / "stamps"
    if not (data / "portal.sqlite3").exists():
        shutil.rmtree(stamps, ignore_errors=True)
    code = [path for app in ("portal", "courses", "community") for path in _sources(app)]
    schema = [path for path in code if "migrations" in path.parts]
    content = below(places.ROOT / "courses" / "content", "*")
    content += below(places.ROOT / "portal" / "content", "*")
    content += below(places.ROOT / "community" / "library" / "content", "*")
    steps = [
        ("schema", fingerprint([*schema, places.LOCK]), _migrate),
        ("content", fingerprint([*code, *content]), _ship),
        ("address", str(port), _readdress),
    ]
    if demo:
        steps.append(("demo", fingerprint(code), _invite))
    for name, mark, step in steps:
        stamp = Stamp(stamps, name)
        if not stamp.holds(mark):
            step(data, port)  # may set the stamps of later steps
            stamp.set(mark)


def _sources(app: str) -> list[Path]:
    return below(places.ROOT / app, "*.py")


def _migrate(data: Path, port: int) -> None:
    say("Preparing the database …")
    manage(data, "migrate", "--noinput", what="Preparing the database")
    manage(data, "createcachetable", what="Preparing the database")


def _ship(data: Path, port: int) -> None:
    say("Bringing in the courses and pages …")
    manage(data, "ship_content", what="Bringing in the courses", port=port)
    manage(data, "ship_library", what="Bringing in the records of the library")
    manage(data, "begin_discussions", what="Making the discussion spaces")
    Stamp(data / "stamps", "address").set(str(port))


def _readdress(data: Path, port: int) -> None:
    """Let the site's row follow a change of the port; full addresses are made from it."""
    code = (
        "from django.conf import settings; from portal.pages.services import ship_site;"
        "ship_site(base_url=settings.WAGTAILADMIN_BASE_URL)"
    )
    manage(data, "shell", "-c", code, what="Setting the address of the site", port=port)


def _invite(data: Path, port: int) -> None:
    say("Adding the demo people …")
    manage(data, "demo_people", what="Adding the demo people")
    manage(data, "demo_community", what="Adding what the demo people did")


def build(lock: Path = places.LOCK) -> None:
    """Install the packages of a lock file, build the front end, compile the translations."""
    with only_one():
        packages.install(lock)
        frontend.build()
        translations()


def everything(data: Path, *, demo: bool, port: int) -> None:
    """Do all that must be done before the site can be served from ``data``. Raises Fault."""
    build()
    with only_one():
        static_files(data)
        database(data, demo=demo, port=port)
