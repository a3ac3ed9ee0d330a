"""The limits of files, as ``portal.shared.ratelimit`` publishes them."""

from portal.files.bounds import Bounds
from portal.files.kinds import Family, Kind
from portal.shared import ratelimit


def bounds() -> Bounds:
    """Return what one file may take while it is read."""
    return Bounds(
        document_size=ratelimit.get("document-size").amount,
        image_size=ratelimit.get("image-size").amount,
        pixels=ratelimit.get("image-pixels").amount,
        unpacked=ratelimit.get("archive-unpacked").amount,
        ratio=ratelimit.get("archive-ratio").amount,
        entries=ratelimit.get("archive-files").amount,
        depth=ratelimit.get("archive-depth").amount,
    )


def most(kind: Kind) -> int:
    """Return how many bytes a file of this kind may have when it is sent."""
    found = bounds()
    return found.image_size if kind.family == Family.IMAGE else found.document_size
