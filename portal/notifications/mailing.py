"""Mails about notices: how many, a generic sentence, a link to sign in. Nothing else can get in."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from smtplib import SMTPException

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from portal.accounts.models import User
from portal.notifications.models import Notification, NotificationChoice
from portal.notifications.queries import choice_of
from portal.notifications.verbs import VERBS
from portal.shared import clock

logger = logging.getLogger("portal.notifications")

Pace = NotificationChoice.Pace
EVERY = {Pace.AT_ONCE: timedelta(0), Pace.DAILY: timedelta(days=1), Pace.WEEKLY: timedelta(days=7)}


def may_be_told(user: User, row: Notification) -> bool:
    """Say whether the person may still go where the notice leads, at this very moment."""
    may = VERBS[row.verb].may
    return may is None or may(user, row.key)


def due(user: User, *, now_only: bool) -> list[Notification]:
    """Return the notices a mail may speak of now; ``now_only``: only those that cannot wait."""
    choice = choice_of(user)
    rows = Notification.objects.filter(user=user, read_at=None, told_at=None)
    patient = not _is_time(choice) or (now_only and choice.pace != Pace.AT_ONCE)
    return [
        row
        for row in rows.select_for_update()
        if (VERBS[row.verb].at_once or not patient) and may_be_told(user, row)
    ]


def _is_time(choice: NotificationChoice) -> bool:
    every = EVERY.get(Pace(choice.pace))
    if every is None:
        return False
    last = choice.last_mail_at
    return last is None or clock.now() - last >= every - timedelta(hours=1)


def tell(user_id: int, *, now_only: bool) -> bool:
    """Send one mail about what is due, and note it; return whether one went out.

    Notices are marked before the mail server is asked, in a transaction of their own: a mail may
    get lost with a server that fails, but never goes out twice.
    """
    with transaction.atomic():
        user = User.objects.filter(pk=user_id, is_active=True, hold="").first()
        if user is None or not _proven(user):
            return False
        rows = due(user, now_only=now_only)
        if not rows:
            return False
        moment = clock.now()
        Notification.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=moment)
        NotificationChoice.objects.update_or_create(user=user, defaults={"last_mail_at": moment})
    return _send(user, rows)


def tell_everybody() -> int:
    """Send the mails whose time has come; return how many. Run by a timer."""
    waiting = Notification.objects.filter(read_at=None, told_at=None)
    people = list(waiting.order_by("user").values_list("user", flat=True).distinct())
    return sum(tell(user_id, now_only=False) for user_id in people)


def _proven(user: User) -> bool:
    return EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()


def message(user: User, rows: Iterable[Notification]) -> EmailMessage:
    """Return the mail: count, sentences that say nothing, a link. In the person's language."""
    rows = list(rows)
    with translation.override(user.language):
        context = {
            "site_name": settings.SITE_NAME,
            "count": sum(row.count for row in rows),
            "sentences": sorted({str(VERBS[row.verb].outside) for row in rows}),
            "link": settings.WAGTAILADMIN_BASE_URL + reverse("notifications"),
        }
        subject = render_to_string("portal/notifications/mail_subject.txt", context).strip()
        body = render_to_string("portal/notifications/mail.txt", context)
    return EmailMessage(" ".join(subject.split()), body, to=[user.email])


def _send(user: User, rows: Iterable[Notification]) -> bool:
    try:
        message(user, rows).send()
    except (SMTPException, OSError):
        logger.exception("a mail about notices could not be sent")
        return False
    return True
