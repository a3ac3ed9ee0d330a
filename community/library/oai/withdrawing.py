"""Keeps the names of records that were public and are so no more ("persistent" deletion).

A record that never was public has no name here: nobody can tell that it exists.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from community.library import permissions, records
from community.library.models import Publication, Withdrawn
from community.library.oai.queries import sets_of
from portal.shared import clock


def shown(publication: Publication) -> list[str] | None:
    """Return the sets of a record if the database has it as public, else None. Two queries."""
    found = permissions.public().filter(pk=publication.pk).first() if publication.pk else None
    return sets_of(found) if found else None


def settle(publication: Publication, before: list[str] | None) -> None:
    """Bring the names up to what was stored; ``before`` is what ``shown`` said until then."""
    now_public = permissions.public().filter(pk=publication.pk).exists()
    if before is not None and not now_public:
        withdraw(publication, before)
    elif now_public and before is None:
        publish(publication)


@contextmanager
def many(keys: list[int]) -> Iterator[None]:
    """Bring the names up to what is stored of many records at once, inside the block."""
    before: dict[int, list[str]] = {}
    for part in records.parts(keys):
        found = permissions.public().filter(pk__in=part).prefetch_related("terms")
        before |= {row.pk: sets_of(row) for row in found}
    yield
    for part in records.parts(keys):
        now = set(permissions.public().filter(pk__in=part).values_list("pk", flat=True))
        moved = [key for key in part if (key in now) != (key in before)]
        for row in Publication.objects.filter(pk__in=moved):
            if row.pk in now:
                publish(row)
            else:
                withdraw(row, before[row.pk])


def withdraw(publication: Publication, sets: list[str]) -> None:
    """Keep the name of a record that is public no more."""
    Withdrawn.objects.update_or_create(
        public_id=publication.public_id, defaults={"at": clock.now(), "sets": sets}
    )


def publish(publication: Publication) -> None:
    """Forget that a record was withdrawn, and let harvesters that come again find it."""
    Withdrawn.objects.filter(public_id=publication.public_id).delete()
    publication.changed = clock.now()
    Publication.objects.filter(pk=publication.pk).update(changed=publication.changed)
