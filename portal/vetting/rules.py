"""The way of an application as one table: in which state which deed leads where, and whose it is.

Pure: no database, no clock. The services of the applicant, the sponsor and the approvers ask here
before they write, so that no second opinion about the way can grow anywhere else.
Source of the flow: issue 4 item 3.
"""

from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where an application stands. The values are those of models.Application.State."""

    DRAFT = "draft"
    SPONSOR = "sponsor"
    REVIEW = "review"
    INFORMATION = "information"
    CONFIRMATION = "confirmation"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Deed(StrEnum):
    """What can happen to an application."""

    SUBMIT = "submit"
    SPONSOR_CONFIRM = "sponsor_confirm"
    SPONSOR_DECLINE = "sponsor_decline"
    NAME_SPONSOR = "name_sponsor"
    ASK_INFORMATION = "ask_information"
    GIVE_INFORMATION = "give_information"
    PROPOSE = "propose"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    REFUSE = "refuse"
    APPEAL = "appeal"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class Who(StrEnum):
    """Whose deed it is. Which person exactly is decided in permissions and services."""

    APPLICANT = "applicant"
    SPONSOR = "sponsor"
    APPROVER = "approver"
    CLOCK = "clock"


OPEN = frozenset({State.DRAFT, State.SPONSOR, State.REVIEW, State.INFORMATION, State.CONFIRMATION})
CLOSED = frozenset(State) - OPEN

# Expiry is only for states in which the applicant or her sponsor is silent: nobody loses an
# application because the approvers are slow.
WAITING_OUTSIDE = frozenset({State.DRAFT, State.SPONSOR, State.INFORMATION})

DECIDES: dict[Deed, Who] = {
    Deed.SUBMIT: Who.APPLICANT,
    Deed.SPONSOR_CONFIRM: Who.SPONSOR,
    Deed.SPONSOR_DECLINE: Who.SPONSOR,
    Deed.NAME_SPONSOR: Who.APPLICANT,
    Deed.ASK_INFORMATION: Who.APPROVER,
    Deed.GIVE_INFORMATION: Who.APPLICANT,
    Deed.PROPOSE: Who.APPROVER,
    Deed.SEND_BACK: Who.APPROVER,
    Deed.APPROVE: Who.APPROVER,
    Deed.REFUSE: Who.APPROVER,
    Deed.APPEAL: Who.APPLICANT,
    Deed.WITHDRAW: Who.APPLICANT,
    Deed.EXPIRE: Who.CLOCK,
}

WAY: dict[tuple[State, Deed], State] = {
    (State.DRAFT, Deed.SUBMIT): State.SPONSOR,  # a courier's: straight to REVIEW, see next_state
    (State.SPONSOR, Deed.SPONSOR_CONFIRM): State.REVIEW,
    (State.SPONSOR, Deed.SPONSOR_DECLINE): State.SPONSOR,  # she may name another
    (State.SPONSOR, Deed.NAME_SPONSOR): State.SPONSOR,
    (State.REVIEW, Deed.PROPOSE): State.CONFIRMATION,
    (State.REVIEW, Deed.ASK_INFORMATION): State.INFORMATION,
    (State.CONFIRMATION, Deed.ASK_INFORMATION): State.INFORMATION,
    (State.CONFIRMATION, Deed.SEND_BACK): State.REVIEW,
    (State.CONFIRMATION, Deed.APPROVE): State.APPROVED,
    (State.CONFIRMATION, Deed.REFUSE): State.REFUSED,
    (State.INFORMATION, Deed.GIVE_INFORMATION): State.REVIEW,
    (State.REFUSED, Deed.APPEAL): State.REVIEW,
    **{(state, Deed.WITHDRAW): State.WITHDRAWN for state in OPEN},
    **{(state, Deed.EXPIRE): State.EXPIRED for state in WAITING_OUTSIDE},
}

SPONSORS_AT_MOST = 3  # in all, the first one counted
APPEALS_AT_MOST = 1
APPEAL_WITHIN = timedelta(days=30)
COURIER = "courier"  # the tier without a sponsor


def next_state(state: str, deed: str, *, tier: str = "member") -> State:
    """Where the deed leads from this state; ValueError if the table does not allow it.

    tier matters for "submit" alone: a courier's application has no sponsor to wait for.
    """
    key = (State(state), Deed(deed))
    if key not in WAY:
        raise ValueError(f"{deed} is not possible while {state}")
    if deed == Deed.SUBMIT and tier == COURIER:
        return State.REVIEW
    return WAY[key]


def may(state: str, deed: str) -> bool:
    """Whether the table allows the deed in this state (persons and limits apart)."""
    return (State(state), Deed(deed)) in WAY


def deeds_of(who: str, state: str) -> frozenset[Deed]:
    """What this kind of person can do while the application is in this state."""
    return frozenset(deed for (at, deed) in WAY if at == state and DECIDES[deed] == who)


def may_name_another(named: int) -> bool:
    """Whether one more sponsor may be named after so many."""
    return named < SPONSORS_AT_MOST


def appeal_until(decided_at: datetime) -> datetime:
    """The last moment at which a refusal can be appealed."""
    return decided_at + APPEAL_WITHIN


def may_appeal(*, state: str, appeals: int, decided_at: datetime | None, now: datetime) -> bool:
    """Once, within 30 days of the refusal."""
    if state != State.REFUSED or appeals >= APPEALS_AT_MOST or decided_at is None:
        return False
    return now <= appeal_until(decided_at)


def may_apply_again(*, state: str, decided_at: datetime | None, now: datetime) -> bool:
    """Whether a new application may follow one in this state: a refusal has to be 30 days old."""
    if state == State.REFUSED:
        return decided_at is None or now > appeal_until(decided_at)
    return state in CLOSED
