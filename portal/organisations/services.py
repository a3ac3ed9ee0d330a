"""Proposes, adds, accepts and changes organisations, and confirms how they are reached."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.services import record
from portal.notifications.services import notify
from portal.organisations import names
from portal.organisations.models import Organisation, Region
from portal.organisations.permissions import can_add_in, can_keep, keepers_of
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed

State = Organisation.State
CONTACT = ("contact_name", "contact_email", "contact_phone")
FIELDS = ("name", "other_names", "country", "unit", "languages", *CONTACT)


@transaction.atomic
def propose(*, by: Any, name: str, country: Region, unit: str) -> Organisation:
    """Store an organisation that nobody has looked at yet; the same one twice gives one row."""
    name = names.tidy(name)
    found = _same(name, country, unit)
    if found is not None:
        return found
    row = Organisation.objects.create(
        name=name, country=country, unit=unit, proposed_by=by, created_at=clock.now()
    )
    record("organisation.proposed", actor=by, thing=row)
    for keeper in keepers_of(row):
        if by is None or keeper.pk != by.pk:
            notify(keeper, "organisation", place="organisations_desk")
    return row


@transaction.atomic
def add(*, actor: Any, country: Region, **values: Any) -> Organisation:
    """Store an organisation that counts at once. ``values`` are ``FIELDS`` without the country.

    Raises NotAllowed outside the actor's reach, Invalid where it exists already.
    """
    if not can_add_in(actor, country.pk):
        raise NotAllowed
    values = _checked(country=country, **values)
    _refuse_double(values)
    row = Organisation.objects.create(state=State.ACTIVE, created_at=clock.now(), **values)
    record("organisation.added", actor=actor, thing=row)
    return row


@transaction.atomic
def change(*, actor: Any, organisation: Organisation, version: int, **values: Any) -> Organisation:
    """Write all ``FIELDS``; another contact is no longer a confirmed one.

    Raises NotAllowed out of reach (also of the country it would move to), Conflict if somebody
    wrote since ``version`` was read, Invalid where another one has this name already.
    """
    row = locked(actor, organisation)
    values = _checked(**values)
    if values["country"].pk != row.country_id and not can_add_in(actor, values["country"].pk):
        raise NotAllowed
    if row.version != version:
        raise Conflict(_("Somebody else changed this organisation meanwhile. Look at it again."))
    _refuse_double(values, but=row)
    if any(getattr(row, field) != values[field] for field in CONTACT):
        row.contact_confirmed_at = row.contact_confirmed_by = None
    changed = [field for field in FIELDS if getattr(row, field) != values[field]]
    for field in FIELDS:
        setattr(row, field, values[field])
    store(row)
    if changed:
        record("organisation.changed", actor=actor, thing=row, facts={"count": len(changed)})
    return row


@transaction.atomic
def accept(*, actor: Any, organisation: Organisation) -> Organisation:
    """Let a proposed organisation count. Accepting twice is one deed."""
    row = locked(actor, organisation)
    if row.state == State.PROPOSED:
        row.state = State.ACTIVE
        store(row)
        record("organisation.accepted", actor=actor, thing=row)
    return row


@transaction.atomic
def confirm_contact(*, actor: Any, organisation: Organisation, version: int) -> Organisation:
    """Note that the contact was found right today, and by whom.

    Raises Conflict if it is not the one that was seen, Invalid if there is none.
    """
    row = locked(actor, organisation)
    if row.version != version:
        raise Conflict(_("Somebody else changed this organisation meanwhile. Look at it again."))
    if not any(getattr(row, field) for field in CONTACT):
        raise Invalid(_("There is no contact to confirm yet. Add one first."))
    row.contact_confirmed_at, row.contact_confirmed_by = clock.now(), actor
    row.save(update_fields=["contact_confirmed_at", "contact_confirmed_by"])
    record("organisation.confirmed", actor=actor, thing=row)
    return row


def locked(actor: Any, organisation: Organisation) -> Organisation:
    """Return the row as it is now, held until the transaction ends.

    Raises NotAllowed out of the actor's reach, Conflict if it was merged meanwhile.
    """
    row = Organisation.objects.select_for_update().filter(pk=organisation.pk).first()
    if row is None or not can_keep(actor, row):
        raise NotAllowed
    if row.state == State.MERGED:
        raise Conflict(_("This organisation was merged with another one meanwhile."))
    return row


def store(row: Organisation) -> None:
    """Write a row with the words it is found by, as its next version."""
    row.version += 1
    row.found_by = names.found_by(row.name, row.other_names)
    row.save()


def _checked(**values: Any) -> dict[str, Any]:
    """Return the values as they are kept. Raises ValueError where one of ``FIELDS`` is missing."""
    if set(values) != set(FIELDS):
        raise ValueError(f"these are not the fields of an organisation: {sorted(values)}")
    values["name"] = names.tidy(values["name"])
    values["other_names"] = names.union(values["other_names"], but=values["name"])
    return values


def _refuse_double(values: dict[str, Any], but: Organisation | None = None) -> None:
    rows = _named(values["name"], values["country"], values["unit"])
    wanted = names.key(values["name"])
    if any(names.key(row.name) == wanted for row in rows if row != but):
        told = _("There is an organisation of this name and kind in this country already.")
        raise Invalid(told, fields={"name": told})


def _same(name: str, country: Region, unit: str) -> Organisation | None:
    """Return the organisation with this name, spelling apart: as its name, else as another one."""
    wanted = names.key(name)
    return min(
        _named(name, country, unit),
        key=lambda row: (names.key(row.name) != wanted, row.state != State.ACTIVE, row.pk),
        default=None,
    )


def _named(name: str, country: Region, unit: str) -> list[Organisation]:
    """Return the organisations of this country and unit with this name among their names."""
    wanted = names.key(name)
    rows = Organisation.objects.filter(country=country, unit=unit).exclude(state=State.MERGED)
    for word in wanted.split()[:3]:
        rows = rows.filter(found_by__contains=f" {word}")
    return [row for row in rows if wanted in map(names.key, [row.name, *row.other_names])]
