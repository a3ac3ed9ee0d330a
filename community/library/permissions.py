"""Who sees a record and who may open its files: one rule, as a question and as a list.

A record is seen when it is published and its label's audience is hers. One exception: an AMBER
record that may be asked for is known to every verified member, its title and summary, never its
files. What she may not see is in no list, no count and no other record's neighbourhood.
"""

import uuid
from typing import Any

from django.db.models import Q, QuerySet

from community.library.models import Publication
from portal.markings import audience
from portal.markings.labels import Label
from portal.permissions import is_member, is_verified
from portal.shared.errors import NotAllowed


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
