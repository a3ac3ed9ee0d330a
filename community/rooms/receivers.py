"""Whoever is no member any more is in no room. Connected by the app when it starts."""

from django.contrib.auth import get_user_model

from community.permissions import memberships_in_force
from community.rooms.services import leave_everywhere
from portal.events import listen
from portal.events.messages import MembershipEnded


def on_membership_ended(message: MembershipEnded) -> None:
    """End her places, unless she is a member again (or has just become one)."""
    user = get_user_model().objects.filter(pk=message.user_id).first()
    if user is None or memberships_in_force().filter(user=user).exists():
        return
    leave_everywhere(user)


listen(MembershipEnded, on_membership_ended)
