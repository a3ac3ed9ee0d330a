"""PDF documents that act, hide, or flood."""

import struct
import zlib
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.files import made
from tests.files.hostile.sample import Hostile
from tests.files.made import pdf, zipped


def _js(document: pikepdf.Pdf, text: str = "CANARY-JS") -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(text))


def _open_action(document):
    document.Root.OpenAction = _js(document)


def _names_js(document):
    tree = Dictionary(Names=Array([String("a"), _js(document)]))
    document.Root.Names = document.make_indirect(Dictionary(JavaScript=tree))


def _page_aa(document):
    document.pages[0].AA = Dictionary(O=document.make_indirect(_js(document)))


def _hidden_js(document):
    """In an array of an object no viewer's outline or page would name."""
    document.pages[0].Resources = Dictionary(
        XX=Array([Array([Dictionary(Deep=Array([_js(document)]))])])
    )


def _chained(document):
    safe = Dictionary(
        S=Name.GoTo, D=Array([document.pages[0].obj, Name.Fit]), Next=Array([_js(document)])
    )
    _link(document, safe)


def _link(document, action, **fields):
    note = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action, **fields
    )
    document.pages[0].Annots = Array([document.make_indirect(note)])


def _launch(document):
    _link(document, Dictionary(S=Name.Launch, F=String("CANARY-LAUNCH.exe")))


def _remote(document):
    _link(
        document,
        Dictionary(S=Name.GoToR, F=String("\\\\host\\CANARY-SHARE"), D=Array([0, Name.Fit])),
    )


def _submit(document):
    _link(document, Dictionary(S=Name.SubmitForm, F=String("https://x.example/CANARY-SUBMIT")))


def _uri_script(document):
    _link(document, Dictionary(S=Name.URI, URI=String("javascript:CANARY-URI()")))


def _uri_file(document):
    _link(document, Dictionary(S=Name.URI, URI=String("file:///etc/CANARY-FILE")))


def _unknown_action(document):
    _link(document, Dictionary(S=Name("/Novel"), X=String("CANARY-NOVEL")))


def _embedded(document):
    document.attachments["CANARY-INNER.exe"] = b"MZ CANARY-BYTES"


def _file_note(document):
    stream = document.make_stream(b"CANARY-BYTES")
    spec = Dictionary(Type=Name.Filespec, F=String("CANARY-INNER.exe"), EF=Dictionary(F=stream))
    note = Dictionary(
        Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=spec
    )
    document.pages[0].Annots = Array([document.make_indirect(note)])


def _rich_media(document):
    note = Dictionary(
        Type=Name.Annot,
        Subtype=Name.RichMedia,
        Rect=Array([0, 0, 9, 9]),
        RichMediaContent=Dictionary(C=String("CANARY-MEDIA")),
    )
    document.pages[0].Annots = document.make_indirect(Array([note]))


def _xfa(document):
    form = Dictionary(Fields=Array([]), XFA=document.make_stream(b"<xdp>CANARY-XFA</xdp>"))
    document.Root.AcroForm = document.make_indirect(form)


def _field_js(document):
    kid = Dictionary(FT=Name.Tx, T=String("a"), AA=Dictionary(K=_js(document)))
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(kid)]))


def _outline_js(document):
    item = document.make_indirect(Dictionary(Title=String("x"), A=_js(document)))
    document.Root.Outlines = document.make_indirect(Dictionary(First=item, Last=item, Count=1))


def _outside_stream(document):
    stream = document.make_stream(b"")
    stream.F = String("/etc/CANARY-PASSWD")
    document.pages[0].Contents = Array([document.pages[0].Contents, stream])


def _metadata(document):
    document.docinfo["/Author"] = "CANARY-AUTHOR"
    with document.open_metadata() as xmp:
        xmp["dc:creator"] = ["CANARY-XMP"]
    document.pages[0].PieceInfo = Dictionary(App=Dictionary(Private=String("CANARY-PRIVATE")))


def _photo_inside(document):
    raw = made.photo()
    picture = document.make_stream(
        raw,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=60,
        Height=40,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    document.pages[0].Resources = Dictionary(XObject=Dictionary(I=picture))


def _pixel_flood(document):
    picture = document.make_stream(
        b"x", Type=Name.XObject, Subtype=Name.Image, Width=100_000, Height=100_000
    )
    document.pages[0].Resources = Dictionary(XObject=Dictionary(I=picture))


def _flate_bomb(document):
    squeezed = zlib.compress(b"\0" * 60_000_000, 9)
    stream = pikepdf.Stream(document, squeezed, Filter=Name.FlateDecode)
    document.pages[0].Contents = document.make_indirect(stream)


def _deep(document):
    inner = Array([])
    for _ in range(90):
        inner = Array([inner])
    document.Root.Deep = inner


def _encrypted(owner: str, user: str) -> bytes:
    return pdf(encryption=pikepdf.Encryption(owner=owner, user=user))


def _object_bomb() -> bytes:
    """An object stream of some kilobytes that unpacks to hundreds of megabytes."""
    body = zlib.compress(b"1 0 " + b" " * 300_000_000, 9)
    head = b"%PDF-1.5\n"
    entry = (
        b"5 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length "
        + str(len(body)).encode()
        + b">>stream\n"
        + body
        + b"\nendstream\nendobj\n"
    )
    rows = b"".join(
        struct.pack(">BIB", *row)
        for row in [
            (0, 0, 0),
            (2, 5, 0),
            (2, 5, 0),
            (0, 0, 0),
            (0, 0, 0),
            (1, len(head), 0),
            (1, len(head) + len(entry), 0),
        ]
    )
    xref = (
        b"6 0 obj\n<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length "
        + str(len(rows)).encode()
        + b">>stream\n"
        + rows
        + b"\nendstream\nendobj\n"
    )
    at = len(head) + len(entry)
    return head + entry + xref + b"startxref\n" + str(at).encode() + b"\n%%EOF"


def samples() -> Iterator[Hostile]:
    js = (b"CANARY-JS", b"/JavaScript")
    for name, change, canaries in (
        ("open-action", _open_action, js), ("names-js", _names_js, js), ("page-aa", _page_aa, js),
        ("hidden-js", _hidden_js, js), ("chained-js", _chained, js), ("field-js", _field_js, js),
        ("outline-js", _outline_js, js), ("launch", _launch, (b"CANARY-LAUNCH", b"/Launch")),
        ("remote-goto", _remote, (b"CANARY-SHARE",)), ("submit", _submit, (b"CANARY-SUBMIT",)),
        ("uri-script", _uri_script, (b"CANARY-URI",)), ("uri-file", _uri_file, (b"CANARY-FILE",)),
        ("unknown-action", _unknown_action, (b"CANARY-NOVEL",)),
        ("embedded", _embedded, (b"CANARY-BYTES", b"CANARY-INNER")),
        ("file-note", _file_note, (b"CANARY-BYTES", b"CANARY-INNER")),
        ("rich-media", _rich_media, (b"CANARY-MEDIA",)), ("xfa", _xfa, (b"CANARY-XFA",)),
        ("outside-stream", _outside_stream, (b"CANARY-PASSWD",)),
        ("metadata", _metadata, (b"CANARY-AUTHOR", b"CANARY-XMP", b"CANARY-PRIVATE")),
        ("photo-inside", _photo_inside, (b"CANARY-DEVICE", b"CANARY-COMMENT")),
    ):  # fmt: skip
        yield Hostile(
            f"pdf-{name}", "a.pdf", lambda change=change: pdf(change), "cleaned", canaries
        )
    yield Hostile(
        "pdf-zip-behind",
        "a.pdf",
        lambda: pdf() + zipped({"CANARY-ZIP.exe": b"MZ"}),
        "cleaned",
        (b"CANARY-ZIP",),
    )
    yield Hostile("pdf-html-before", "a.pdf", lambda: b"<html><script>CANARY</script>" + pdf())
    yield Hostile("pdf-pixel-flood", "a.pdf", lambda: pdf(_pixel_flood))
    yield Hostile("pdf-flate-bomb", "a.pdf", lambda: pdf(_flate_bomb))
    yield Hostile("pdf-object-bomb", "a.pdf", _object_bomb)
    yield Hostile("pdf-deep", "a.pdf", lambda: pdf(_deep))
    yield Hostile("pdf-too-many-pages", "a.pdf", lambda: pdf(pages=2_001))
    yield Hostile("pdf-password", "a.pdf", lambda: _encrypted("o", "u"))
    yield Hostile("pdf-owner-password", "a.pdf", lambda: _encrypted("o", ""))
    yield Hostile("pdf-cut", "a.pdf", lambda: pdf()[:200])
    yield Hostile("pdf-noise", "a.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 20)
    yield Hostile(
        "pdf-loop",
        "a.pdf",
        lambda: pdf().replace(b"/Count 1", b"/Count 9").replace(b"/Kids [", b"/Kids [ 2 0 R "),
    )
