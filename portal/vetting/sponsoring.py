"""The sponsor: a member whom the applicant names, and who says whether he vouches for her.

The answer to the applicant is the same whether the address belongs to a member or to nobody, and
nothing is sent to addresses we do not know. A request reaches only members in force.
"""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts import step_up
from portal.accounts.models import User
from portal.notifications.services import notify
from portal.permissions import is_member
from portal.shared.errors import Invalid, NotAllowed
from portal.vetting import moves, rules
from portal.vetting.models import Application, ApplicationStep

Kind = ApplicationStep.Kind
NAMINGS = (Kind.SUBMITTED, Kind.SPONSOR_NAMED)


def not_herself(applicant: User, email: str) -> None:
    """Raise Invalid if the address is the applicant's own. (That tells her nothing new.)"""
    own = {address.email.lower() for address in EmailAddress.objects.filter(user=applicant)}
    if email.strip().lower() in own | {applicant.email.lower()}:
        raise Invalid(fields={"sponsor_email": _("Name another person than yourself.")})


def find(applicant: User, email: str) -> User | None:
    """Return the member in force with that proven address, who is not the applicant."""
    address = (
        EmailAddress.objects.filter(email__iexact=email.strip(), verified=True)
        .select_related("user")
        .exclude(user=applicant)
        .first()
    )
    return address.user if address is not None and is_member(address.user) else None


def ask(row: Application, email: str) -> None:
    """Name the sponsor (unsaved) and tell him, if the address is a member's."""
    row.sponsor_email = email
    row.sponsor = find(row.applicant, email)
    if row.sponsor is not None:
        notify(row.sponsor, "sponsor", place="sponsor_request", key=row.number)


def named(row: Application) -> int:
    """Return how many sponsors were named so far, the first one counted."""
    return row.steps.filter(kind__in=NAMINGS).count()


def may_name_another(row: Application) -> bool:
    """Say whether one more sponsor may be named."""
    return rules.may_name_another(named(row))


def has_declined(row: Application) -> bool:
    """Say whether the sponsor named last declined."""
    last = row.steps.filter(kind__in=(*NAMINGS, Kind.SPONSOR_DECLINED)).last()
    return last is not None and last.kind == Kind.SPONSOR_DECLINED


def name_another(*, user: User, email: str) -> Application:
    """Name another sponsor; three in all. The one before can no longer answer.

    Raises Conflict when the application does not wait for a sponsor, Invalid for the address,
    TooMany above the limit of a day.
    """
    not_herself(user, email)
    moves.within("applications", user)
    with transaction.atomic():
        row = moves.own(user)
        if not may_name_another(row):
            raise Invalid(_("You have named three members. No other can be named."))
        if email.strip().lower() == row.sponsor_email.lower():
            message = _("You have named this person already. Name another member.")
            raise Invalid(fields={"sponsor_email": message})
        moves.move(row, rules.Deed.NAME_SPONSOR)
        ask(row, email)
        row.save()
        moves.note(row, Kind.SPONSOR_NAMED, user)
        moves.write_down("application.sponsor-named", user, row)
    return row


def answer(*, sponsor: User, number: str, vouches: bool, text: str) -> Application:
    """Confirm (``text``: how he knows her) or decline (``text``: why). The applicant reads neither.

    Needs a fresh second factor. Raises NotAllowed for anybody but the sponsor who is asked now,
    Conflict when the application no longer waits for him.
    """
    step_up.require(sponsor)
    with transaction.atomic():
        row = Application.objects.select_for_update().filter(number=number, sponsor=sponsor).first()
        if row is None or row.applicant_id == sponsor.pk or not is_member(sponsor):
            raise NotAllowed
        text = moves.words("how" if vouches else "reason", text)
        moves.move(row, rules.Deed.SPONSOR_CONFIRM if vouches else rules.Deed.SPONSOR_DECLINE)
        if not vouches:
            row.sponsor = None
        row.save()
        kind = Kind.SPONSOR_CONFIRMED if vouches else Kind.SPONSOR_DECLINED
        moves.note(row, kind, sponsor, text=text, for_applicant=False)
        said: dict[str, Any] = {"answer": "confirmed" if vouches else "declined"}
        moves.write_down("application.sponsor", sponsor, row, **said)
        moves.tell_applicant(row)
        if vouches:
            moves.tell_approvers(row)
    return row
