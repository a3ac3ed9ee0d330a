"""Whoever is no member any more is in no group; when mails about groups may go."""

from typing import Any

from django.contrib.auth import get_user_model

from community.groups.commenting import VERB as PAPER
from community.groups.models import GroupMember
from community.groups.places import ANSWER, DOOR, INVITATION, PLACE, REQUEST, leave_everywhere
from community.ids import parse_uuid
from community.permissions import memberships_in_force
from portal.events import listen
from portal.events.messages import MembershipEnded
from portal.notifications.verbs import ask_before_mail
from portal.permissions import is_member


def on_membership_ended(message: MembershipEnded) -> None:
    """End her places, unless she is a member again (or has just become one)."""
    user = get_user_model().objects.filter(pk=message.user_id).first()
    if user is None or memberships_in_force().filter(user=user).exists():
        return
    leave_everywhere(user)


def _place(user: Any, key: str, **wanted: Any) -> bool:
    """Say whether she has such a place in the group a notice leads to."""
    number = parse_uuid(key)
    if number is None or not is_member(user):
        return False
    rows = GroupMember.objects.filter(person=user, group__public_id=number)
    return rows.filter(**wanted).exists()


listen(MembershipEnded, on_membership_ended)
ask_before_mail(REQUEST, lambda user, key: _place(user, key, state="in", leads=True))
ask_before_mail(INVITATION, lambda user, key: _place(user, key, state="invited"))
ask_before_mail(PLACE, lambda user, key: _place(user, key, state="in"))
ask_before_mail(DOOR, lambda user, key: _place(user, key, state="in"))
ask_before_mail(PAPER, lambda user, key: _place(user, key, state="in"))
ask_before_mail(ANSWER, lambda user, key: is_member(user))
