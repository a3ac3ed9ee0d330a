"""People as results of the site's search: by their names, those the person may find."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.directory import finding
from community.directory.limits import may_list
from community.directory.permissions import may_look
from community.directory.rows import Card, cards_of
from portal.search.registry import Found, Hit, register

MOST = 20  # people of one search; the directory itself has all, with its limits


def find(terms: list[str], language: str, user: Any, limit: int, offset: int) -> Found:
    """Return the members whose names have all words; nobody for whoever may not look."""
    if not may_look(user):
        return Found(0)
    total, keys = finding.by_name(user, tuple(terms), offset, min(offset + limit, MOST))
    if not limit or not total:
        return Found(min(total, MOST))
    if not may_list(user):
        return Found(0)
    return Found(min(total, MOST), [_hit(card, language) for card in cards_of(user, keys)])


def _hit(card: Card, language: str) -> Hit:
    details = " · ".join(part for part in (card.post, card.organisation, card.country) if part)
    return Hit(title=card.name, url=card.url, kind="person", language=language, details=details)


# A name is the same in all languages: the empty result need not ask for others.
register("person", find, label=_("Members"), languages=lambda terms, user: {})
