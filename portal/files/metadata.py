"""Takes out of a picture inside a document what its camera and its author left. Pure, lossless.

The picture itself is not decoded: only whole segments (JPEG) and chunks (PNG) are left out. Data
that does not follow the form is given back unchanged.
"""

import struct

JPEG_START = b"\xff\xd8"
PNG_START = b"\x89PNG\r\n\x1a\n"
KEPT_SEGMENTS = frozenset({0xE0, 0xE2, 0xEE})  # JFIF, colour profile, Adobe's colour transform
KEPT_CHUNKS = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT",
     b"bKGD", b"pHYs"}
)  # fmt: skip


def strip(content: bytes) -> bytes:
    """Return the picture without EXIF, XMP, IPTC, comments, times and trailing bytes."""
    try:
        if content.startswith(JPEG_START):
            return _jpeg(content)
        if content.startswith(PNG_START):
            return _png(content)
    except (struct.error, IndexError):
        pass
    return content


def _jpeg(content: bytes) -> bytes:
    kept, at = [JPEG_START], 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0xDA:  # the picture's own data begins; nothing after it is taken apart
            return b"".join([*kept, content[at:]])
        size = struct.unpack_from(">H", content, at + 2)[0]
        segment = content[at : at + 2 + size]
        is_note = 0xE0 <= marker <= 0xEF and marker not in KEPT_SEGMENTS
        if not is_note and marker != 0xFE:  # 0xFE: a comment
            kept.append(segment)
        at += 2 + size
    return content


def _png(content: bytes) -> bytes:
    kept, at = [PNG_START], len(PNG_START)
    while at + 12 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        chunk = content[at : at + 12 + size]
        if name in KEPT_CHUNKS:
            kept.append(chunk)
        at += 12 + size
        if name == b"IEND":
            return b"".join(kept)
    return content
