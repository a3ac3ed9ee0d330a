"""Posts as results of the site's search: those in spaces the person may read."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.discussions import finding
from portal.permissions import is_member, is_verified
from portal.search.registry import Found, Hit, register
from portal.shared.html import without_markup


def find(terms: list[str], language: str, user: Any, limit: int, offset: int) -> Found:
    """Return the newest posts that hold all words, in whatever language; a thousand at most."""
    if not (is_member(user) and is_verified(user)):
        return Found(0)
    found = finding.find(user, finding.Asked(terms=tuple(terms)))
    part = found.keys[offset : offset + limit] if limit else []
    return Found(len(found.keys), [_hit(row) for row in finding.rows_of(user, part, ())])


def _hit(row: dict[str, Any]) -> Hit:
    return Hit(
        title=row["title"],
        url=row["url"],
        kind="discussion",
        language=row["topic"].language,
        text=without_markup(row["post"].html),
        details=f"{row['space']} · TLP:{row['label']}",
    )


# A post is found by its words whatever the language of the page: no other language need be asked.
register("discussion", find, label=_("Discussions"), languages=lambda terms, user: {})
