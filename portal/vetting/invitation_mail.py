"""The mail that invites, and the sentences about rows that cannot be invited."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.vetting.models import Invitation

logger = logging.getLogger("portal.vetting")

COUNTRY_MISSING = _("The country is missing.")
UNKNOWN_ORGANISATION = _(
    "We do not know this organisation in this country. Add it under Organisations first."
)
OUT_OF_REACH = _("You do not answer for this country or organisation.")
OWN_ADDRESS = _("This is your own address.")
NO_COURIER = _("This organisation is no postal operator or courier.")


def message(invitation: Invitation, secret: str) -> EmailMessage:
    """Return the mail in the invited person's language: who we are and a link; no names."""
    with translation.override(invitation.language):
        link = settings.WAGTAILADMIN_BASE_URL + reverse("invitation", args=[secret])
        context = {"site_name": settings.SITE_NAME, "link": link}
        subject = render_to_string("portal/vetting/invitation_mail_subject.txt", context)
        body = render_to_string("portal/vetting/invitation_mail.txt", context)
    return EmailMessage(" ".join(subject.split()), body, to=[invitation.email])


def send(invitation: Invitation, secret: str) -> None:
    """Send it; a mail server that fails is logged, and the row can be sent again."""
    try:
        message(invitation, secret).send()
    except (SMTPException, OSError):
        logger.exception("an invitation could not be sent")
