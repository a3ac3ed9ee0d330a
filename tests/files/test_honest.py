"""Honest files keep what people sent them for."""

import io
import zipfile

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image, ImageCms

from portal.files import kinds, rewriting
from portal.files.bounds import Bounds
from portal.files.reasons import Reason, Refused
from tests.files import made


def rewritten(tmp_path, ending: str, content: bytes, bounds: Bounds | None = None) -> bytes:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(content)
    rewriting.rewrite(source, target, ending, bounds or Bounds())
    return target.read_bytes()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_pdf_keeps_pages_text_links_and_fields(tmp_path):
    def change(pdf):
        link = Dictionary(S=Name.URI, URI=String("https://example.org/a?b=c"))
        inner = Dictionary(S=Name.GoTo, D=Array([pdf.pages[1].obj, Name.Fit]))
        notes = [
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=link),
            Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([9, 0, 19, 9]), A=inner),
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Tx,
                T=String("f"),
                V=String("VALUE"),
                Rect=Array([0, 9, 9, 19]),
            ),
        ]
        pdf.pages[0].Annots = Array([pdf.make_indirect(note) for note in notes])
        pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.pages[0].Annots[2]]))

    found = rewritten(tmp_path, "pdf", made.pdf(change, pages=2))
    with pikepdf.open(io.BytesIO(found)) as pdf:
        assert len(pdf.pages) == 2
        notes = pdf.pages[0].Annots
        assert str(notes[0].A.URI) == "https://example.org/a?b=c"
        assert Name.GoTo == notes[1].A.S
        assert str(notes[2].V) == "VALUE"
        assert b"HONEST" in pdf.pages[0].Contents.read_bytes()


def test_pdf_rewritten_twice_stays_the_same(tmp_path):
    once = rewritten(tmp_path, "pdf", made.pdf(pages=3))
    assert rewritten(tmp_path, "pdf", once) == once


def test_pdf_with_too_many_objects_is_refused(tmp_path):
    with pytest.raises(Refused) as refusal:
        rewritten(tmp_path, "pdf", made.pdf(pages=30), Bounds(objects=20))
    assert refusal.value.reason == Reason.HEAVY


def test_photo_is_turned_upright_and_keeps_its_size_in_pixels(tmp_path):
    found = Image.open(io.BytesIO(rewritten(tmp_path, "jpg", made.photo(orientation=6))))
    assert found.size == (40, 60)
    assert dict(found.getexif()) == {}
    assert set(found.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_of_every_mode_is_kept(tmp_path, mode):
    buffer = io.BytesIO()
    picture = (
        Image.new("I", (5, 4), 40_000).convert("I;16")
        if mode == "I;16"
        else Image.new("RGB", (5, 4), (200, 100, 50)).convert(mode)
    )
    picture.save(buffer, "PNG")
    found = Image.open(io.BytesIO(rewritten(tmp_path, "png", buffer.getvalue())))
    assert found.size == (5, 4)
    if mode == "I;16":
        assert abs(found.getpixel((0, 0)) - 40_000 // 256) <= 1  # brightness, not clipped


def test_transparency_is_kept(tmp_path):
    buffer = io.BytesIO()
    Image.new("RGBA", (4, 4), (9, 9, 9, 0)).save(buffer, "PNG")
    found = Image.open(io.BytesIO(rewritten(tmp_path, "png", buffer.getvalue())))
    assert found.getpixel((0, 0))[3] == 0


def test_colour_profile_is_applied_and_removed(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for given in (profile, b"no profile"):
        content = made.image("JPEG", icc_profile=given)
        found = Image.open(io.BytesIO(rewritten(tmp_path, "jpg", content)))
        assert "icc_profile" not in found.info


def test_cmyk_jpeg_becomes_rgb(tmp_path):
    buffer = io.BytesIO()
    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(buffer, "JPEG")
    found = Image.open(io.BytesIO(rewritten(tmp_path, "jpg", buffer.getvalue())))
    assert found.mode == "RGB"
    assert found.getpixel((4, 4))[0] > 200


def test_gif_becomes_png(tmp_path):
    found = rewritten(tmp_path, "gif", made.image("GIF"))
    assert found.startswith(b"\x89PNG")
    assert kinds.KINDS["gif"].stored_as == "png"


def test_word_document_keeps_text_pictures_and_links(tmp_path):
    rels = made.relations(
        made.relation("image", "media/image1.jpeg"),
        made.relation("hyperlink", "https://example.org/?a=1&amp;b=2", external=True, number=2),
        made.relation("styles", "styles.xml", number=3),
    )
    content = made.office(parts={
        "word/media/image1.jpeg": made.photo(), "word/styles.xml": "<a/>",
        "word/_rels/document.xml.rels": rels,
    })  # fmt: skip
    found = parts(rewritten(tmp_path, "docx", content))
    assert b"HONEST" in found["word/document.xml"]
    assert Image.open(io.BytesIO(found["word/media/image1.jpeg"])).size == (60, 40)
    kept = found["word/_rels/document.xml.rels"].decode()
    assert "https://example.org/?a=1&amp;b=2" in kept
    assert kept.count("<Relationship ") == 3
    assert 'PartName="/word/document.xml"' in found["[Content_Types].xml"].decode()


def test_word_document_keeps_fields_that_fetch_nothing(tmp_path):
    fields = ("PAGE", "HYPERLINK &quot;https://example.org&quot;", "TOC \\o &quot;1-3&quot;")
    inner = "".join(f'<w:fldSimple w:instr="{field}"/>' for field in fields)
    main = f'<w:document xmlns:w="{made.WORD}">{inner}</w:document>'
    found = parts(rewritten(tmp_path, "docx", made.office(main=main)))
    assert found["word/document.xml"].decode() == main


@pytest.mark.parametrize("kind", ["xlsx", "pptx"])
def test_tables_and_slides_are_kept(tmp_path, kind):
    more = (
        {"xl/worksheets/sheet1.xml": "<worksheet><c><f>SUM(A1:A9)</f><v>3</v></c></worksheet>"}
        if kind == "xlsx"
        else {}
    )
    assert made.MAIN[kind][0] in parts(rewritten(tmp_path, kind, made.office(kind, more)))


def test_printer_of_a_table_is_left_out_with_its_reference(tmp_path):
    content = made.office("xlsx", {
        "xl/worksheets/sheet1.xml": '<worksheet xmlns:r="urn:r"><pageSetup orientation="portrait" r:id="rId1"/></worksheet>',
        "xl/worksheets/_rels/sheet1.xml.rels": made.relations(made.relation("printerSettings", "../printerSettings/printerSettings1.bin")),
        "xl/printerSettings/printerSettings1.bin": b"CANARY-PRINTER",
    })  # fmt: skip
    found = parts(rewritten(tmp_path, "xlsx", content))
    assert "xl/printerSettings/printerSettings1.bin" not in found
    assert b"r:id" not in found["xl/worksheets/sheet1.xml"]
    assert b"printerSettings" not in found["xl/worksheets/_rels/sheet1.xml.rels"]


@pytest.mark.parametrize("kind", ["odt", "ods", "odp"])
def test_open_document_keeps_text_and_begins_with_its_type(tmp_path, kind):
    body = '<text:a xlink:href="https://example.org">x</text:a><draw:image xlink:href="Pictures/a.png"/>'
    content = made.open_document(kind, {"Pictures/a.png": made.image()}, body=body)
    found = rewritten(tmp_path, kind, content)
    assert found[30:38] == b"mimetype"
    assert b"HONEST" in parts(found)["content.xml"]
    assert "Pictures/a.png" in parts(found)
    assert "settings.xml" not in parts(found)


def test_packed_anew_says_nothing_about_time_or_machine(tmp_path):
    found = rewritten(tmp_path, "docx", made.office())
    with zipfile.ZipFile(io.BytesIO(found)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.create_system for entry in archive.infolist()} == {0}


@pytest.mark.parametrize(
    "text", ["name,phone\nA,+221 33 000\nB,-5\n", "a;b\n1,5;-2,5\n", "نص عربي,文本\n"]
)
def test_csv_with_ordinary_values_is_kept(tmp_path, text):
    assert rewritten(tmp_path, "csv", text.encode()).decode() == text


def test_text_keeps_its_byte_order_mark_and_line_ends(tmp_path):
    content = b"\xef\xbb\xbfone\r\ntwo"
    assert rewritten(tmp_path, "txt", content) == content
