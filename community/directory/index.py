"""Writes what the directory's search keeps of an entry, in the transaction that changed it."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from community.directory.kinds import EXPERTISE, NAME, ORGANISATION, POST, TOPIC, WORK
from community.directory.models import DirectoryChange, Profile
from community.directory.permissions import with_place
from community.library import kinds, vocabulary
from portal.languages.table import CODES
from portal.shared import clock
from portal.shared.text import fold, search_text

PART = 500  # entries read and written at a time
# The lines of ``Profile.words`` after the first, which is the name as names are sorted.
LINES = (NAME, ORGANISATION, POST, WORK, EXPERTISE)


def touched(rows: QuerySet[Profile]) -> None:
    """Index the entries that are switched on among these, and tell every process of them."""
    write(rows.filter(listed=True).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def write(keys: Iterable[int]) -> None:
    """Index entries by their numbers; of those that are gone, tell that they are."""
    wanted = list(keys)
    for at in range(0, len(wanted), PART):
        part = wanted[at : at + PART]
        rows = with_place(Profile.objects.filter(pk__in=part).prefetch_related("terms"))
        changed = []
        for row in rows:
            words = words_of(row)
            if words != row.words:
                row.words = words
                changed.append(row)
        Profile.objects.bulk_update(changed, ["words"])
        tell(part)


def tell(keys: Iterable[int]) -> None:
    """Have every process read these entries again."""
    mark = now()
    DirectoryChange.objects.bulk_create(DirectoryChange(profile=key, mark=mark) for key in keys)


def now() -> int:
    """Return the moment as marks are written: microseconds."""
    return int(clock.now().timestamp() * 1_000_000)


def words_of(row: Profile) -> str:
    """Return the words an entry is found by, a line a field."""
    person = row.person
    membership: Any = getattr(person, "membership", None)
    topics = [term.value for term in row.terms.all() if term.facet == TOPIC]
    name = " ".join(person.name.split())
    lines = [
        fold(name),
        search_text(name),
        membership.organisation.found_by.strip() if membership else "",
        search_text(membership.post) if membership else "",
        search_text(row.work),
        search_text(" ".join(map(_topic, topics))),
    ]
    return "\n".join(" ".join(line.split()) for line in lines)


@lru_cache(maxsize=200)
def _topic(code: str) -> str:
    """Return what a topic is called in all languages, so that it is found by each of them."""
    found = []
    for language in CODES:
        with translation.override(language):
            found.append(vocabulary.name(kinds.TOPIC, code))
    return " ".join(dict.fromkeys(found))
