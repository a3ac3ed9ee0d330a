"""Archives that write elsewhere, or unpack to far more than they say."""

import io
import stat
import struct
import zipfile
from collections.abc import Iterator

from tests.files.hostile.sample import Hostile
from tests.files.made import office, zipped


def _bomb(parts: int, size: int) -> bytes:
    return office("docx", {f"word/media/{n}.png": b"\0" * size for n in range(parts)})


def _lying() -> bytes:
    """The directory says 10 bytes, the data says otherwise."""
    content = bytearray(office("docx", {"word/big.xml": b"<a>" + b" " * 3_000_000 + b"</a>"}))
    name = b"word/big.xml"
    size = struct.pack("<I", 3_000_007)
    for at in (content.find(name) - 8, content.rfind(name) - 22):
        assert bytes(content[at : at + 4]) == size
        content[at : at + 4] = struct.pack("<I", 10)
    return bytes(content)


def _named(name: str, **changes: int) -> bytes:
    content = office()
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as archive:
        entry = zipfile.ZipInfo(name)
        for key, value in changes.items():
            setattr(entry, key, value)
        archive.writestr(entry, b"<a/>")
    return buffer.getvalue()


def _encrypted_entry() -> bytes:
    content = bytearray(_named("word/x.xml"))
    at = content.rfind(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


def samples() -> Iterator[Hostile]:
    for name in ("../../../etc/cron.d/x.xml", "/etc/x.xml", "word\\..\\x.xml", "C:/x.xml", "word/./x.xml",
                 "word//x.xml", "word/nul.xml", "word/x.xml ", "word/a\u202e.xml", "a/" * 12 + "x.xml"):  # fmt: skip
        yield Hostile(f"slip-{name[:18]!r}", "a.docx", lambda name=name: _named(name))
    yield Hostile(
        "slip-null",
        "a.docx",
        lambda: _named("word/abcd.xml").replace(b"word/abcd.xml", b"word/x\0../.xml"[:13]),
    )
    yield Hostile(
        "zip-link",
        "a.docx",
        lambda: _named("word/x.xml", external_attr=(stat.S_IFLNK | 0o777) << 16),
    )
    yield Hostile("zip-case", "a.docx", lambda: _named("WORD/Document.xml"))
    yield Hostile("zip-file-is-folder", "a.docx", lambda: _named("word/document.xml/x.xml"))
    yield Hostile("zip-encrypted", "a.docx", _encrypted_entry)
    yield Hostile(
        "zip-many", "a.docx", lambda: office(parts={f"word/{n}.xml": "<a/>" for n in range(2_100)})
    )
    yield Hostile("zip-bomb", "a.docx", lambda: _bomb(3, 30_000_000))
    yield Hostile("zip-bomb-total", "a.docx", lambda: _bomb(9, 25_000_000))
    yield Hostile("zip-lying", "a.docx", _lying)
    yield Hostile("zip-cut", "a.docx", lambda: office()[:-30])
    yield Hostile("zip", "a.zip", lambda: zipped({"a.txt": "x"}))
    yield Hostile("rar", "a.rar", lambda: b"Rar!\x1a\x07\x00" + b"\0" * 50)
