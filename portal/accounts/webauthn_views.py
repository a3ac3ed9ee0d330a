"""The four addresses of the passkey ceremony. They answer scripts in JSON.

Signing in with a passkey ends in the same stages as every other way in, never in a bare login: the
stock views of django-otp-webauthn do that, so they are not mounted. What a ceremony is for follows
from who asks: a signed-in person confirms, a pending sign-in gives its second factor, a visitor
signs in. It is noted when it begins, and must be the same when it is completed.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_login_redirect_url, get_next_redirect_url
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.db import DatabaseError, transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.utils import translation
from django.utils.translation import gettext as _
from django_otp_webauthn import exceptions
from django_otp_webauthn import views as stock
from django_otp_webauthn.utils import rewrite_exceptions

from portal.accounts import factor_flow, factors, passkeys, security_notices, stages, step_up
from portal.accounts.step_up_middleware import suspend_page
from portal.audit.services import record
from portal.languages.table import CODES
from portal.permissions import is_verified
from portal.shared import clock, ratelimit
from portal.shared.errors import ServiceError, TooMany
from portal.shared.http import client_address

logger = logging.getLogger("portal.accounts")

REGISTERING, ASSERTING = "passkey_registering", "passkey_asserting"  # keys in the session
MINUTES = 15  # between the beginning and the end of a ceremony
CONFIRM, SECOND, SIGN_IN = "confirm", "second", "sign-in"
KNOWN = (ServiceError, exceptions.OTPWebAuthnApiError, DatabaseError)  # not the parsers' own


@dataclass(frozen=True)
class Ceremony:
    """What a passkey is asked for, and of whom; nobody is named when a visitor signs in."""

    purpose: str
    user: Any = None

    def state(self, challenge: dict[str, Any]) -> dict[str, Any]:
        """Return what the session keeps until the answer comes."""
        return {
            "purpose": self.purpose,
            "user": self.user.pk if self.user else None,
            "at": clock.now().timestamp(),
            "challenge": challenge,
        }

    def take(self, request: HttpRequest, key: str) -> dict[str, Any]:
        """Return the challenge that was set, once. Raises InvalidState for another or old one."""
        kept = request.session.pop(key, None)
        request.session.save()
        if not isinstance(kept, dict):
            raise exceptions.InvalidState
        who = self.user.pk if self.user else None
        age = clock.now().timestamp() - kept["at"]
        if (kept["purpose"], kept["user"]) != (self.purpose, who) or not 0 <= age < MINUTES * 60:
            raise exceptions.InvalidState
        challenge: dict[str, Any] = kept["challenge"]
        return challenge


def asked_for(request: HttpRequest) -> Ceremony:
    """Return what an assertion would be for, judged by who asks."""
    if request.user.is_authenticated:
        return Ceremony(CONFIRM, request.user)
    stage = stages.pending(request)
    return Ceremony(SECOND, stage.login.user) if stage else Ceremony(SIGN_IN)


class _Answers(stock.BaseWebAuthnView):
    """Speaks the language of the page, counts, and answers every refusal in JSON."""

    limit = "passkey-begin"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        code = request.GET.get("language", "")
        with translation.override(code if code in CODES else translation.get_language()):
            response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def initial(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if seconds := ratelimit.wait(f"passkey:{client_address(request)}", self.limit):
            raise TooMany(seconds)
        super().initial(request, *args, **kwargs)

    def _parse_request_data(self, request: HttpRequest) -> dict[str, Any]:
        try:
            data = json.loads(request.body or b"{}")
        except (ValueError, RecursionError) as problem:
            raise exceptions.MalformedRequest from problem
        if request.content_type != "application/json" or not isinstance(data, dict):
            raise exceptions.MalformedRequest
        return data

    def get_helper(self) -> passkeys.Helper:
        return passkeys.Helper(request=self.request)

    def handle_exception(self, exc: Exception) -> HttpResponse:
        if isinstance(exc, step_up.Needed | ReauthenticationRequired):
            url = suspend_page(self.request)
            return JsonResponse({"code": "confirm", "redirect_url": url}, status=403)
        if isinstance(exc, TooMany):
            answer = JsonResponse({"code": "too_many"}, status=429)
            answer.headers["Retry-After"] = str(exc.wait)
            return answer
        if isinstance(exc, ServiceError):
            return JsonResponse({"code": "said", "detail": str(exc)}, status=400)
        if isinstance(exc, exceptions.CredentialNotFound):
            exc.status_code = 403  # a 404 would be led on to an address with a language
        return super().handle_exception(exc)  # type: ignore[no-any-return]


class RegisterBegin(_Answers):
    """Sets the challenge for a new passkey of the signed-in person."""

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = _signed_in(request)
        step_up.require_for_factors(user)
        options, challenge = self.get_helper().register_begin(user=user)
        request.session[REGISTERING] = Ceremony("register", user).state(challenge)
        return JsonResponse(options)


class RegisterComplete(_Answers):
    """Stores the passkey; the first factor of an account leads on to the recovery codes."""

    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = _signed_in(request)
        challenge = Ceremony("register", user).take(request, REGISTERING)
        name = str(self.request.data.get("name") or "")
        name = name or passkeys.suggested_name(request.headers.get("User-Agent", ""))
        with _refusing_nonsense():
            device = passkeys.add(
                user=user,
                helper=self.get_helper(),
                state=challenge,
                data=self.request.data.get("credential"),
                name=name,
                keep=request.session.session_key,
            )
        if not is_verified(user):
            step_up.confirm(request=request, device=device)
        messages.success(request, _("Your passkey is added. You can sign in with it from now on."))
        return JsonResponse({"redirect_url": factor_flow.go_on(request)})


class AuthenticateBegin(_Answers):
    """Sets the challenge for a passkey that is used. User verification is always asked for."""

    def post(self, request: HttpRequest) -> HttpResponse:
        ceremony = asked_for(request)
        if ceremony.user is not None and not factors.has_passkey(ceremony.user):
            raise exceptions.CredentialNotFound
        options, challenge = self.get_helper().authenticate_begin(
            user=ceremony.user, require_user_verification=True
        )
        request.session[ASSERTING] = ceremony.state(challenge)
        return JsonResponse(options)


class AuthenticateComplete(_Answers):
    """Checks the answer, and goes on with what the ceremony was for."""

    limit = "sign-in"

    def post(self, request: HttpRequest) -> HttpResponse:
        ceremony = asked_for(request)
        challenge = ceremony.take(request, ASSERTING)
        try:
            device = self._checked(ceremony, challenge)
        except exceptions.OTPWebAuthnApiError:
            _note_failure(ceremony)
            raise
        answer = FINISH[ceremony.purpose](request, device)
        # The redirect itself is followed by the script; its cookies are meant for the browser.
        response = JsonResponse({"redirect_url": answer.headers["Location"]})
        response.cookies = answer.cookies
        return response

    def _checked(self, ceremony: Ceremony, challenge: dict[str, Any]) -> Any:
        """Return the passkey that answered. One that is disabled, or whose account is, does not."""
        with _refusing_nonsense():
            device = self.get_helper().authenticate_complete(
                ceremony.user, challenge, self.request.data.get("credential")
            )
        if not device.confirmed:
            raise exceptions.CredentialDisabled
        if not device.user.is_active:
            raise exceptions.UserDisabled
        return device


@contextmanager
def _refusing_nonsense() -> Iterator[None]:
    """Make a refusal of whatever the parsers stumble over; nothing of what was sent is logged."""
    try:
        with rewrite_exceptions():
            yield
    except KNOWN:
        raise
    except Exception as problem:
        logger.warning("a passkey answer could not be read: %s", type(problem).__name__)
        raise exceptions.UnprocessableEntity from problem


def _signed_in(request: HttpRequest) -> Any:
    if not request.user.is_authenticated:
        raise exceptions.NotAuthenticated
    return request.user


def _sign_in(request: HttpRequest, device: Any) -> HttpResponse:
    """A visitor signs in with the passkey alone: the sign-in begins, and runs its stages."""
    user = device.user
    user.otp_device = device
    record_authentication(request, user, method="passkey")
    login = Login(user=user, email=user.email, redirect_url=get_next_redirect_url(request))
    response: HttpResponse = perform_login(request, login)
    return response


def _second(request: HttpRequest, device: Any) -> HttpResponse:
    """The second factor of a sign-in that waits for it."""
    stage = stages.pending(request)
    if stage is None:
        raise exceptions.InvalidState
    return stage.confirm(device)


def _confirm(request: HttpRequest, device: Any) -> HttpResponse:
    """A signed-in person confirms that it is she."""
    step_up.confirm(request=request, device=device)
    return HttpResponseRedirect(get_login_redirect_url(request))


FINISH = {SIGN_IN: _sign_in, SECOND: _second, CONFIRM: _confirm}


def _note_failure(ceremony: Ceremony) -> None:
    """Record an answer that proved nothing, whatever becomes of the request."""
    user = ceremony.user
    with transaction.atomic():
        if user is None:
            record("sign-in.failed", facts={"way": "passkey"})
        else:
            record("factor.failed", actor=user, about=user, facts={"kind": "passkey"})
    if user is not None:
        security_notices.count_wrong_factor(user)
