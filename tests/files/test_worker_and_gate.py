"""The worker that reads strangers' files, and the gate round the private store."""

import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks

from portal.files import sandbox
from portal.files.bounds import Bounds
from portal.files.reasons import Reason, Refused
from tests.files.made import image


def _sources(tmp_path, content: bytes) -> tuple[Path, Path]:
    source = tmp_path / "source"
    source.write_bytes(content)
    return source, tmp_path / "target"


@pytest.mark.parametrize("bounds", [Bounds(memory=60 * 1024 * 1024), Bounds(seconds=0)])
def test_worker_that_takes_too_much_is_stopped(tmp_path, bounds):
    source, target = _sources(tmp_path, image("PNG", (3_000, 3_000)))
    with pytest.raises(Refused) as refusal:
        sandbox.rewrite(source, target, "png", bounds)
    assert refusal.value.reason == Reason.HEAVY
    assert not target.exists()


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import sys; sys.stdout.write('ok')", Reason.BROKEN),  # says so, wrote nothing
        ("import sys; sys.stdout.write('surprise')", Reason.BROKEN),
        ("import os; os.kill(os.getpid(), 11)", Reason.HEAVY),
        ("while True: pass", Reason.HEAVY),
    ],
)
def test_worker_that_goes_wrong_is_a_refusal(tmp_path, monkeypatch, program, reason):
    worker = tmp_path / "worker.py"
    worker.write_text(program)
    monkeypatch.setattr(sandbox, "WORKER", worker)
    source, target = _sources(tmp_path, b"x")
    with pytest.raises(Refused) as refusal:
        sandbox.rewrite(source, target, "txt", Bounds(seconds=1))
    assert refusal.value.reason == reason


def test_worker_sees_nothing_of_the_sites_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "canary")
    worker = tmp_path / "worker.py"
    worker.write_text(f"import os; open({str(tmp_path / 'seen')!r}, 'w').write(repr(os.environ))")
    monkeypatch.setattr(sandbox, "WORKER", worker)
    with pytest.raises(Refused):
        sandbox.rewrite(*_sources(tmp_path, b"x"), "txt", Bounds())
    seen = (tmp_path / "seen").read_text()
    assert "canary" not in seen
    assert "PORTAL" not in seen


def test_worker_modules_do_not_need_the_site():
    """What reads strangers' files must not hold settings, database or secrets."""
    import subprocess
    import sys

    program = (
        "import sys; sys.path.insert(0, '.');"
        "from portal.files import images, odf, ooxml, pdfs, rewriting, texts;"
        "print([name for name in sys.modules if name.split('.')[0] in ('django', 'wagtail')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        cwd=django_settings.BASE_DIR,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


# The gate


@pytest.mark.parametrize(
    "inside",
    [
        lambda s: Path(s.MEDIA_ROOT) / "x",
        lambda s: s.STATIC_ROOT,
        lambda s: Path(s.MEDIA_ROOT).parent,
        lambda s: s.BASE_DIR / "static" / "x",
    ],
)
def test_check_refuses_a_private_store_that_is_served(settings, inside):
    settings.PRIVATE_ROOT = inside(settings)
    assert "portal.E041" in {message.id for message in run_checks(tags=["security"])}


def test_check_accepts_the_usual_places(settings, private_root):
    settings.CLAMD_URL = "tcp://127.0.0.1:3310"
    ids = {message.id for message in run_checks(tags=["security"])}
    assert not ids & {"portal.E040", "portal.E041", "portal.E042"}


def test_check_refuses_no_place_and_a_mistyped_scanner(settings):
    settings.PRIVATE_ROOT, settings.CLAMD_URL = "", "127.0.0.1:3310"
    ids = {message.id for message in run_checks(tags=["security"])}
    assert {"portal.E040", "portal.E042"} <= ids


def _source_files():
    base = django_settings.BASE_DIR
    for half in ("portal", "courses", "community"):
        yield from (path for path in (base / half).rglob("*.py"))


def test_nobody_else_opens_the_private_store():
    allowed = {"portal/files/store.py", "portal/files/checks.py"}
    for path in _source_files():
        name = path.relative_to(django_settings.BASE_DIR).as_posix()
        text = path.read_text(encoding="utf-8")
        if "/settings/" in name:
            continue
        if "PRIVATE_ROOT" in text:
            assert name in allowed
        if not name.startswith("portal/files/"):
            assert not re.search(r"portal\.files(?:\.store|[ ]import[ ][^#\n]*\bstore\b)", text), (
                name
            )
            assert "stored_name" not in text or "migrations" in name, name


def test_only_serving_sends_stored_bytes():
    for path in _source_files():
        name = path.relative_to(django_settings.BASE_DIR).as_posix()
        text = path.read_text(encoding="utf-8")
        if "FileResponse" in text and "StoredFile" in text:
            assert name == "portal/files/serving.py"
        if name.startswith("portal/files/") and re.search(r"FileResponse|StreamingHttp", text):
            assert name == "portal/files/serving.py"
