"""Closes sockets when a sign-in ends, and has them ask again when rights change."""

from portal.events import listen
from portal.events.messages import MembershipEnded, RightsChanged, SignInEnded, SignInsEnded
from portal.sockets import groups


def end_one(event: SignInEnded) -> None:
    """Close the sockets of one sign-in."""
    groups.tell(groups.of_session(event.session), {"type": "sign.in.ended"})


def ask_again(event: SignInsEnded | RightsChanged | MembershipEnded) -> None:
    """Have every socket of the account look again at once whether it may go on."""
    groups.tell(groups.of_user(event.user_id), {"type": "ask.again"})


listen(SignInEnded, end_one)
for kind in (SignInsEnded, RightsChanged, MembershipEnded):
    listen(kind, ask_again)
