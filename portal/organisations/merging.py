"""Joins two rows that are one organisation, without loss.

Whatever names the duplicate is led to the one that is kept, whichever model it stands in: the
foreign keys are found by walking the models, so a later one is included by itself. Where a unique
constraint lets only one of two rows stand, the kept one takes over what it lacks and the other
stays with the merged organisation, as history. No row is deleted.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from portal.accounts import step_up
from portal.audit.services import record
from portal.events import publish
from portal.events.messages import RightsChanged
from portal.markings.models import Marked, Reader
from portal.organisations import names
from portal.organisations.models import FocalPoint, Organisation
from portal.organisations.permissions import can_keep
from portal.organisations.services import CONTACT, store
from portal.permissions import grants_in_force
from portal.roles.models import Role, RoleGrant
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.vetting.models import Membership
from portal.vetting.permissions import in_reach

State = Organisation.State


@transaction.atomic
def merge(*, actor: Any, keep: Organisation, duplicate: Organisation) -> Organisation:
    """Lead everything that names ``duplicate`` to ``keep`` and return the kept row.

    It cannot be undone, but the row stays and its id leads on. The same merge twice is one deed.
    Raises step_up.Needed, NotAllowed unless both are in reach, Invalid if ``keep`` was not
    accepted yet, Conflict if either was merged elsewhere or roles would widen (``_guard_roles``).
    """
    step_up.require(actor)
    keep, duplicate = _locked(actor, keep, duplicate)
    if duplicate.merged_into_id == keep.pk:
        return keep
    if State.MERGED in {keep.state, duplicate.state}:
        raise Conflict(_("One of the two was merged with another organisation meanwhile."))
    if keep.state != State.ACTIVE:
        raise Invalid(_("Accept the organisation that is to be kept first."))
    _guard_roles(actor, keep, duplicate)
    _guard_labels(actor, keep, duplicate)
    touched = _people_of(duplicate)
    moved = sum(_move(field, duplicate, keep) for field in links())
    _take_over(keep, duplicate)
    duplicate.state, duplicate.merged_into = State.MERGED, keep
    store(duplicate)
    store(keep)
    facts = {"into": str(keep.public_id), "moved": moved}
    record("organisation.merged", actor=actor, thing=duplicate, facts=facts)
    for person in touched:
        publish(RightsChanged(person))
    return keep


def links() -> list[Any]:
    """Return every foreign key of any model that names an organisation, hidden ones included."""
    return [
        relation.field  # type: ignore[union-attr]
        for relation in Organisation._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and (relation.one_to_many or relation.one_to_one)
    ]


def counts(organisation: Organisation) -> dict[str, int]:
    """Return how many members, focal points and roles a merge would lead elsewhere."""
    roles = grants_in_force().filter(organisation=organisation)
    return {
        "members": organisation.memberships.count(),
        "points": organisation.focal_points.count(),
        "roles": roles.count(),
    }


def _locked(
    actor: Any, keep: Organisation, duplicate: Organisation
) -> tuple[Organisation, Organisation]:
    """Return both rows held, taken in the order of their keys so that no two wait in a ring."""
    if keep.pk == duplicate.pk:
        raise Invalid(_("An organisation cannot be merged with itself."))
    pair = Organisation.objects.select_for_update().filter(pk__in=(keep.pk, duplicate.pk))
    rows = {row.pk: row for row in pair.order_by("pk")}
    if len(rows) < 2 or not all(can_keep(actor, row) for row in rows.values()):
        raise NotAllowed
    return rows[keep.pk], rows[duplicate.pk]


def _guard_roles(actor: Any, keep: Organisation, duplicate: Organisation) -> None:
    """Refuse a focal point's merge that would widen somebody's role.

    A role for one of the two would reach the people of both. Only administrators grant roles
    (security.md 3.2), so only they may do what amounts to it.
    """
    pair = (keep, duplicate)
    if not grants_in_force().filter(organisation__in=pair).exists():
        return
    for row in pair:
        reach = {"country": row.country_id, "organisation_id": row.pk}
        if not in_reach(actor, **reach, roles=(Role.ADMINISTRATOR,)):
            raise Conflict(
                _("Roles are tied to one of the two. An administrator has to merge them.")
            )


def _guard_labels(actor: Any, keep: Organisation, duplicate: Organisation) -> None:
    """Refuse a merge that gives labelled things more readers, unless it is no affair of the actor.

    What one of the two gave under AMBER or AMBER+STRICT the members of both could read then. An
    administrator in reach of both, who belongs to neither, has to decide that they are one.
    """
    pair = (keep, duplicate)
    marked = Reader.objects.filter(organisation__in=pair).exists() or any(
        model._base_manager.filter(source__in=pair).exists()
        for model in apps.get_models()
        if issubclass(model, Marked)
    )
    if not marked:
        return
    belongs = Membership.objects.filter(user=actor, organisation__in=pair).exists()
    reached = all(
        in_reach(actor, country=row.country_id, organisation_id=row.pk, roles=(Role.ADMINISTRATOR,))
        for row in pair
    )
    if belongs or not reached:
        raise Conflict(
            _(
                "Labelled material comes from one of the two. An administrator who belongs to "
                "neither has to merge them."
            )
        )


def _people_of(organisation: Organisation) -> set[int]:
    """Return the keys of the accounts whose rights hang on the organisation."""
    members = Membership.objects.filter(organisation=organisation).values_list("user_id", flat=True)
    holders = RoleGrant.objects.filter(organisation=organisation).values_list("user_id", flat=True)
    return {*members, *holders}


# Rows elsewhere


def _move(field: Any, duplicate: Organisation, keep: Organisation) -> int:
    """Lead one foreign key's rows to the kept organisation; return how many."""
    rows = field.model._base_manager.filter(**{field.name: duplicate})
    try:
        with transaction.atomic():
            return int(rows.update(**{field.name: keep}))
    except IntegrityError:  # some row of the kept one stands in the way: one by one
        return sum(_move_one(field, row, keep) for row in rows.order_by("pk"))


def _move_one(field: Any, row: models.Model, keep: Organisation) -> int:
    try:
        with transaction.atomic():
            same = field.model._base_manager.filter(pk=row.pk)
            return int(same.update(**{field.name: keep}))
    except IntegrityError:
        join = JOINED.get(field.model)
        if join is None:
            raise Conflict(
                _("These two cannot be merged: both have what only one may have.")
            ) from None
        join(row, keep)
        return 0


def _join_focal_point(other: FocalPoint, keep: Organisation) -> None:
    """Fill what the kept focal point of the function lacks."""
    own = keep.focal_points.select_for_update().filter(function=other.function).get()
    _fill(own, other, ("person", "contact_email", "contact_phone"), "confirmed")
    own.languages = list(dict.fromkeys([*own.languages, *other.languages]))
    own.save()


def _join_reader(other: Reader, keep: Organisation) -> None:
    """The kept organisation reads as long as either of the two was allowed to."""
    own = (
        Reader.objects.select_for_update()
        .filter(kind=other.kind, key=other.key, organisation=keep)
        .first()
    )
    if own is None or own.ends_at is None:
        return
    own.ends_at = max(own.ends_at, other.ends_at) if other.ends_at else None
    own.save(update_fields=["ends_at"])


JOINED: dict[type[models.Model], Callable[[Any, Organisation], None]] = {
    FocalPoint: _join_focal_point,
    Reader: _join_reader,
}


# The organisation's own fields


def _take_over(keep: Organisation, duplicate: Organisation) -> None:
    """Add the duplicate's names and languages, and its contact where the kept one has none."""
    found = [*keep.other_names, duplicate.name, *duplicate.other_names]
    keep.other_names = names.union(found, but=keep.name)
    keep.languages = list(dict.fromkeys([*keep.languages, *duplicate.languages]))
    _fill(keep, duplicate, CONTACT, "contact_confirmed")


def _fill(own: Any, other: Any, fields: tuple[str, ...], confirmed: str) -> None:
    """Fill empty fields of ``own`` from ``other`` and set what that means for the confirmation.

    A contact taken over whole keeps its confirmation. One put together of two was never confirmed
    as it is now.
    """
    at, by = f"{confirmed}_at", f"{confirmed}_by"
    empty = not any(getattr(own, field) for field in fields)
    taken = [field for field in fields if not getattr(own, field) and getattr(other, field)]
    for field in taken:
        setattr(own, field, getattr(other, field))
    if taken:
        setattr(own, at, getattr(other, at) if empty else None)
        setattr(own, by, getattr(other, by) if empty else None)
