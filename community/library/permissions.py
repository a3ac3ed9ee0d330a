"""Who sees a record and who may open its files: one rule, as a question and as a list.

A record is seen when it is published and its label's audience is hers. One exception: an AMBER
record that may be asked for is known to every verified member, its title and summary, never its
files. What she may not see is in no list, no count and no other record's neighbourhood.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from community.library.models import Publication
from portal.markings import audience
from portal.markings.labels import Label
from portal.markings.models import Reader
from portal.permissions import is_member, is_verified
from portal.shared.errors import NotAllowed
from portal.shared.prepared import prepared


def published() -> QuerySet[Publication]:
    """Return every published record, whatever its label: to be narrowed, never shown."""
    return Publication.objects.filter(live=True)


def public() -> QuerySet[Publication]:
    """Return what everybody may have: the public shelf, and what harvesters are given."""
    return published().filter(label=Label.CLEAR)


def openable(user: Any) -> QuerySet[Publication]:
    """Return the published records whose files and full text the person may read."""
    return audience.visible_to(user, published())


def visible(user: Any) -> QuerySet[Publication]:
    """Return the published records the person may know of."""
    if not (is_member(user) and is_verified(user)):
        return openable(user)
    return openable(user) | published().filter(Q(asked_for=True, label=Label.AMBER))


def near_records(user_id: int, organisation_id: int, at: datetime) -> set[int]:
    """Return what a verified member may open besides CLEAR and GREEN, by number.

    About records that come from her or her organisation, or were given to one of them: together
    with the classes open to all members this is ``openable``. Two prepared queries, and one more
    where something was given.
    """
    found = {key for (key,) in _of_hers(user_id, organisation_id, at)}
    given = {int(key) for (key,) in _given(user_id, organisation_id, at) if key.isdigit()} - found
    if given:  # by their numbers: asked as one question, SQLite reads all records of these labels
        rows = _above_green(user_id, organisation_id, at).filter(pk__in=given)
        found |= set(rows.values_list("pk", flat=True))
    return found


def _above_green(user_id: int, organisation_id: int, at: datetime) -> QuerySet[Publication]:
    rule = audience.for_member(user_id, organisation_id, Publication, at)
    rows = published().filter(rule).exclude(label__in=[Label.CLEAR, Label.GREEN])
    return rows.order_by()


@prepared
def _of_hers(user_id: int, organisation_id: int, at: datetime) -> Any:
    near = Q(source=organisation_id) | Q(marked_by=user_id)
    return _above_green(user_id, organisation_id, at).filter(near).values_list("pk")


@prepared
def _given(user_id: int, organisation_id: int, at: datetime) -> Any:
    to_her = Q(person=user_id) | Q(organisation=organisation_id)
    kind = Publication._meta.label_lower
    return Reader.objects.filter(audience.in_force(at), to_her, kind=kind).values_list("key")


def sorted_out(user: Any, rows: Iterable[Publication]) -> tuple[list[Publication], set[int]]:
    """Return those of some records that the person may know of, in their order, and the numbers
    of those she may open: ``may_see`` and ``may_open`` of each, in one query at most."""
    some = [row for row in rows if row.live]
    member = is_member(user) and is_verified(user)
    open_to_all = {Label.CLEAR, Label.GREEN} if member else {Label.CLEAR}
    opened = {row.pk for row in some if row.label in open_to_all}
    others = [row for row in some if row.pk not in opened] if member else []
    if others:
        theirs = openable(user).filter(pk__in=[row.pk for row in others]).order_by()
        opened |= set(theirs.values_list("pk", flat=True))
    known = {row.pk for row in others if row.asked_for and row.label == Label.AMBER}
    return [row for row in some if row.pk in opened | known], opened


def is_public(publication: Publication) -> bool:
    """Say whether everybody may have the record."""
    return publication.live and publication.label == Label.CLEAR


def may_open(user: Any, publication: Publication) -> bool:
    """Say whether the person may read files and full text: the audience of the label alone."""
    return publication.live and audience.may_read(user, publication)


def may_see(user: Any, publication: Publication) -> bool:
    """Say whether the person may know of the record."""
    if may_open(user, publication):
        return True
    known = publication.asked_for and publication.label == Label.AMBER
    return publication.live and known and is_member(user) and is_verified(user)


def get_publication_for(user: Any, public_id: uuid.UUID) -> Publication:
    """Return a record the person may know of. Raises NotAllowed, also where there is none."""
    found = visible(user).filter(public_id=public_id).first()
    if found is None:
        raise NotAllowed
    return found


def get_openable_for(user: Any, public_id: uuid.UUID) -> Publication:
    """Return a record whose files the person may read. Raises NotAllowed, also if there is none."""
    found = openable(user).filter(public_id=public_id).first()
    if found is None:
        raise NotAllowed
    return found
