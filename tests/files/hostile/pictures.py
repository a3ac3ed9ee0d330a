"""Pictures that carry more than what can be seen, or far too much of it."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.files import made
from tests.files.hostile.sample import Hostile
from tests.files.made import image, zipped


def _animated(form: str) -> bytes:
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), (n * 60, 0, 0)) for n in range(3)]
    frames[0].save(buffer, form, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def _bmp_bomb() -> bytes:
    """A GIF whose frame is far larger than its screen says."""
    small = bytearray(image("GIF", (8, 8)))
    at = small.index(b"\x2c\x00\x00\x00\x00")
    small[at + 5 : at + 9] = struct.pack("<HH", 65_000, 65_000)
    return bytes(small)


def samples() -> Iterator[Hostile]:
    photo = (b"CANARY-DEVICE", b"CANARY-NOTE", b"CANARY-COMMENT", b"Exif")
    yield Hostile("jpeg-exif", "a.jpg", made.photo, "cleaned", photo)
    yield Hostile(
        "png-text",
        "a.png",
        lambda: _png_with(b"tEXt", b"Author\0CANARY-TEXT"),
        "cleaned",
        (b"CANARY-TEXT",),
    )
    yield Hostile(
        "png-zip-behind",
        "a.png",
        lambda: image() + zipped({"CANARY-ZIP.js": b"x"}),
        "cleaned",
        (b"CANARY-ZIP",),
    )
    yield Hostile(
        "jpeg-zip-behind",
        "a.jpg",
        lambda: image("JPEG") + zipped({"CANARY-ZIP.js": b"x"}),
        "cleaned",
        (b"CANARY-ZIP",),
    )
    yield Hostile(
        "gif-script-inside",
        "a.gif",
        lambda: image("GIF") + b"/*CANARY*/=1;alert(1)",
        "cleaned",
        (b"CANARY",),
    )
    yield Hostile(
        "gifar",
        "a.gif",
        lambda: image("GIF") + zipped({"CANARY.class": b"x"}),
        "cleaned",
        (b"CANARY",),
    )
    yield Hostile(
        "webp-trailing",
        "a.webp",
        lambda: image("WEBP") + b"<script>CANARY</script>",
        "cleaned",
        (b"CANARY",),
    )
    yield Hostile(
        "png-chunk-html",
        "a.png",
        lambda: _png_with(b"zzZz", b"<html>CANARY</html>"),
        "cleaned",
        (b"CANARY",),
    )
    yield Hostile("pixel-flood", "a.png", lambda: made.png_head(50_000, 50_000))
    yield Hostile("pixel-flood-largest", "a.png", lambda: made.png_head(2**31 - 1, 2**31 - 1))
    yield Hostile("no-pixels", "a.png", lambda: made.png_head(0, 10))
    yield Hostile("gif-large-frame", "a.gif", _bmp_bomb)
    yield Hostile("png-bomb", "a.png", lambda: image("PNG", (7_000, 7_000)))
    yield Hostile("gif-moving", "a.gif", lambda: _animated("GIF"))
    yield Hostile("webp-moving", "a.webp", lambda: _animated("WEBP"))
    yield Hostile("png-moving", "a.png", lambda: _animated("PNG"))
    yield Hostile("jpeg-cut", "a.jpg", lambda: made.photo()[:400])
    yield Hostile("png-cut", "a.png", lambda: image("PNG", (300, 300))[:90])
    yield Hostile("png-named-jpeg", "a.jpg", image)
    yield Hostile("tiff-named-png", "a.png", lambda: image("TIFF"))
    yield Hostile(
        "svg", "a.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
    )
    yield Hostile(
        "svg-named-png", "a.png", lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>"
    )
    yield Hostile("eps-named-jpeg", "a.jpg", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(x) run")
    yield Hostile(
        "png-text-bomb",
        "a.png",
        lambda: _png_with(b"zTXt", b"a\0\0" + zlib.compress(b"x" * 90_000_000, 9)),
    )


def _png_with(name: bytes, body: bytes) -> bytes:
    content = image()
    chunk = struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return content[:33] + chunk + content[33:]
