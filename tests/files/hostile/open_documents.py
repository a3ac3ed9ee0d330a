"""OpenDocument files that run or fetch something."""

from collections.abc import Iterator

from tests.files.hostile.sample import Hostile
from tests.files.made import open_document


def samples() -> Iterator[Hostile]:
    listener = '<script:event-listener xlink:href="vnd.sun.star.script:x?language=Basic"/>'
    yield Hostile("odt-author", "a.odt", open_document, "cleaned", (b"CANARY",))
    yield Hostile(
        "odt-basic", "a.odt", lambda: open_document(parts={"Basic/Standard/a.xml": "<a/>"})
    )
    yield Hostile("odt-python", "a.odt", lambda: open_document(parts={"Scripts/python/a.py": "x"}))
    yield Hostile("odt-listener", "a.odt", lambda: open_document(body=listener))
    yield Hostile(
        "odt-outside-picture",
        "a.odt",
        lambda: open_document(body='<draw:image xlink:href="https://x.example/a.png"/>'),
    )
    yield Hostile(
        "odt-share-picture",
        "a.odt",
        lambda: open_document(body='<draw:image xlink:href="file://host/share/a.png"/>'),
    )
    yield Hostile(
        "odt-parent-picture",
        "a.odt",
        lambda: open_document(body='<draw:image xlink:href="../../a.png"/>'),
    )
    yield Hostile(
        "odt-section",
        "a.odt",
        lambda: open_document(body='<text:section-source xlink:href="https://x.example/a.odt"/>'),
    )
    yield Hostile(
        "odt-ole",
        "a.odt",
        lambda: open_document(
            parts={"Object 1": b"\xd0\xcf"}, body='<draw:object-ole xlink:href="./Object 1"/>'
        ),
    )
    yield Hostile(
        "odt-script-link",
        "a.odt",
        lambda: open_document(body='<text:a xlink:href="javascript:x">x</text:a>'),
    )
    yield Hostile(
        "odt-encrypted",
        "a.odt",
        lambda: open_document(
            manifest='<manifest:file-entry manifest:full-path="x"><manifest:encryption-data/></manifest:file-entry>'
        ),
    )
    yield Hostile("ods-named-odt", "a.odt", lambda: open_document("ods"))
    yield Hostile(
        "ods-dde",
        "a.ods",
        lambda: open_document("ods", body='<table:cell table:formula="of:=DDE(&quot;cmd&quot;)"/>'),
    )
    yield Hostile(
        "ods-outside",
        "a.ods",
        lambda: open_document(
            "ods", body='<table:table-source xlink:href="https://x.example/b.ods"/>'
        ),
    )
