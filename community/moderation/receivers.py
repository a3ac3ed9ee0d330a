"""Asks again before a mail goes out. Connected by the app when it starts."""

from typing import Any

from community.ids import parse_uuid
from community.moderation.permissions import reports_visible_to
from community.rooms.models import Report
from portal.notifications.verbs import ask_before_mail


def may_decide(user: Any, key: str) -> bool:
    """Say whether the report with this public id still waits for the person."""
    number = parse_uuid(key)
    if number is None:
        return False
    return reports_visible_to(user).filter(public_id=number, state=Report.State.OPEN).exists()


ask_before_mail("report", may_decide)
