"""Asks again before a mail goes out: does this person still have something to do there?"""

from typing import Any

from portal.notifications.verbs import ask_before_mail
from portal.permissions import is_member
from portal.vetting.applicant_queries import requests_to
from portal.vetting.identity import OPEN
from portal.vetting.identity_permissions import identity_checks_visible_to
from portal.vetting.permissions import applications_awaiting


def may_decide(user: Any, key: str) -> bool:
    """Say whether the application with this number still waits for the person."""
    return applications_awaiting(user).filter(number=key).exists()


def may_check_identity(user: Any, key: str) -> bool:
    """Say whether the check with this public id is still open and in the person's reach."""
    return identity_checks_visible_to(user).filter(public_id=key, state__in=OPEN).exists()


def may_sponsor(user: Any, key: str) -> bool:
    """Say whether the application with this number still waits for the person's word."""
    return is_member(user) and requests_to(user).filter(number=key).exists()


ask_before_mail("decision", may_decide)
ask_before_mail("identity", may_check_identity)
ask_before_mail("sponsor", may_sponsor)
