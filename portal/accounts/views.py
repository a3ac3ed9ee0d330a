"""The account pages that are ours; the others are allauth's with our forms and templates."""

from typing import Any

from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import (
    consume_email_verification_rate_limit,
)
from allauth.account.internal.flows.logout import logout
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from portal.accounts import factors, passkeys, queries, services, step_up
from portal.accounts.forms import PasskeyNameForm, ProfileForm
from portal.shared.errors import NotAllowed


class SignOutView(allauth_views.LogoutView):
    """Ends the sign-in and asks the browser to forget what it kept of it."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        was_signed_in = self.request.user.is_authenticated
        response: HttpResponse = super().post(*args, **kwargs)
        # A visitor who gives up signing up keeps the answers stored on the device.
        if was_signed_in:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class ConfirmAddressView(allauth_views.ConfirmEmailVerificationCodeView):
    """Asks for the code sent by mail. A new one can be had after three minutes."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        email = self._process.email
        if self._action == "resend" and not consume_email_verification_rate_limit(
            request, email, dry_run=True
        ):
            messages.error(request, get_adapter().error_messages["rate_limited"])
            return HttpResponseRedirect(self.passthrough_next_url(request.path))
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response


class ChangePasswordView(allauth_views.PasswordChangeView):
    """Changes the password. Who owns a second factor confirms first: a form with passwords in it
    is never kept meanwhile (the form asks again when it is sent)."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        step_up.require_if_owned(request.user)
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response


class SetPasswordView(allauth_views.PasswordSetView):
    """Sets the first password of an account, on the same terms."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        step_up.require_if_owned(request.user)
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response


sign_out = SignOutView.as_view()
change_password = ChangePasswordView.as_view()
set_password = SetPasswordView.as_view()
confirm_address = login_not_required(ConfirmAddressView.as_view())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """ "About me": name, language, country."""
    user: Any = request.user
    start = {"name": user.name, "language": user.language, "region": user.region_id or ""}
    form = ProfileForm(request.POST or None, initial=start)
    if not (request.method == "POST" and form.is_valid()):
        return render(request, "portal/accounts/profile.html", {"form": form})
    services.update_profile(user=user, **form.cleaned_data)
    with translation.override(form.cleaned_data["language"]):
        messages.success(request, _("Your details are saved."))
        response = redirect("account_profile")
    _remember_language(response, form.cleaned_data["language"])
    return response


@login_required
@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """Password, e-mail address and sign-ins in one place."""
    rows = queries.sign_ins(request.user, request.session.session_key)  # type: ignore[arg-type]
    context = {"sign_ins": rows, "factors": factors.of(request.user)}
    return render(request, "portal/accounts/security.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_ins(request: HttpRequest) -> HttpResponse:
    """The list of sign-ins; a POST ends one (``sign_in``), the ``others``, or ``all``."""
    user: Any = request.user
    key = request.session.session_key
    if request.method != "POST":
        context = {"sign_ins": queries.sign_ins(user, key)}
        return render(request, "portal/accounts/sign_ins.html", context)
    if "all" in request.POST:
        return _sign_out_everywhere(request)
    if "others" in request.POST:
        services.end_sign_ins(user=user, but=key)
        messages.success(request, _("You are signed out everywhere else."))
        return redirect("account_security")
    services.end_sign_in(user=user, sign_in=_number(request.POST.get("sign_in", "")))
    return _after_ended(request)


def _sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    services.end_sign_ins(user=request.user, but=request.session.session_key)
    logout(request, show_message=False)
    messages.success(request, _("You are signed out everywhere."))
    return redirect("account_login")


def _after_ended(request: HttpRequest) -> HttpResponse:
    """Say that a browser is signed out; whoever did not know it sets a new password next."""
    if "not_me" not in request.POST:
        messages.success(request, _("That browser is signed out."))
        return redirect("account_security")
    messages.warning(request, _("That browser is signed out. Now set a new password."))
    return redirect("account_change_password")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rename_passkey(request: HttpRequest, number: str) -> HttpResponse:
    """Give a passkey another name."""
    user: Any = request.user
    device: Any = factors.find(user=user, kind=factors.PASSKEY, number=int(number))
    form = PasskeyNameForm(request.POST or None, initial={"name": device.name})
    if request.method == "POST" and form.is_valid():
        passkeys.rename(user=user, passkey=device.pk, **form.cleaned_data)
        messages.success(request, _("The passkey has its new name."))
        return redirect("account_security")
    return render(request, "portal/accounts/passkey_rename.html", {"form": form})


def _number(text: str) -> int:
    """Return the id in a form field. Raises NotAllowed for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise NotAllowed
    return int(text)


def _remember_language(response: HttpResponse, code: str) -> None:
    """Let addresses without a language lead to this one."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
