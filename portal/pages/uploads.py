"""What an uploaded file really is, and pictures written anew without what they carry along.

Rules: security.md 4.4. The name says what the sender claims; only the content decides.
"""

import io
import zipfile
from pathlib import PurePath
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

# Pillow's name of the format, for each ending a picture may have.
FORMATS = {
    "jpg": "JPEG",
    "jpeg": "JPEG",
    "png": "PNG",
    "gif": "GIF",
    "webp": "WEBP",
    "avif": "AVIF",
}
# The part every document of that kind holds (ISO/IEC 29500 and 26300 are ZIP archives).
OFFICE_PARTS = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
    "odt": "content.xml",
    "odp": "content.xml",
}
OPEN_DOCUMENT = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "odp": b"application/vnd.oasis.opendocument.presentation",
}
MOST_PARTS = 5_000
MOST_UNPACKED = 500 * 1024 * 1024
MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script")

NOT_AS_NAMED = _("The content of this file does not fit its name. Save it again as “.%(ending)s”.")


def ending(name: str) -> str:
    """Return the ending of a file name in lower case, without the dot."""
    return PurePath(name).suffix.lower().removeprefix(".")


def rewrite_image(source: BinaryIO, name: str) -> bytes:
    """Return the picture encoded anew: only its pixels, turned upright, nothing hidden beside them.

    Animations keep their frames. Raises ValidationError if the content is not the format the name
    claims, or cannot be read to its end.
    """
    wanted = FORMATS.get(ending(name))
    if wanted is None:
        raise ValidationError(_("Use a picture of one of these kinds: JPG, PNG, GIF, WebP, AVIF."))
    try:
        source.seek(0)
        with Image.open(source, formats=[wanted]) as image:
            return _encoded(image, wanted)
    except UnidentifiedImageError as fault:
        raise ValidationError(NOT_AS_NAMED % {"ending": ending(name)}) from fault
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as fault:
        raise ValidationError(
            _("This picture is damaged or too large. Save it again and send the new file.")
        ) from fault


def _encoded(image: Image.Image, wanted: str) -> bytes:
    target = io.BytesIO()
    frames = [ImageOps.exif_transpose(frame).copy() for frame in ImageSequence.Iterator(image)]
    for frame in frames:
        # What a frame carries beside pixels: EXIF with places and devices, comments, XMP.
        frame.info = {
            key: frame.info[key]
            for key in ("duration", "loop", "transparency", "disposal")
            if key in frame.info
        }
    first, rest = frames[0], frames[1:]
    if wanted == "JPEG":
        if first.mode not in {"L", "RGB"}:
            first = first.convert("RGB")
        first.save(target, wanted, quality=90, optimize=True)
    elif rest:
        first.save(target, wanted, save_all=True, append_images=rest)
    else:
        first.save(target, wanted)
    return target.getvalue()


def check_document(source: BinaryIO, name: str) -> None:
    """Raise ValidationError unless the content is what the ending of ``name`` says."""
    kind = ending(name)
    source.seek(0)
    head = source.read(1024)
    source.seek(0)
    if kind == "pdf":
        fits = head.startswith(b"%PDF-")
    elif kind in OFFICE_PARTS:
        fits = _is_office(source, kind)
    elif kind in {"txt", "csv"}:
        fits = _is_text(source.read())
    else:
        fits = False
    source.seek(0)
    if not fits:
        raise ValidationError(NOT_AS_NAMED % {"ending": kind})


def _is_office(source: BinaryIO, kind: str) -> bool:
    """An archive with the right main part and type, of bearable size, without macros."""
    try:
        with zipfile.ZipFile(source) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            too_much = len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED
            if too_much or OFFICE_PARTS[kind] not in names:
                return False
            if kind in OPEN_DOCUMENT:
                scripts = any(part.startswith(("Basic/", "Scripts/")) for part in names)
                return archive.read("mimetype") == OPEN_DOCUMENT[kind] and not scripts
            macros = any(part.lower().endswith("vbaproject.bin") for part in names)
            return "[Content_Types].xml" in names and not macros
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError):
        return False


def _is_text(content: bytes) -> bool:
    """UTF-8 without control characters that does not begin like mark-up."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    begins = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
    printable = all(char in "\t\n\r\f" or ord(char) >= 32 for char in text)
    return printable and not begins.startswith(MARKUP)
