"""Who may ask for a restricted record, and who decides: the source, never a role by itself.

The source is who marked the record; besides, focal points and administrators of the very
organisation it comes from, if they work there. Where nobody of the source is left (records that
came with the site, accounts that are gone) administrators of everything answer: they decide about
what they cannot read.
"""

import uuid
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from community.library.models import AccessRequest, Publication
from community.library.permissions import may_open, may_see, openable
from portal.accounts.models import User
from portal.markings import audience
from portal.markings.labels import Label, label_of
from portal.markings.models import Reader
from portal.permissions import grants_in_force, is_member, is_verified, membership_of, roles_of
from portal.roles.models import Role
from portal.roles.permissions import unlimited_administrators
from portal.shared import clock
from portal.shared.errors import NotAllowed
from portal.vetting.models import Membership, Tier

LENDABLE = frozenset({Label.AMBER, Label.RED})  # the labels that know readers by name
DECIDERS = (Role.FOCAL_POINT, Role.ADMINISTRATOR)
State = AccessRequest.State


def may_ask(user: Any, publication: Publication) -> bool:
    """Say whether a member may ask for a record she knows of and cannot open."""
    return (
        label_of(publication.label) in LENDABLE
        and may_see(user, publication)
        and not may_open(user, publication)
    )


def _in_force(path: str) -> dict[str, Any]:
    return {
        f"{path}state": Membership.State.ACTIVE,
        f"{path}tier": Tier.MEMBER,
        f"{path}lapses_at__gt": clock.now(),
    }


def _own_organisations(user: Any) -> list[int]:
    """Return the organisation the person works for, where a role of hers is for that one."""
    membership = membership_of(user)
    if membership is None:
        return []
    mine = [row.organisation_id for row in roles_of(user) if row.role in DECIDERS]
    return [key for key in mine if key and key == membership.organisation_id]


def _is_unlimited(user: Any) -> bool:
    return unlimited_administrators().filter(user=user).exists()


def _source_is_gone(path: str) -> Q:
    """Return the condition that nobody of the source is left to answer.

    Of RED nobody else may know, so it is for nobody then.
    """
    there = Q(**_in_force(f"{path}marked_by__membership__"))
    return Q(**{f"{path}source": None}) & ~Q(**{f"{path}label": Label.RED}) & ~there


def _decided_by(user: Any, path: str) -> Q:
    """Return the condition on the record (at ``path``) that this person answers for it."""
    found = Q(**{f"{path}marked_by": user})
    organisations = _own_organisations(user)
    if organisations:
        inside = Q(**{f"{path}source__in": organisations})
        found |= inside & ~Q(**{f"{path}label": Label.RED})
    if _is_unlimited(user):
        found |= _source_is_gone(path)
    return found


def requests_for(user: Any) -> QuerySet[AccessRequest]:
    """Return the requests the person answers as the first; never one of her own."""
    if not (is_member(user) and is_verified(user)):
        return AccessRequest.objects.none()
    rows = AccessRequest.objects.filter(_decided_by(user, "publication__"))
    return rows.exclude(person=user)


def releases_for(user: Any) -> QuerySet[AccessRequest]:
    """Return the releases of RED that wait for this person as the second.

    She is named as a reader of the record, or works for the organisation it comes from; she is
    neither who decided first nor who asked.
    """
    membership = membership_of(user)
    if membership is None or not (is_member(user) and is_verified(user)):
        return AccessRequest.objects.none()
    named = Reader.objects.filter(
        audience.in_force(), person=user, **_key(OuterRef("publication_id"))
    )
    return (
        AccessRequest.objects.filter(
            Q(publication__source=membership.organisation_id)
            | Q(publication__marked_by=user)
            | Exists(named),
            publication__label=Label.RED,
            state=State.WAITING,
            decided_by__isnull=False,
        )
        .exclude(person=user)
        .exclude(decided_by=user)
    )


def _key(key: Any) -> dict[str, Any]:
    return {"kind": Publication._meta.label_lower, "key": Cast(key, CharField())}


def may_lend(user: Any, publication: Publication) -> bool:
    """Say whether the person may give the record to somebody by name: she reads it herself."""
    if not may_open(user, publication) or label_of(publication.label) not in LENDABLE:
        return False
    found = Publication.objects.filter(_decided_by(user, ""), pk=publication.pk)
    return found.exists() and not _is_left(publication)


def lendable_by(user: Any) -> QuerySet[Publication]:
    """Return the records for which ``may_lend`` says yes, newest change first."""
    rows = openable(user).filter(_decided_by(user, "")).exclude(_source_is_gone(""))
    labels = [*map(str, LENDABLE), ""]  # what is unlabelled is AMBER
    return rows.filter(label__in=labels).order_by("-changed", "-pk")


def _is_left(publication: Publication) -> bool:
    return Publication.objects.filter(_source_is_gone(""), pk=publication.pk).exists()


def get_request_for(user: Any, public_id: uuid.UUID) -> AccessRequest:
    """Return a request the person answers, first or second. Raises NotAllowed."""
    for rows in (requests_for(user), releases_for(user)):
        found = rows.select_related("publication", "person").filter(public_id=public_id).first()
        if found is not None:
            return found
    raise NotAllowed


def get_lendable_for(user: Any, public_id: uuid.UUID) -> Publication:
    """Return a record the person may give to somebody by name. Raises NotAllowed."""
    found = Publication.objects.filter(public_id=public_id).first()
    if found is None or not may_lend(user, found):
        raise NotAllowed
    return found


def deciders_of(publication: Publication) -> QuerySet[User]:
    """Return who is told of a request: the people ``requests_for`` names."""
    there = {"is_active": True, "hold": "", **_in_force("membership__")}
    if Publication.objects.filter(_source_is_gone(""), pk=publication.pk).exists():
        people = Q(pk__in=unlimited_administrators().values("user"))
    else:
        grants = grants_in_force().filter(role__in=DECIDERS, organisation=publication.source_id)
        people = Q(pk=publication.marked_by_id)
        if publication.source_id and label_of(publication.label) != Label.RED:
            people |= Q(
                pk__in=grants.values("user"), membership__organisation=publication.source_id
            )
    return User.objects.filter(people, **there).distinct()


def seconds_for(row: AccessRequest) -> QuerySet[User]:
    """Return who is told that a release of RED waits: who reads the record already, and focal
    points and administrators of its organisation."""
    publication = row.publication
    readers = audience.readers_of(publication).values("person")
    people = Q(pk__in=readers) | Q(pk=publication.marked_by_id)
    if publication.source_id:
        grants = grants_in_force().filter(role__in=DECIDERS, organisation=publication.source_id)
        people |= Q(pk__in=grants.values("user"), membership__organisation=publication.source_id)
    there = {"is_active": True, "hold": "", **_in_force("membership__")}
    found = User.objects.filter(people, **there).exclude(pk=row.person_id)
    return found.exclude(pk=row.decided_by_id).distinct()


def get_own_request_for(user: Any, public_id: uuid.UUID) -> AccessRequest:
    """Return a request of the person's own. Raises NotAllowed."""
    rows = AccessRequest.objects.select_related("publication", "person")
    found = rows.filter(public_id=public_id, person=user).first()
    if found is None:
        raise NotAllowed
    return found
