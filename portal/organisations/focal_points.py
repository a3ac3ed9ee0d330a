"""Names, confirms and takes away the focal points of an organisation."""

import hashlib
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.audit.services import record
from portal.organisations.models import FocalPoint, Organisation
from portal.organisations.services import locked
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.vetting.permissions import people_who_count

FIELDS = ("person", "contact_email", "contact_phone", "languages")


@transaction.atomic
def set_focal_point(
    *,
    actor: Any,
    organisation: Organisation,
    function: str,
    person_email: str = "",
    contact_email: str = "",
    contact_phone: str = "",
    languages: list[str] | None = None,
) -> FocalPoint:
    """Name who or which desk answers for one function; what changed is no longer confirmed.

    The person must be a member of this organisation. Unknown address, no member, member of
    another organisation: one answer. Raises Invalid for it, and if there is nobody to reach.
    """
    row = _of(locked(actor, organisation), function)
    values = {
        "person": _person(organisation, person_email),
        "contact_email": contact_email,
        "contact_phone": contact_phone,
        "languages": languages or [],
    }
    if not (values["person"] or contact_email or contact_phone):
        raise Invalid(_("Name a person, or an address or telephone number of the desk."))
    changed = [field for field in FIELDS if getattr(row, field) != values[field]]
    if row.pk is None or changed:
        for field in changed:
            setattr(row, field, values[field])
        row.confirmed_at = row.confirmed_by = None
        row.save()
        about = values["person"]
        facts = {"function": function}
        record("focal-point.changed", actor=actor, about=about, thing=row, facts=facts)
    return row


@transaction.atomic
def confirm_focal_point(
    *, actor: Any, organisation: Organisation, function: str, seen: str
) -> FocalPoint:
    """Note that the focal point was found right today, and by whom.

    ``seen`` is the ``state_of`` that was shown. Raises Conflict if another is stored by now.
    """
    row = _existing(actor, organisation, function)
    if state_of(row) != seen:
        raise Conflict(_("Somebody else changed this focal point meanwhile. Look at it again."))
    row.confirmed_at, row.confirmed_by = clock.now(), actor
    row.save(update_fields=["confirmed_at", "confirmed_by"])
    facts = {"function": function}
    record("focal-point.confirmed", actor=actor, about=row.person, thing=row, facts=facts)
    return row


@transaction.atomic
def remove_focal_point(*, actor: Any, organisation: Organisation, function: str) -> None:
    """Take a focal point away. Raises NotAllowed if there is none."""
    row = _existing(actor, organisation, function)
    facts = {"function": function}
    record("focal-point.removed", actor=actor, about=row.person, thing=row, facts=facts)
    row.delete()


def state_of(row: FocalPoint) -> str:
    """Return a digest of what is stored, to tell whether it is still what was shown."""
    parts = (row.person_id, row.contact_email, row.contact_phone, sorted(row.languages))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _of(organisation: Organisation, function: str) -> FocalPoint:
    """Return the focal point of a function, held; a new one, not stored, if there is none."""
    if function not in FocalPoint.Function.values:
        raise NotAllowed
    rows = FocalPoint.objects.select_for_update(of=("self",)).select_related("person")
    found = rows.filter(organisation=organisation, function=function).first()
    return found or FocalPoint(organisation=organisation, function=function)


def _existing(actor: Any, organisation: Organisation, function: str) -> FocalPoint:
    row = _of(locked(actor, organisation), function)
    if row.pk is None:
        raise NotAllowed
    return row


def _person(organisation: Organisation, email: str) -> User | None:
    """Return the member of the organisation with this address; None for no address."""
    if not email:
        return None
    counts = people_who_count("")
    person = User.objects.filter(
        counts, email__iexact=email.strip(), membership__organisation=organisation
    ).first()
    if person is None:
        told = _("No member of this organisation has this address.")
        raise Invalid(told, fields={"person_email": told})
    return person
