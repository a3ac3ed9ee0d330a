"""Pictures and documents sent by editors: what they are decides, not what they are called."""

import io
import zipfile
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from wagtail.documents.forms import get_document_form
from wagtail.images.forms import get_image_form

from portal.pages.models import PortalDocument, PortalImage
from portal.pages.uploads import FORMATS, check_document, rewrite_image


def picture(kind: str = "JPEG", size: tuple[int, int] = (8, 4), **options: object) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, (200, 10, 10)).save(target, kind, **options)
    return target.getvalue()


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[2] = (48.0, 12.0, 0.0)
    return picture(exif=exif)


def zipped(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return target.getvalue()


DOCX = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}
ODT = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<c/>"}


@pytest.mark.parametrize("ending", FORMATS)
def test_picture_of_each_kind_is_written_anew_as_the_same_kind(ending: str) -> None:
    source = picture(FORMATS[ending])
    result = Image.open(io.BytesIO(rewrite_image(io.BytesIO(source), f"a.{ending}")))
    assert result.format == FORMATS[ending]
    assert result.size == (8, 4)


def test_picture_with_exif_loses_it_and_stands_upright() -> None:
    clean = rewrite_image(io.BytesIO(with_exif()), "a.jpg")
    image = Image.open(io.BytesIO(clean))
    assert b"SecretCamera" not in clean
    assert not image.getexif()
    assert image.size == (4, 8)


def test_picture_with_hidden_text_loses_it() -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "SecretName")
    clean = rewrite_image(io.BytesIO(picture("PNG", pnginfo=info)), "a.png")
    assert b"SecretName" not in clean


def test_picture_with_something_behind_it_loses_it() -> None:
    clean = rewrite_image(io.BytesIO(picture("PNG") + b"<script>alert(1)</script>"), "a.png")
    assert b"script" not in clean


def test_moving_picture_keeps_its_frames() -> None:
    target = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), (n * 80, 0, 0)) for n in range(3)]
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:], duration=100)
    result = Image.open(io.BytesIO(rewrite_image(target, "a.gif")))
    assert result.n_frames == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", picture("JPEG")),
        ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.jpg", picture("JPEG")[:200]),
        ("a.gif", b""),
        ("a", picture("JPEG")),
        ("a.html", picture("JPEG")),
    ],
)
def test_picture_that_is_something_else_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(ValidationError):
        rewrite_image(io.BytesIO(content), name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.7\n..."),
        ("a.docx", zipped(DOCX)),
        ("A.DOCX", zipped(DOCX)),
        ("a.odt", zipped(ODT)),
        ("a.txt", "Zażółć 枪支".encode()),
        ("a.csv", b"a;b\r\n1;2\r\n"),
    ],
)
def test_document_that_is_what_it_says_is_taken(name: str, content: bytes) -> None:
    check_document(io.BytesIO(content), name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"<html>"),
        ("a.docx", b"%PDF-1.7"),
        ("a.docx", zipped({"x": b"y"})),
        ("a.docx", zipped(DOCX | {"word/vbaProject.bin": b"macro"})),
        ("a.xlsx", zipped(DOCX)),
        ("a.odt", zipped(ODT | {"mimetype": b"application/zip"})),
        ("a.odt", zipped(ODT | {"Basic/Standard/Module1.xml": b"macro"})),
        ("a.docx", zipped(DOCX)[:60]),
        ("a.txt", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("a.txt", b"\xef\xbb\xbf  <svg onload=alert(1)>"),
        ("a.txt", b"MZ\x90\x00\x03"),
        ("a.csv", b"\xff\xfe\x00"),
        ("a.exe", b"MZ"),
        ("a.svg", b"<svg/>"),
        ("a", b"text"),
    ],
)
def test_document_that_is_something_else_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(ValidationError):
        check_document(io.BytesIO(content), name)


def image_form(name: str, content: bytes, **fields: str) -> object:
    data = {"title": "T", "description": "What it shows", "collection": "1"} | fields
    form = get_image_form(PortalImage)
    return form(data, {"file": SimpleUploadedFile(name, content, "image/jpeg")})


@pytest.mark.django_db
def test_picture_without_alternative_text_is_refused() -> None:
    form = image_form("a.jpg", picture(), description="")
    assert list(form.errors) == ["description"]  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_picture_sent_by_form_is_stored_without_exif() -> None:
    form = image_form("a.jpg", with_exif(), title="Port\u202eed")
    assert form.is_valid(), form.errors  # type: ignore[attr-defined]
    image = form.save()  # type: ignore[attr-defined]
    assert b"SecretCamera" not in Path(image.file.path).read_bytes()
    assert (image.width, image.height) == (4, 8)
    assert image.title == "Ported"
    assert image.default_alt_text == "What it shows"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["a.svg", "a.html", "a.png"])
def test_picture_form_refuses_what_the_policy_refuses(name: str) -> None:
    form = image_form(name, b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert "file" in form.errors  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_picture_with_too_many_pixels_is_refused() -> None:
    form = image_form("a.png", picture("PNG", (7000, 6000)))
    assert "file" in form.errors  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "fits"),
    [
        ("a.pdf", b"%PDF-1.7", True),
        ("a.pdf", b"<html>", False),
        ("a.svg", b"<svg/>", False),
        ("a.exe", b"MZ", False),
    ],
)
def test_document_form_follows_the_policy(name: str, content: bytes, fits: bool) -> None:
    form = get_document_form(PortalDocument)(
        {"title": "T", "collection": "1"}, {"file": SimpleUploadedFile(name, content)}
    )
    assert form.is_valid() is fits


@pytest.mark.django_db
def test_document_is_sent_as_a_download(client: Client) -> None:
    owner = get_user_model().objects.create_user("a@example.org")
    document = PortalDocument.objects.create(
        title="D",
        file=SimpleUploadedFile("paper.pdf", b"%PDF-1.7"),
        uploaded_by_user=owner,
    )
    response = client.get(document.url)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert "default-src 'none'" in response["Content-Security-Policy"]
