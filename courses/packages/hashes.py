"""The fingerprint by which a translation knows from which source text it was made. Pure."""

import hashlib
import json

from courses.packages.model import Block


def block_hash(block: Block) -> str:
    """Return the first 16 hex digits of the SHA-256 over the content of a source block.

    Content: kind, attributes, sources, text and parts; neither id nor place nor ``basis``. Give it
    a block of a resolved pack (``canonical.resolve``), so that the same content always gives the
    same fingerprint, whether it comes from files or from the database.
    """
    content = [
        block.kind,
        sorted(block.attributes.items()),
        [[s.document, s.paragraph, s.weight, s.as_of] for s in block.sources],
        block.text,
        [[p.name, p.id, sorted(p.attributes.items()), p.text] for p in block.parts],
    ]
    words = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()[:16]
