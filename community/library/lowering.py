"""The second person who confirms that the label of a RED record is lowered (security.md 4.2).

``portal.markings`` asks for another member of the source, or one named as a reader. Here she must
also be one who reads the record: nobody makes public what she cannot see, and nobody else hears
that there is a record at all.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from community.library.models import Publication
from portal.accounts.models import User
from portal.markings import audience
from portal.markings.labels import Label, label_of
from portal.markings.models import LoweringRequest
from portal.markings.services import decide_lowering, may_confirm
from portal.notifications.services import notify
from portal.permissions import forget, is_member, is_verified
from portal.shared import clock
from portal.shared.errors import NotAllowed

MOST = 50  # records a list names
VERB, PLACE = "label-lowering", "members_requests"


@dataclass(frozen=True)
class Waiting:
    """A record whose label somebody wants to lower, and the request."""

    publication: Publication
    request: LoweringRequest

    @property
    def label(self) -> str:
        """The label a list of these bears."""
        return str(label_of(self.publication.label))


def _open() -> Any:
    kind = Publication._meta.label_lower
    rows = LoweringRequest.objects.filter(kind=kind, decided_at=None)
    return rows.select_related("asked_by").order_by("asked_at", "pk")


def waiting_for(user: Any) -> list[Waiting]:
    """Return what waits for this person as the second, oldest first."""
    if not (is_member(user) and is_verified(user)):
        return []
    rows = {int(row.key): row for row in _open().exclude(asked_by=user) if row.key.isdecimal()}
    found = audience.visible_to(user, Publication.objects.filter(pk__in=rows))
    seen = {row.pk: row for row in found.prefetch_related("texts")}
    return [
        Waiting(seen[key], row)
        for key, row in rows.items()
        if key in seen and may_confirm(user, seen[key], row)
    ]


def get_waiting_for(user: Any, public_id: uuid.UUID) -> Waiting:
    """Return the request about a record for its second person. Raises NotAllowed."""
    for waiting in waiting_for(user):
        if waiting.publication.public_id == public_id:
            return waiting
    raise NotAllowed


def lowerable_by(user: Any) -> Any:
    """Return the published records whose label the person may lower as their source."""
    if not (is_member(user) and is_verified(user)):
        return Publication.objects.none()
    mine = Publication.objects.filter(live=True, marked_by=user).exclude(label=Label.CLEAR)
    return audience.visible_to(user, mine).order_by("-changed", "-pk")


def get_lowerable_for(user: Any, public_id: uuid.UUID) -> Publication:
    """Return a record whose label the person may lower. Raises NotAllowed."""
    found: Publication | None = lowerable_by(user).filter(public_id=public_id).first()
    if found is None:
        raise NotAllowed
    return found


@transaction.atomic
def decide(*, actor: Any, waiting: Waiting, granted: bool) -> None:
    """Confirm or refuse as the second person, with a fresh second factor.

    Raises NotAllowed, step_up.Needed, and Conflict where it was decided or changed meanwhile.
    """
    thing = waiting.publication
    if not audience.may_read(actor, thing):
        raise NotAllowed
    decide_lowering(actor=actor, asked=waiting.request, thing=thing, granted=granted)
    if granted:
        found = Publication.objects.filter(pk=thing.pk).first()
        if found is not None:
            found.changed = clock.now()
            found.save(update_fields=["changed"])
    notify(waiting.request.asked_by, VERB, place=PLACE)


def tell(publication: Publication, request: LoweringRequest) -> None:
    """Tell those who may be the second that a request waits for one of them."""
    named = audience.readers_of(publication).exclude(person=None).values("person")
    for person in User.objects.filter(pk__in=named, is_active=True, hold=""):
        forget(person)
        if may_confirm(person, publication, request) and audience.in_audience(person, publication):
            notify(person, VERB, place=PLACE)
