"""Mails about the safety of an account: that something happened and when, and what to do.

They name no person, no address, no browser and no network, and their subject is always the same
(security.md 4.7). One pair of templates serves all of them; django-allauth's own notices come
through here as well (``from_allauth``).
"""

import logging
from collections.abc import Mapping
from functools import partial
from smtplib import SMTPException
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.languages.table import CODES
from portal.notifications.models import Notification
from portal.notifications.services import notify
from portal.shared import clock

logger = logging.getLogger("portal.accounts")

HOUR = 3600
SEVERAL = 3  # wrong second factors within an hour

NOTICES: Mapping[str, str | Promise] = {
    "new_browser": _("Somebody signed in to your account in a browser that is new to us."),
    "factor_added": _("A second factor was added to your account."),
    "factor_removed": _("A second factor was removed from your account."),
    "recovery_made": _("New recovery codes for signing in were made for your account."),
    "recovery_used": _("A recovery code for signing in was used for your account."),
    "factor_failed": _(
        "Somebody entered several wrong second factors for your account. Whoever it was knows your "
        "password."
    ),
    "password_changed": _("The password of your account was changed."),
    "password_set": _("A password was set for your account."),
    "password_reset": _("A new password was set for your account with a link from a mail."),
    "address_changed": _(
        "The e-mail address of your account was changed. Mails go to the new address from now on."
    ),
    "identity_asked": _(
        "Somebody asked for a new proof of your identity, because a second factor was lost."
    ),
    "identity_granted": _(
        "Your identity was confirmed anew. Your old second factors are removed, and all sign-ins "
        "are ended."
    ),
    "identity_refused": _("The new proof of your identity was refused."),
    "identity_expired": _("The time for the new proof of your identity is over."),
    "message_device": _("A device for sealed messages was added to your account."),
    "message_identity": _(
        "A new security identity for sealed messages was made for your account. Your devices for "
        "sealed messages have to be confirmed again."
    ),
}
FROM_ALLAUTH = {
    "account/email/password_changed": "password_changed",
    "account/email/password_set": "password_set",
    "account/email/password_reset": "password_reset",
    "account/email/email_changed": "address_changed",
    "account/email/email_deleted": "address_changed",
}
SUBJECT = "account/email/security_notice_subject.txt"
BODY = "account/email/security_notice_message.txt"


def message(user: Any, notice: str, address: str) -> EmailMessage:
    """Return the mail of that name in the person's language. Raises KeyError for another name."""
    with translation.override(user.language if user.language in CODES else "en"):
        context = {
            "sentence": NOTICES[notice],
            "timestamp": clock.now(),
            "site_name": settings.SITE_NAME,
            "site_url": settings.WAGTAILADMIN_BASE_URL + reverse("account_login"),
            "password_reset_url": settings.WAGTAILADMIN_BASE_URL
            + reverse("account_reset_password"),
        }
        subject = " ".join(render_to_string(SUBJECT, context).split())
        body = render_to_string(BODY, context).strip() + "\n"
    return EmailMessage(subject, body, to=[address], headers={"Auto-Submitted": "auto-generated"})


@transaction.atomic
def tell(user: Any, notice: str) -> None:
    """Send the notice to the account's address once the transaction is committed.

    The list of notices inside gets one too, marked as told, so that no second mail speaks of it.
    Raises KeyError for a notice that is not in ``NOTICES``.
    """
    NOTICES[notice]
    _note_inside(user)
    address = EmailAddress.objects.get_primary_email(user) or user.email
    transaction.on_commit(partial(send, user, notice, address), robust=True)


def send(user: Any, notice: str, address: str) -> None:
    """Send the mail now. A mail server that fails is logged; the deed is done all the same."""
    try:
        message(user, notice, address).send()
    except (SMTPException, OSError):
        logger.exception("a security notice could not be sent")


def from_allauth(prefix: str, user: Any, old_address: str | None) -> None:
    """Send what django-allauth wants to say, in our words; nothing for a mail it does not send.

    A change of the address is told to the old one, which allauth names, and to the new one.
    """
    notice = FROM_ALLAUTH.get(prefix)
    if notice is None:
        return
    with transaction.atomic():
        _note_inside(user)
    present = EmailAddress.objects.get_primary_email(user) or user.email
    for address in dict.fromkeys(filter(None, (old_address, present))):
        send(user, notice, address)


def count_wrong_factor(user: Any) -> None:
    """Count a wrong second factor; from the third within an hour the person is told, once."""
    key = f"wrong-factor:{user.pk}"
    cache.add(key, 0, timeout=HOUR)
    try:
        several = cache.incr(key) >= SEVERAL
    except ValueError:  # it expired between the two statements
        return
    if several and cache.add(f"{key}:told", True, timeout=HOUR):
        tell(user, "factor_failed")


def _note_inside(user: Any) -> None:
    notify(user, "security", place="account_security")
    Notification.objects.filter(
        user=user, verb="security", place="account_security", read_at=None
    ).update(told_at=clock.now())
