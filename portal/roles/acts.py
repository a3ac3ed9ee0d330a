"""What approvers do with a person besides roles, each deed by the service it belongs to."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Hold, User
from portal.roles.checks import checked_reason
from portal.roles.permissions import can_manage_account, can_manage_membership
from portal.shared.errors import NotAllowed
from portal.vetting.models import Membership

State = Membership.State


@dataclass(frozen=True)
class Act:
    """One deed: its words, who may, when it makes sense, and which service does it.

    ``service`` is "module:function"; it is called with ``actor``, ``user`` and, if the deed asks
    for one, ``reason``; it asks for a fresh second factor and for the right itself.
    """

    title: Promise
    explanation: Promise
    verb: Promise
    done: Promise
    may: Callable[[Any, User], bool]
    fits: Callable[[User], bool]
    service: str
    danger: bool = True
    asks_reason: bool = True

    def is_open(self, actor: Any, person: User) -> bool:
        """Say whether the actor may do it to this person now."""
        return self.fits(person) and self.may(actor, person)

    def run(self, *, actor: Any, user: User, **more: str) -> Any:
        """Do it. Raises NotAllowed, Invalid, and whatever the service raises."""
        if not self.is_open(actor, user):
            raise NotAllowed
        module, _colon, name = self.service.partition(":")
        deed = getattr(import_module(module), name)
        if "reason" in more:
            more["reason"] = checked_reason(more["reason"])
        return deed(actor=actor, user=user, **more)


def _membership_is(*states: str) -> Callable[[User], bool]:
    def fits(person: User) -> bool:
        membership = getattr(person, "membership", None)
        return membership is not None and membership.state in states

    return fits


ACTS: dict[str, Act] = {
    "suspend": Act(
        _("Suspend the membership"),
        _("The person keeps the account and public courses, and loses everything for members."),
        _("Suspend the membership"),
        _("The membership is suspended."),
        can_manage_membership,
        _membership_is(State.ACTIVE, State.LAPSED),
        "portal.vetting.membership:suspend",
    ),
    "restore": Act(
        _("Restore the membership"),
        _("The person is a member again. Roles that have not ended count again."),
        _("Restore the membership"),
        _("The membership is restored."),
        can_manage_membership,
        _membership_is(State.SUSPENDED),
        "portal.vetting.membership:restore",
        danger=False,
    ),
    "end": Act(
        _("End the membership"),
        _("The person is no longer a member. To come back, they have to apply again."),
        _("End the membership"),
        _("The membership has ended."),
        can_manage_membership,
        _membership_is(State.ACTIVE, State.SUSPENDED, State.LAPSED),
        "portal.vetting.membership:end",
    ),
    "hold": Act(
        _("Suspend the account"),
        _("Nobody can sign in with this account, and every sign-in ends at once."),
        _("Suspend the account"),
        _("The account is suspended."),
        can_manage_account,
        lambda person: person.hold == Hold.NONE,
        "portal.roles.account_services:hold",
        asks_reason=False,
    ),
    "release": Act(
        _("Release the account"),
        _("The person can sign in again."),
        _("Release the account"),
        _("The account is released."),
        can_manage_account,
        lambda person: person.hold != Hold.NONE,
        "portal.roles.account_services:release",
        danger=False,
        asks_reason=False,
    ),
}


def open_acts(actor: Any, person: User) -> list[tuple[str, Act]]:
    """Return what the actor may do to this person now, with the names of the addresses."""
    return [(name, act) for name, act in ACTS.items() if act.is_open(actor, person)]
