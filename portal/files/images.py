"""Pictures decoded whole and written anew: only what can be seen is kept. Pure."""

import io
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from portal.files.bounds import Bounds
from portal.files.kinds import Kind
from portal.files.reasons import Reason, Refused

FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}
QUALITY = 90


def rewrite(source: Path, target: Path, kind: Kind, bounds: Bounds) -> None:
    """Write the picture upright, in sRGB, without EXIF, XMP, comments or trailing bytes.

    A GIF becomes a PNG. Raises Refused for moving pictures, too many pixels and broken data; the
    size is looked at before anything is decoded.
    """
    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked first
    with Image.open(source, formats=[FORMATS[kind.ending]]) as opened:
        width, height = opened.size
        if width < 1 or height < 1:
            raise Refused(Reason.BROKEN)
        if width * height > bounds.pixels:
            raise Refused(Reason.PIXELS)
        # A phone's JPEG may hold a second, smaller picture (MPO); the first one is the picture.
        if opened.format in {"PNG", "WEBP", "GIF"} and getattr(opened, "is_animated", False):
            raise Refused(Reason.MOVING)
        opened.load()
        profile = opened.info.get("icc_profile")
        picture = ImageOps.exif_transpose(opened)
    _save(_in_srgb(picture, profile), target, kind)


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture as 8-bit grey or RGB, with alpha where it has any."""
    if picture.mode in {"I;16", "I;16B", "I;16L", "I"}:
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.mode == "P":
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    if profile and picture.mode in {"RGB", "RGBA", "CMYK"}:
        picture = _converted(picture, profile)
    if picture.mode in {"L", "RGB", "RGBA", "LA"}:
        return picture
    return picture.convert("L" if picture.mode == "1" else "RGB")


def _converted(picture: Image.Image, profile: bytes) -> Image.Image:
    """Apply a colour profile; one that cannot be read is left out."""
    mode = "RGB" if picture.mode == "CMYK" else picture.mode
    try:
        found = ImageCms.getOpenProfile(io.BytesIO(profile))
        wanted = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, found, wanted, outputMode=mode) or picture
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture


def _save(picture: Image.Image, target: Path, kind: Kind) -> None:
    bare = picture.copy() if picture.info else picture
    bare.info = {}
    if kind.stored_as == "jpg":
        bare = bare.convert("L" if bare.mode in {"L", "LA"} else "RGB")
        bare.save(target, "JPEG", quality=QUALITY, optimize=True, exif=b"", icc_profile=None)
    elif kind.stored_as == "webp":
        bare.save(target, "WEBP", quality=QUALITY, method=2, exif=b"", icc_profile=None)
    else:
        bare.save(target, "PNG", compress_level=4, exif=b"", icc_profile=None)
