"""The organisation of an application: an approver accepts a proposed one or takes a known one."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.organisations.models import Organisation, Unit
from portal.organisations.queries import to_pick_from
from portal.organisations.services import accept
from portal.shared.errors import Conflict, Invalid
from portal.vetting.models import Application, Tier
from portal.vetting.permissions import in_reach

ACCEPT = "accept"


def is_open(application: Application) -> bool:
    """Say whether nobody has looked at the application's organisation yet."""
    found = application.organisation
    return found is not None and found.state == Organisation.State.PROPOSED


def known_ones(application: Application) -> QuerySet[Organisation]:
    """Return the known organisations that may stand in the place of a proposed one."""
    rows = to_pick_from(application.country_id or "")
    if application.tier == Tier.COURIER:
        return rows.filter(unit=Unit.COURIER)
    return rows.exclude(unit=Unit.COURIER)


def settle(*, actor: Any, application: Application, choice: str) -> Organisation:
    """Return the organisation the applicant will belong to; accept a proposed one if chosen.

    ``choice`` is "accept" or the public id of a known organisation of the same country, and counts
    only while the organisation is a proposed one. Raises Invalid, also where the tier does not fit:
    a courier's employee gets courses and nothing else (brief 13).
    """
    found = _not_merged(application)
    if found.state == Organisation.State.PROPOSED:
        if choice == ACCEPT:
            accept(actor=actor, organisation=found)
            found.refresh_from_db()
        else:
            found = _picked(actor, application, choice)
    if (found.unit == Unit.COURIER) != (application.tier == Tier.COURIER):
        raise _invalid(
            _("This kind of organisation does not fit what the person applied for. Refuse, or ask.")
        )
    return found


def kept(application: Application) -> Organisation:
    """Return the organisation settled by the first person. Raises Conflict if it is not one."""
    found = _not_merged(application)
    if found.state != Organisation.State.ACTIVE:
        raise Conflict(_("The organisation is not accepted. Send the application back."))
    return found


def _not_merged(application: Application) -> Organisation:
    found = application.organisation
    while found is not None and found.merged_into is not None:
        found = found.merged_into
    if found is None:
        raise Conflict(_("The application names no organisation. Ask the applicant for it."))
    return found


def _picked(actor: Any, application: Application, choice: str) -> Organisation:
    found = next((row for row in known_ones(application) if str(row.public_id) == choice), None)
    if found is None:
        raise _invalid(_("Accept the organisation or choose a known one."))
    if not in_reach(actor, country=found.country_id, organisation_id=found.pk):
        raise _invalid(_("Choose an organisation that you are responsible for."))
    return found


def _invalid(why: object) -> Invalid:
    return Invalid(why, fields={"organisation": why})
