"""Records to be found, for tests of search and pages."""

import uuid
from typing import Any

from community.library.models import Edition, Publication, PublicationTerm, PublicationText


def record(
    title: str = "A study",
    label: str = "CLEAR",
    *,
    texts: dict[str, str] | None = None,
    terms: dict[str, list[str]] | None = None,
    file_text: str = "",
    summary: str = "",
    **fields: Any,
) -> Publication:
    """A published record: English title, titles in other languages, terms, text of an edition."""
    row = Publication.objects.create(
        **{"live": True, "kind": "study", "label": label, "public_id": uuid.uuid4()} | fields
    )
    for language, words in ({"en": title} | (texts or {})).items():
        PublicationText.objects.create(
            publication=row, language=language, title=words, summary=summary
        )
    for facet, values in (terms or {}).items():
        for value in values:
            PublicationTerm.objects.create(publication=row, facet=facet, value=value)
    if file_text:
        Edition.objects.create(
            publication=row, language="en", text=file_text, text_state="ready", pages=3
        )
    return row


def verified(user: Any) -> Any:
    """The same person in a sign-in with a second factor."""
    user.is_verified = lambda: True
    return user
