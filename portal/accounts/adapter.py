"""What this site does otherwise than allauth: language, mail, redirects, limits.

Sign-in passes through allauth's login stages (``get_login_stages``): the verified address, the
account not held, the second factor if there is one. Whatever way it began, it ends in ``login``
below, and nothing else in the site may make a signed-in session.
"""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from portal.accounts import factors, known_browsers, security_notices, stages, step_up
from portal.accounts.models import User
from portal.languages.table import CODES

logger = logging.getLogger("portal.accounts")

LONGEST_ADDRESS = 2000  # of a page to go back to, in characters


class AccountAdapter(DefaultAccountAdapter):
    """The adapter named in ``ACCOUNT_ADAPTER``."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This is already the address of your account."),
        "email_password_mismatch": _(
            "The e-mail address and the password do not belong together. Check both and try again."
        ),
        "email_taken": _("This address cannot be used. Use another one."),
        "enter_current_password": _("This is not your present password. Try again."),
        "incorrect_code": _("This code is not right. Check the newest mail and try again."),
        "incorrect_password": _("This is not your password. Try again."),
        "invalid_login": _("Enter an e-mail address such as name@example.org."),
        "invalid_password_reset": _("This link was used already or is too old."),
        "too_many_login_attempts": _(
            "There were too many tries. Wait 5 minutes, then sign in again."
        ),
        "rate_limited": _(
            "A code was sent a short time ago. Wait 3 minutes, then ask for a new one."
        ),
        "same_as_current": _("This is the same as now. Enter something else."),
    }

    def new_user(self, request: HttpRequest) -> User:
        """Return a new account that reads in the language of the page it was made on."""
        user: User = super().new_user(request)
        code = translation.get_language()
        user.language = code if code in CODES else settings.LANGUAGE_CODE
        return user

    def is_safe_url(self, url: str) -> bool:
        """Return whether ``url`` may be gone to after signing in: pages of this very host only."""
        request = allauth_context.request
        return len(url) <= LONGEST_ADDRESS and url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def is_ajax(self, request: HttpRequest) -> bool:
        """There is one way to sign in, the page; no second one that answers in JSON."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """A new password ends every sign-in, this one too."""
        return reverse("account_login")

    def get_login_stages(self) -> list[str]:
        """After allauth's own: the account must not be held, the second factor must be given."""
        return [*super().get_login_stages(), *stages.STAGES]

    def login(self, request: HttpRequest, user: User) -> None:
        """Make the signed-in session. The last gate: whoever skipped a stage stops here."""
        refused = stages.refusal(request, user)
        if refused is not None:
            raise ImmediateHttpResponse(refused)
        super().login(request, user)
        if getattr(user, "otp_device", None) is not None:
            step_up.note(request)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Finish a sign-in and remember the account in this browser."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        known_browsers.remember(request, response, user.email)
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        key = super()._get_login_attempts_cache_key(request, **credentials)
        known = known_browsers.knows(request, credentials.get("email") or "")
        return f"{key}:{'known' if known else 'unknown'}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail in the person's language. A mail server that fails is said, not a crash."""
        request = allauth_context.request
        person = context.get("user") or User.objects.filter(email__iexact=email).first()
        language = person.language if person else translation.get_language()
        with translation.override(language if language in CODES else settings.LANGUAGE_CODE):
            data = {
                **context,
                "site_name": settings.SITE_NAME,
                "site_url": request.build_absolute_uri(reverse("account_login")),
                "password_reset_url": context.get("password_reset_url")
                or request.build_absolute_uri(reverse("account_reset_password")),
            }
            message = self.render_mail(template_prefix, email, data)
        try:
            message.send()
        except (SMTPException, OSError):
            logger.exception("a mail of kind %s could not be sent", template_prefix)
            if template_prefix.endswith("password_reset_key"):
                return  # said here, it would tell that the address has an account
            text = _("The mail could not be sent. Please try again in a few minutes.")
            messages.add_message(request, messages.ERROR, text)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Before allauth changes something sensitive: who owns a second factor confirms by it."""
        request = allauth_context.request
        if request is not None and factors.has_factor(request.user):
            step_up.require(request.user)
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Send the link to set a new password, leading to a page in the person's language."""
        with translation.override(user.language):
            key = f"{context['uid']}-{context['key']}"
            link = self.get_reset_password_from_key_url(key)
        super().send_password_reset_mail(user, email, {**context, "password_reset_url": link})

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell the owner of an account that somebody wanted to sign up with the address."""
        self.send_mail("account/email/account_already_exists", email, {})

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Send allauth's notice in our words: what changed and when, nothing about the person."""
        security_notices.from_allauth(template_prefix, user, email)
