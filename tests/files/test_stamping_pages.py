"""Pages that are made to hide or move what is laid over them; words read within bounds."""

import io
import json

import pikepdf
import pypdf
import pytest

from portal.files import extracting, sandbox
from portal.files.bounds import Bounds
from portal.files.reasons import Refused
from tests.files.made import image, pdf

LINE = {"name": "Ann", "rtl": False, "parts": ["2026-11-21 23:15 UTC"], "label": "TLP:RED"}


def _contents(code: bytes):
    def change(document):
        document.pages[0].Contents = document.make_stream(code)

    return change


def _boxes(media, crop=None, **more):
    def change(document):
        document.pages[0].MediaBox = pikepdf.Array(media)
        if crop:
            document.pages[0].CropBox = pikepdf.Array(crop)
        for name, value in more.items():
            document.pages[0].obj[f"/{name}"] = value

    return change


ODD = {
    "state kept": _contents(b"q q q 0 0 0 0 0 0 cm"),
    "state taken": _contents(b"Q Q Q 0 0 0 0 0 0 cm"),
    "open text": _contents(b"BT (x) Tj"),
    "no operators": _contents(b"\x00\xff(<<"),
    "open string": _contents(b"q Q (abc"),
    "open picture": _contents(b"BI /W 1 /H 1 ID xx"),
    "open list": _contents(b"[ q Q"),
    "open comment": _contents(b"q Q % to the end"),
    "tiny": _boxes([0, 0, 3, 3]),
    "huge": _boxes([0, 0, 14_400, 14_400]),
    "elsewhere": _boxes([100, 200, 400, 600]),
    "upside down": _boxes([300, 300, 0, 0]),
    "cropped outside": _boxes([0, 0, 600, 800], [-5_000, -5_000, 50_000, 70_000]),
    "turned and cropped": _boxes([0, 0, 600, 800], [50, 60, 500, 700], Rotate=270),
    "unit": _boxes([0, 0, 300, 300], UserUnit=4),
}


def stamped(tmp_path, content: bytes, ending: str = "pdf") -> pikepdf.Pdf:
    source, target = tmp_path / "in", tmp_path / "out"
    source.write_bytes(content)
    sandbox.run("stamp", source, target, ending, Bounds(), {"line": LINE, "fonts": ""})
    return pikepdf.open(io.BytesIO(target.read_bytes()))


@pytest.mark.parametrize("name", ODD)
def test_line_stands_on_odd_pages_too(tmp_path, name):
    document = stamped(tmp_path, pdf(ODD[name]))
    page = document.pages[0]
    drawn = page.Contents.read_bytes()
    # The last thing drawn is the line, in a state nothing before it has changed.
    assert drawn.rstrip().endswith(b"Do\nQ")
    before = drawn[: drawn.rindex(b"q\n")]
    assert before.count(b"q") >= 1
    assert b"0 0 0 0 0 0 cm" not in before
    out = io.BytesIO()
    document.save(out)
    text = pypdf.PdfReader(out).pages[0].extract_text()
    assert text.count("TLP:RED") == 2


def test_line_lies_within_what_is_shown(tmp_path):
    document = stamped(tmp_path, pdf(ODD["cropped outside"]))
    assert b"\n1 0 0 1 0 0 cm\n" in document.pages[0].Contents.read_bytes()


def test_page_without_a_size_is_refused(tmp_path):
    with pytest.raises(Refused):
        stamped(tmp_path, pdf(_boxes([0, 0, 0, 0])))


def test_only_pdf_is_stamped(tmp_path):
    with pytest.raises(Refused):
        stamped(tmp_path, image(), "png")


def test_words_are_cut_at_a_length(tmp_path, monkeypatch):
    monkeypatch.setattr(extracting, "LONGEST", 10)
    source, target = tmp_path / "a.txt", tmp_path / "out"
    source.write_text("word " * 100)
    extracting.extract(source, target, "txt", Bounds())
    assert len(json.loads(target.read_text())["text"]) == 10


def test_words_end_with_the_time_and_keep_what_was_read(tmp_path):
    source, target = tmp_path / "a.pdf", tmp_path / "out"
    source.write_bytes(pdf(pages=3))
    extracting.extract(source, target, "pdf", Bounds(seconds=0))
    found = json.loads(target.read_text())
    assert (found["text"].strip(), found["pages"], found["has_text"]) == ("", 3, False)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4", b"nothing at all"])
def test_words_of_broken_documents_are_refused(tmp_path, content):
    source, target = tmp_path / "a.pdf", tmp_path / "out"
    source.write_bytes(content)
    with pytest.raises(Refused):
        sandbox.run("extract", source, target, "pdf", Bounds())
    assert not target.exists()
