"""One hostile file, and what may become of it."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import pikepdf


@dataclass(frozen=True)
class Hostile:
    """``goes``: ``refused``, or ``cleaned`` (kept without any of its canaries)."""

    name: str  # of the test
    file: str  # as sent
    make: Callable[[], bytes]
    goes: str = "refused"
    canaries: tuple[bytes, ...] = ()
    content_type: str = "application/octet-stream"


def texts_in(content: bytes) -> bytes:
    """Everything a kept file holds, unpacked: what a canary would be found in."""
    found = [content]
    if content.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(content)) as document:
            out = io.BytesIO()
            document.save(
                out,
                qdf=True,
                compress_streams=False,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            )
            found.append(out.getvalue())
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found += [name.encode() for name in archive.namelist()]
            found += [archive.read(name) for name in archive.namelist()]
    return b"\n".join(found)
