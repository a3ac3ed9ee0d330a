"""Records for tests: small ones, made as services make them."""

from typing import Any

from community.library.models import Publication, PublicationTerm, PublicationText


def publication(title: str = "A title", label: str = "CLEAR", **fields: Any) -> Publication:
    """A published record with an English title; ``terms`` are pairs of facet and value."""
    terms = fields.pop("terms", ())
    summary = fields.pop("summary", "")
    row = Publication(label=label, **fields)
    row.texts = [PublicationText(language="en", title=title, summary=summary)]
    row.terms = [PublicationTerm(facet=facet, value=value) for facet, value in terms]
    row.save()
    return row
