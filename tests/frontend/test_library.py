"""The crypto library: exactly the pinned bytes, and only where messages are sealed (pitfall 16)."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.frontend.sources import DIST, STATIC, manifest

PACKAGE = STATIC / "node_modules" / "@matrix-org" / "matrix-sdk-crypto-wasm"
WASM = "matrix_sdk_crypto_wasm_bg.wasm"
VERSION = "18.9.0"
SHA256 = "e6fc166a85fc6aef11d67228768a2d61f964e22e37d218f237ce13641c76522d"
# What a first visit to the messages may cost (messaging.md 8). gzip, as every proxy can do it;
# brotli makes the library a third smaller.
LIBRARY, WORKER, SCREENS = 2_200_000, 120_000, 60_000


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def built(pattern: str) -> Path:
    """The one file of the build with such a name."""
    found = [path for path in (DIST / "assets").iterdir() if re.fullmatch(pattern, path.name)]
    assert len(found) == 1, pattern
    return found[0]


@pytest.fixture(scope="module")
def library():
    manifest()  # fails with a sentence if nothing is built
    return built(r"matrix_sdk_crypto_wasm_bg-[\w-]{8,}\.wasm")


@pytest.fixture(scope="module")
def worker():
    manifest()
    return built(r"e2ee-worker-[\w-]{8,}\.js")


def test_package_is_the_pinned_one():
    lock = json.loads((STATIC / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"]["node_modules/@matrix-org/matrix-sdk-crypto-wasm"]["version"] == VERSION
    assert json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))["version"] == VERSION
    assert digest(PACKAGE / "pkg" / WASM) == SHA256


def test_version_checked_in_the_browser_is_the_pinned_one():
    source = (STATIC / "src" / "community" / "crypto" / "wasm.ts").read_text(encoding="utf-8")
    assert f"'v{VERSION}'" in source


def test_build_holds_the_library_unchanged(library):
    assert digest(library) == SHA256


def test_library_and_worker_are_named_by_their_content(library, worker, settings):
    for path in (library, worker):
        assert re.search(settings.WHITENOISE_IMMUTABLE_FILE_TEST, f"/static/assets/{path.name}")


def test_only_the_page_of_messages_names_library_or_worker(library, worker):
    entry = manifest()["src/community/chat/index.tsx"]["file"]
    files = {path.relative_to(DIST).as_posix(): path for path in DIST.rglob("*.js")}
    naming = {
        name
        for name, path in files.items()
        if {library.name, worker.name}
        & set(re.findall(r"[\w-]+\.(?:wasm|js)", path.read_text("utf-8")))
    }
    assert naming == {entry, worker.relative_to(DIST).as_posix()}


def test_no_other_entry_loads_the_messages():
    entries = manifest()
    chat = entries["src/community/chat/index.tsx"]
    own = {chat["file"], *chat.get("assets", [])}
    for name, entry in entries.items():
        if name == "src/community/chat/index.tsx" or not entry.get("isEntry"):
            continue
        reached = {entries[key]["file"] for key in reachable(entries, name)}
        assert not reached & own


def reachable(entries, name):
    """The chunks an entry loads, at once or later."""
    seen, todo = set(), [name]
    while todo:
        key = todo.pop()
        if key in seen:
            continue
        seen.add(key)
        todo += entries[key].get("imports", []) + entries[key].get("dynamicImports", [])
    return seen


def test_sealed_page_stays_within_its_budget(library, worker):
    screens = DIST / manifest()["src/community/chat/index.tsx"]["file"]
    for path, most in ((library, LIBRARY), (worker, WORKER), (screens, SCREENS)):
        assert len(gzip.compress(path.read_bytes(), 9)) <= most, path.name


def test_service_worker_imports_no_crypto():
    text = (DIST / "push-worker.js").read_text(encoding="utf-8")
    assert "import" not in text
    assert "crypto" not in text


def test_no_sharing_with_all_devices_stands_in_the_source():
    for path in (STATIC / "src" / "community").rglob("*.ts"):
        if ".test." not in path.name:
            text = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
            assert "allDevices" not in text, path.name
            assert "deviceBasedStrategy" not in text, path.name
