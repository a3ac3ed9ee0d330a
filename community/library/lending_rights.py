"""What a person asked for, borrowed and got copies of: given out, ended with her membership."""

from typing import Any

from community.library import copies, lending
from community.library.copy_models import StampedCopy
from community.library.models import AccessRequest
from portal.accounts.models import User
from portal.events import listen
from portal.events.messages import MembershipEnded
from portal.rights.registry import Rows, register


def on_membership_ended(message: MembershipEnded) -> None:
    """End what was lent; a membership that comes back does not open it again."""
    person = User.objects.filter(pk=message.user_id).first()
    if person is not None:
        lending.end_all_of(person=person)


def give(user: Any) -> Rows:
    """Return her requests with their answers, and the copies that bear her name."""
    asked = AccessRequest.objects.filter(person=user).order_by("pk")
    names = ("publication__public_id", "reason", "answer", "state", "asked_at", "ends_at")
    made = StampedCopy.objects.filter(person=user).order_by("pk")
    return [
        *({"kind": "request", **row} for row in asked.values(*names)),
        *({"kind": "copy", **row} for row in made.values("number", "label", "state", "asked_at")),
    ]


def erase(user: Any) -> None:
    """Delete her copies with their files; requests go with the account's own row."""
    copies.forget(person=user)


listen(MembershipEnded, on_membership_ended)
register("library-requests", give, erase)
