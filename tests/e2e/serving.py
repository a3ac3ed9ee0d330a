"""The site as people start it, on a data folder of its own, made once and copied for each run."""

import json
import shutil
import socket
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import IO

from launcher import places
from launcher.processes import end, start
from launcher.site import SOCKET_MESSAGE_BYTES, answers
from launcher.stamps import below, fingerprint
from tests import migrated
from tests.courses import minipack

STORE = places.CACHE / "e2e"
START_SECONDS = 60
MAKE_SECONDS = 600
# Taken while the data are made; each run then serves on a free port of its own.
SOME_PORT = "8000"

IMPORT_MINI = """
import sys
from pathlib import Path
from courses.packages import canonical, reader
from courses.packages.importing import import_pack
pack, findings = reader.read(Path({folder!r}))
if pack is None:
    sys.exit(str(findings))
import_pack(canonical.resolve(pack), publish=True)
"""
# The site is told its address, and the demo people get browsers that are signed in already: the form
# lets nobody in more often than every half minute who needs a code of an app.
MAKE_READY = """
import json
from django.conf import settings
from portal.accounts.demo import DEMO_PEOPLE
from portal.accounts.models import User
from portal.pages.services import ship_site
from tests import people
ship_site(base_url=settings.WAGTAILADMIN_BASE_URL)
made = {{}}
for one in DEMO_PEOPLE:
    user = User.objects.get(email=one.email)
    clients = [people.signed_in(user, verified=one.has_factor) for _ in range({each})]
    made[one.email] = [client.cookies[settings.SESSION_COOKIE_NAME].value for client in clients]
print(json.dumps(made))
"""
SIGN_INS = 5  # of each of the demo people, made at once; more when they are used up
STALE_SECONDS = 240  # afterwards new ones: a second factor counts as fresh for ten minutes


@dataclass
class Site:
    """A running site: where it answers, and the folder its mails go to."""

    base: str
    data: Path
    log: Path
    sessions: dict[str, list[str]] = field(default_factory=dict)  # by address, not used yet
    made_at: float = field(default_factory=time.monotonic)

    def session(self, email: str) -> str:
        """Return a session of a demo person for one more browser."""
        is_stale = time.monotonic() - self.made_at > STALE_SECONDS
        if is_stale or not self.sessions.get(email):
            self.made_at = time.monotonic()
            self.sessions = make_ready(self.data, self.base.rsplit(":", 1)[1])
        return self.sessions[email].pop()

    def mails(self) -> list[Path]:
        """Return the mails sent so far, oldest first."""
        return sorted((self.data / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)


def environment(data: Path, port: str = SOME_PORT) -> dict[str, str]:
    """Return what the site's programs are started with: development, nothing of the tests' own."""
    return places.environment(
        PORTAL_ENV="dev", PORTAL_DATA=str(data), PORTAL_PORT=port, DATABASE_URL="", REDIS_URL=""
    )


def manage(data: Path, *arguments: str, port: str = SOME_PORT) -> str:
    """Run one command of the site on a data folder and return what it printed."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        command = [str(places.PYTHON), "manage.py", *arguments]
        process = start(command, env=environment(data, port), output=output)
        code = process.wait(MAKE_SECONDS)
        output.seek(0)
        printed = output.read()
    assert code == 0, f"manage.py {arguments[0]} failed:\n{printed[-4000:]}"
    return printed


def _mark() -> str:
    """Return a hash of all that a fresh database is made from."""
    files = [
        path
        for app in ("portal", "courses", "community")
        for path in below(places.ROOT / app, "models.py")
    ]
    for part in (
        "portal/migrations", "courses/migrations", "community/migrations", "courses/packages",
        "portal/pages",
    ):  # fmt: skip
        files += below(places.ROOT / part, "*.py")
    files += below(places.ROOT / "courses" / "catalogue", "*.py")
    files += below(places.ROOT / "courses" / "content", "*")
    files += below(places.ROOT / "portal" / "pages" / "content", "*")
    files += [places.ROOT / "portal" / "accounts" / "demo.py", Path(minipack.__file__), places.LOCK]
    return fingerprint(files)[:16]


def template() -> Path:
    """Return a data folder with the shipped content, the demo people and a course in two languages.

    Made anew when content, migrations or what brings them in have changed; else taken from the
    store.
    """
    folder = STORE / _mark()
    if folder.is_dir():
        return folder
    STORE.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix="making-", dir=STORE))
    if migrated.kept_file().is_file():  # by the tests on SQLite; nothing is left to migrate then
        shutil.copyfile(migrated.kept_file(), making / "portal.sqlite3")
    manage(making, "migrate", "--noinput", "-v", "0")
    manage(making, "createcachetable", "-v", "0")
    manage(making, "ship_content", "-v", "0")
    manage(making, "ship_library", "-v", "0")
    manage(making, "demo_people", "-v", "0")
    with tempfile.TemporaryDirectory() as pack:
        for path, content in minipack.files().items():
            target = Path(pack) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        manage(making, "shell", "-v", "0", "-c", IMPORT_MINI.format(folder=pack))
    for old in STORE.iterdir():
        if old != making and old.is_dir() and not old.name.startswith("making-"):
            shutil.rmtree(old, ignore_errors=True)
    try:
        making.rename(folder)
    except OSError:  # another run has made it meanwhile
        shutil.rmtree(making)
    return folder


def collect_static(data: Path) -> None:
    """Bring the built scripts and styles to where they are served, unless they are there."""
    manifest = places.STATIC / "dist" / "manifest.json"
    assert manifest.exists(), "The front end is not built: run `python3 run.py test e2e`."
    built = json.loads(manifest.read_text(encoding="utf-8")).values()
    files = [entry["file"] for entry in built] + [
        c for entry in built for c in entry.get("css", [])
    ]
    if not all((places.CACHE / "static" / name).exists() for name in files):
        manage(data, "collectstatic", "--noinput", "-v", "0")


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def make_ready(data: Path, port: str) -> dict[str, list[str]]:
    """Tell the site its address; return fresh sessions of the demo people, by address."""
    code = MAKE_READY.format(each=SIGN_INS)
    printed = manage(data, "shell", "-v", "0", "-c", code, port=port)
    sessions: dict[str, list[str]] = json.loads(printed.strip().splitlines()[-1])
    return sessions


def begin(folder: Path, output: IO[str]) -> "tuple[Site, Popen[str]]":
    """Serve a copy of the template from ``folder`` and wait until it answers."""
    data = folder / "data"
    shutil.copytree(template(), data)
    collect_static(data)
    port = free_port()
    sessions = make_ready(data, str(port))
    process = serve(port, data, output)
    until = time.monotonic() + START_SECONDS
    while not answers(port):
        assert process.poll() is None, "The site ended by itself."
        assert time.monotonic() < until, "The site did not answer."
        time.sleep(0.1)
    return Site(f"http://localhost:{port}", data, Path(output.name), sessions), process


def serve(port: int, data: Path, output: IO[str]) -> "Popen[str]":
    """Start the site on a data folder, as people start it."""
    command = [str(places.PYTHON), "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port)]
    for part in ("message", "frame"):
        command += [f"--websocket-max-{part}-size", str(SOCKET_MESSAGE_BYTES)]
    command.append("portal.project.asgi:application")
    return start(command, env=environment(data, str(port)), output=output)


def stop(process: "Popen[str]") -> None:
    """End the site."""
    end(process)
