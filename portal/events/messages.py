"""The messages there are. Ids and plain values only: no text a person wrote, no model objects."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SignInEnded:
    """One sign-in of an account is over; ``session`` is the SHA-256 (hex) of its session key."""

    user_id: int
    session: str


@dataclass(frozen=True)
class SignInRenewed:
    """A sign-in goes on under another session key; both are named as in ``SignInEnded``."""

    user_id: int
    old: str
    new: str


@dataclass(frozen=True)
class SignInsEnded:
    """Every sign-in of an account is over (account closed, held, factor or password changed)."""

    user_id: int


@dataclass(frozen=True)
class RightsChanged:
    """Membership or roles of a person changed: whoever keeps them in memory asks again."""

    user_id: int


@dataclass(frozen=True)
class MembershipStarted:
    """A person became a member, or a courier's learner (``tier``: member or courier)."""

    user_id: int
    tier: str


@dataclass(frozen=True)
class MembershipEnded:
    """A membership lapsed, was suspended or ended; what was lent to the person ends with it."""

    user_id: int


@dataclass(frozen=True)
class InvitationAccepted:
    """An invited person has an account now; ``course`` is the slug she was invited to or ""."""

    user_id: int
    course: str
    given_by_id: int | None


@dataclass(frozen=True)
class InvitationWithdrawn:
    """An accepted invitation to a course was taken back; ``course`` is the slug."""

    user_id: int
    course: str


@dataclass(frozen=True)
class NotificationsChanged:
    """The number of unread notices of a person changed; ``new``: because something happened."""

    user_id: int
    new: bool = False
