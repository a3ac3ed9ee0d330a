"""Records as results of the site's search: those the person may see, in whatever language."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.library import finding
from community.library.asking import Asked
from community.library.rows import MEMBERS, PUBLIC, Row, rows_of
from portal.permissions import is_member, is_verified
from portal.search.registry import Found, Hit, register


def find(terms: list[str], language: str, user: Any, limit: int, offset: int) -> Found:
    """Return records that hold all words. One is found by its words in any language, and shown in
    ``language`` or in English."""
    asked = Asked(text=" ".join(terms), terms=tuple(terms))
    if not limit:
        return Found(finding.count(user, asked))
    place = MEMBERS if is_member(user) and is_verified(user) else PUBLIC
    size = max(1, offset + limit)
    found = finding.find(user, asked, language, per_page=size)
    rows = rows_of(user, found.keys[offset:], place, language)
    return Found(found.total, [_hit(row, language) for row in rows])


def _hit(row: Row, language: str) -> Hit:
    details = " · ".join(part for part in (row.kind, row.body, row.dated) if part)
    return Hit(
        title=row.words.title,
        url=row.url,
        kind="publication",
        language=row.words.code or language,
        text=row.words.summary,
        details=details,
    )


# A record found in one language is found in all: the empty result need not ask for others.
register("publication", find, label=_("Library"), languages=lambda terms, user: {})
