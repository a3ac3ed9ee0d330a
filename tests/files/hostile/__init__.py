"""Files that somebody would send who means no good, all made by code."""

from tests.files.hostile import archives, office, open_documents, others, pdfs, pictures
from tests.files.hostile.sample import Hostile, texts_in

CORPUS: tuple[Hostile, ...] = (
    *pdfs.samples(),
    *pictures.samples(),
    *office.samples(),
    *archives.samples(),
    *open_documents.samples(),
    *others.samples(),
)

__all__ = ["CORPUS", "Hostile", "texts_in"]
