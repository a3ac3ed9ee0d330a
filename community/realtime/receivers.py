"""Tells the processes that hold chat sockets when a sign-in ended or somebody's rights changed.

The groups of ``portal.sockets`` are one for each socket; here each process has one ear.
"""

from community.realtime.pokes import EVERYBODY
from portal.events import listen
from portal.events.messages import MembershipEnded, RightsChanged, SignInEnded, SignInsEnded
from portal.sockets import groups


def end_one(event: SignInEnded) -> None:
    """Close the sockets of one sign-in."""
    message = {"type": "chat.session", "user": event.user_id, "session": event.session}
    groups.tell(EVERYBODY, message)


def ask_again(event: SignInsEnded | RightsChanged | MembershipEnded) -> None:
    """Have every socket of the account asked again at once whether it may go on."""
    groups.tell(EVERYBODY, {"type": "chat.person", "user": event.user_id})


listen(SignInEnded, end_one)
for kind in (SignInsEnded, RightsChanged, MembershipEnded):
    listen(kind, ask_again)
