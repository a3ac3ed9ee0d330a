"""The last mail to a person whose account is gone. It says that, and nothing else."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from portal.languages.table import CODES

logger = logging.getLogger("portal.rights")


def account_deleted(address: str, language: str) -> None:
    """Tell a person that her account was deleted. A mail server that fails is only logged."""
    with translation.override(language if language in CODES else settings.LANGUAGE_CODE):
        context = {"site_name": settings.SITE_NAME}
        subject = render_to_string("portal/rights/mail_deleted_subject.txt", context)
        body = render_to_string("portal/rights/mail_deleted.txt", context)
    message = EmailMessage(" ".join(subject.split()), body, to=[address])
    try:
        message.send()
    except (SMTPException, OSError):
        logger.exception("the mail about a deleted account could not be sent")
