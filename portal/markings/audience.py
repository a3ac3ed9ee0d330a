"""Who may read what bears a label (security.md 4.2): the question and the list are one rule.

CLEAR anyone; GREEN members; AMBER the source organisation, whom it was given to by name, and who
marked it; AMBER+STRICT the source organisation alone; RED the people named and who marked it.
Roles override nothing. Everything above CLEAR wants a membership in force: a courier's learner has
none of it, and who leaves loses it.
"""

from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from portal.markings.labels import UNLABELLED, Label, label_of
from portal.markings.models import Marked, Reader
from portal.permissions import is_member, is_verified, membership_of
from portal.shared import clock

Thing = TypeVar("Thing", bound=Marked)


def key_of(thing: models.Model) -> dict[str, str]:
    """Return how ``Reader`` and ``LoweringRequest`` name a thing. Its primary key is a number."""
    return {"kind": thing._meta.label_lower, "key": str(thing.pk)}


def in_force(at: datetime | None = None) -> Q:
    """Return the condition on ``Reader`` rows that count now, or at a moment."""
    return Q(ends_at=None) | Q(ends_at__gt=at or clock.now())


def readers_of(thing: models.Model) -> QuerySet[Reader]:
    """Return to whom a thing is given by name at present."""
    return Reader.objects.filter(in_force(), **key_of(thing))


def is_source(user: Any, thing: Any) -> bool:
    """Say whether the person is the source: who marked the thing, or whose it is."""
    ids = {thing.marked_by_id, getattr(thing, "owner_id", None)} - {None}
    return bool(user.is_authenticated) and user.pk in ids


def in_audience(user: Any, thing: Any) -> bool:
    """Say whether the label lets a person read, whatever she signed in with.

    For recipients of notices. Pages ask ``may_read``.
    """
    label = label_of(thing.label)
    if label == Label.CLEAR:
        return True
    membership = membership_of(user)
    if membership is None or not is_member(user):
        return False
    if label == Label.GREEN:
        return True
    is_own = thing.source_id is not None and membership.organisation_id == thing.source_id
    if label == Label.AMBER_STRICT:
        return is_own if thing.source_id is not None else is_source(user, thing)
    if is_source(user, thing):
        return True
    if label == Label.RED:
        return readers_of(thing).filter(person=user).exists()
    named = Q(person=user) | Q(organisation=membership.organisation_id)
    return is_own or readers_of(thing).filter(named).exists()


def may_read(user: Any, thing: Any) -> bool:
    """Say whether a person may read a thing now: in its audience, and above CLEAR verified."""
    if label_of(thing.label) == Label.CLEAR:
        return True
    return is_verified(user) and in_audience(user, thing)


def visible_to(user: Any, things: QuerySet[Thing]) -> QuerySet[Thing]:
    """Return those of ``things`` that ``may_read`` allows, in one query of the database."""
    clear = Q(label=Label.CLEAR)
    membership = membership_of(user)
    if membership is None or not is_member(user) or not is_verified(user):
        return things.filter(clear)
    member = for_member(user.pk, membership.organisation_id, things.model, clock.now())
    return things.filter(clear | member)


def for_member(user_id: int, organisation_id: int, model: type[Marked], at: datetime) -> Q:
    """Return what a verified member may read above CLEAR, as a condition.

    By numbers and a moment alone, so that it can stand in a prepared query. Who asks has to know
    that the person is a member and verified; ``visible_to`` asks that itself.
    """
    own = Q(source=organisation_id)
    source = Q(marked_by=user_id)
    if any(field.name == "owner" for field in model._meta.fields):
        source |= Q(owner=user_id)
    rows = Reader.objects.filter(
        in_force(at), kind=model._meta.label_lower, key=Cast(OuterRef("pk"), CharField())
    )
    person = Exists(rows.filter(person=user_id))
    organisation = Exists(rows.filter(organisation=organisation_id))
    return (
        Q(label=Label.GREEN)
        | _labelled(Label.AMBER) & (own | source | Q(person) | Q(organisation))
        | _labelled(Label.AMBER_STRICT) & (own | (Q(source=None) & source))
        | _labelled(Label.RED) & (source | Q(person))
    )


def _labelled(label: Label) -> Q:
    """Return the condition for a label in force; what has none counts as AMBER."""
    return Q(label=label) | Q(label="") if label == UNLABELLED else Q(label=label)
