"""Writes the index of the library, in the transaction of whatever changed a record.

``receivers`` calls ``touched`` for every record, text, term and edition that is stored. Whoever
writes many records at once does so inside ``held()``: each of them is indexed once, at the end.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import local
from typing import Any

from django.db import transaction
from django.utils import translation

from community.library import index_tables, vocabulary
from community.library.index_models import IndexEntry, IndexState
from community.library.kinds import KINDS
from community.library.models import Publication
from portal.languages.table import CODES
from portal.shared import clock
from portal.shared.text import search_text

PART = 500  # records read and written at a time
_waiting = local()


@contextmanager
def held() -> Iterator[None]:
    """Index what is stored in this block once, at its end; nothing if the block fails."""
    if getattr(_waiting, "keys", None) is not None:
        yield
        return
    _waiting.keys = set()
    try:
        yield
        keys, _waiting.keys = _waiting.keys, None
        write(keys)
    finally:
        _waiting.keys = None


def touched(key: int) -> None:
    """Index a record that was stored, now or at the end of ``held``."""
    keys = getattr(_waiting, "keys", None)
    if keys is None:
        write([key])
    else:
        keys.add(key)


@transaction.atomic
def write(keys: Iterable[int]) -> None:
    """Read these records and index them; those that do not exist are left out."""
    wanted = sorted(set(keys))
    for at in range(0, len(wanted), PART):
        found = Publication.objects.filter(pk__in=wanted[at : at + PART])
        rows = list(found.prefetch_related("texts", "terms", "editions"))
        index_tables.put(_row(row) for row in rows)
        mark = _next_mark()
        IndexEntry.objects.bulk_create(
            [IndexEntry(publication=row, mark=mark) for row in rows],
            update_conflicts=True,
            unique_fields=["publication"],
            update_fields=["mark"],
        )


@transaction.atomic
def forget(key: int) -> None:
    """Take a deleted record out of the index; every process reads the whole anew."""
    index_tables.drop([key])
    # The texts and terms that went before it have written it once more.
    IndexEntry.objects.filter(publication=key).delete()
    _next_mark(whole=True)


@transaction.atomic
def rewrite() -> int:
    """Index all records anew, for instance when names in a language have changed; count them."""
    index_tables.empty()
    keys = list(Publication.objects.values_list("pk", flat=True))
    _names.cache_clear()
    write(keys)
    _next_mark(whole=True)
    return len(keys)


def _next_mark(*, whole: bool = False) -> int:
    """Raise the mark. Whoever does so waits for others who do, so marks are committed in order.

    Marks are microseconds, so that one which was rolled back is never given again.
    """
    IndexState.objects.get_or_create(pk=1)
    state = IndexState.objects.select_for_update().get(pk=1)
    state.mark = max(state.mark + 1, int(clock.now().timestamp() * 1_000_000))
    if whole:
        state.whole = state.mark
    state.save()
    return state.mark


def _row(publication: Any) -> tuple[int, str, str, str]:
    titles = [row.title for row in publication.texts.all()]
    about = [row.summary for row in publication.texts.all()]
    about += [publication.body, publication.symbol, publication.dated]
    about += [_names("kind", publication.kind), str(publication.year or "")]
    about += [_names(row.facet, row.value) for row in publication.terms.all()]
    body = [row.text for row in publication.editions.all()]
    words = [search_text("\n".join(part)) for part in (titles, about, body)]
    return publication.pk, words[0], words[1], words[2]


@lru_cache(maxsize=2_000)
def _names(facet: str, value: str) -> str:
    """Return what a code is called in all languages, so that it is found by each of them."""
    found = [value]
    for code in CODES:
        with translation.override(code):
            name = str(KINDS.get(value, "")) if facet == "kind" else vocabulary.name(facet, value)
            found.append(name)
    return " ".join(dict.fromkeys(found))
