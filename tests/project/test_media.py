"""Uploaded files: pictures are shown, the rest is a download, nothing outside is reached."""

from pathlib import Path

import pytest
from django.http import Http404
from django.test import RequestFactory

from portal.project.media import serve

# Closing a response lets Django look at the database connection.
pytestmark = pytest.mark.django_db

OUTSIDE = [
    "../secret.txt",
    "images/../../secret.txt",
    "/etc/passwd",
    "images/%2e%2e/x",
    "..\\secret.txt",
    "images/\x00.png",
    "images",
    "missing.png",
    "images/" + "a" * 5000,
    ".hidden/x.png",
    "images/.env",
    "documents/report.pdf",
    "link.png",
]


@pytest.fixture
def media(tmp_path: Path, settings: object) -> Path:
    root = tmp_path / "media"
    for folder in ("images", "documents", ".hidden"):
        (root / folder).mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    (root / "images" / "a.png").write_bytes(b"\x89PNG")
    (root / "images" / "a.svg").write_text("<svg onload='x'/>")
    (root / "images" / "a.html").write_text("<script>x</script>")
    (root / "images" / ".env").write_text("secret")
    (root / ".hidden" / "x.png").write_text("secret")
    (root / "documents" / "report.pdf").write_text("secret")
    (root / "link.png").symlink_to(tmp_path / "secret.txt")
    settings.MEDIA_ROOT = root  # type: ignore[attr-defined]
    return root


def test_picture_is_shown_with_a_type_that_may_not_be_guessed_anew(media: Path) -> None:
    response = serve(RequestFactory().get("/"), "images/a.png")
    assert b"".join(response.streaming_content) == b"\x89PNG"
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "attachment" not in response.headers.get("Content-Disposition", "")


@pytest.mark.parametrize("name", ["a.svg", "a.html"])
def test_what_may_hold_script_is_a_download_in_a_sandbox(media: Path, name: str) -> None:
    response = serve(RequestFactory().get("/"), f"images/{name}")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    response.close()


@pytest.mark.parametrize("path", OUTSIDE)
def test_path_that_leads_elsewhere_is_not_found(media: Path, path: str) -> None:
    with pytest.raises(Http404):
        serve(RequestFactory().get("/"), path)


def test_picture_that_has_not_changed_is_not_sent_again(media: Path) -> None:
    first = serve(RequestFactory().get("/"), "images/a.png")
    first.close()
    again = RequestFactory().get("/", headers={"if-modified-since": first.headers["Last-Modified"]})
    assert serve(again, "images/a.png").status_code == 304


def test_files_are_not_served_in_production(media: Path, settings: object) -> None:
    settings.DEVELOPMENT = False  # type: ignore[attr-defined]
    with pytest.raises(Http404):
        serve(RequestFactory().get("/"), "images/a.png")
