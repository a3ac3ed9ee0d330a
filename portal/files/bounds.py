"""How much one file may take while it is read: plain numbers, handed to the worker process."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Bounds:
    """Sizes in bytes, time in seconds. The first six are limits of ``portal.shared.ratelimit``."""

    document_size: int = 50 * MEBIBYTE
    image_size: int = 10 * MEBIBYTE
    pixels: int = 40_000_000
    unpacked: int = 200_000_000
    ratio: int = 100
    entries: int = 2_000
    depth: int = 8
    pages: int = 2_000
    objects: int = 300_000  # of a PDF
    memory: int = 1_400 * MEBIBYTE  # of the worker: a picture of 40 megapixels, twice, and room
    seconds: int = 60
