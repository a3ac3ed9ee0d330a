"""Signing in or up takes over what the person did as a visitor."""

from typing import Any

from allauth.account.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from courses.enrolment.services import claim
from courses.player.reader import visitor_key


@receiver(user_logged_in)
def keep_visitors_work(sender: type, request: HttpRequest, user: Any, **_: Any) -> None:
    """Give the account what its owner did in this browser before."""
    if key := visitor_key(request):
        claim(user=user, visitor=key)
