"""The second factor: asked at sign-in, set up, recovered, removed."""

from dataclasses import dataclass
from typing import Any

from allauth.account.utils import get_login_redirect_url, get_next_redirect_url
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_otp.models import Device

from portal.accounts import factor_flow, factor_services, factors, qr, stages, step_up
from portal.accounts.factor_forms import AppCodeForm, FirstCodeForm, RecoveryCodeForm
from portal.permissions import is_verified
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany

page = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Asked:
    """Whose second factor is asked: of a pending sign-in, or of one that lacks it."""

    user: Any
    stage: stages.OTPStage | None

    def finish(self, request: HttpRequest, device: Device) -> HttpResponse:
        """Sign in, or raise the sign-in there is, and go where the person wanted."""
        if self.stage is not None:
            return self.stage.confirm(device)
        step_up.confirm(request=request, device=device)
        return redirect(get_login_redirect_url(request))

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what both pages show; a pending sign-in knows itself where it leads."""
        goal = "" if self.stage else get_next_redirect_url(request)
        return {"pending": self.stage is not None, "next": goal or ""}


def _asked(request: HttpRequest) -> Asked | None:
    stage = stages.pending(request)
    if stage is not None:
        return Asked(stage.login.user, stage)
    waiting = request.user.is_authenticated and not is_verified(request.user)
    return Asked(request.user, None) if waiting and factors.has_factor(request.user) else None


def _away(request: HttpRequest) -> HttpResponse:
    """Lead on who has nothing to confirm here."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    if is_verified(request.user):
        return redirect(get_login_redirect_url(request))
    return redirect("account_factor_setup")


def _try(request: HttpRequest, asked: Asked, device: Device, form: Any) -> HttpResponse | None:
    """Return where a right code leads; None with the reason beside the form for any other."""
    code = form.cleaned_data["code"]
    try:
        device = factor_services.check(user=asked.user, device=device, code=code)
    except (Invalid, TooMany) as problem:
        device.refresh_from_db()
        form.refuse(problem, wait=device.wait)
        return None
    return asked.finish(request, device)


@never_cache
@login_not_required
@page
def ask(request: HttpRequest) -> HttpResponse:
    """The second factor at sign-in: passkey first, else a code of the app that the form names."""
    asked = _asked(request)
    if asked is None:
        return _away(request)
    owned = factors.of(asked.user)
    form = AppCodeForm(request.POST or None, apps=owned.apps)
    if request.method == "POST" and form.is_valid():
        number = int(form.cleaned_data["device"])
        device = factors.find(user=asked.user, kind=factors.APP, number=number)
        if done := _try(request, asked, device, form):
            return done
    context = {"form": form, "factors": owned, **asked.context(request)}
    return render(request, "portal/accounts/factor_ask.html", context)


@never_cache
@login_not_required
@page
def recover(request: HttpRequest) -> HttpResponse:
    """A recovery code instead of the second factor."""
    asked = _asked(request)
    if asked is None:
        return _away(request)
    device = factors.recovery_of(asked.user)
    form = RecoveryCodeForm(request.POST or None)
    tried = request.method == "POST" and device is not None and form.is_valid()
    if tried and (done := _try(request, asked, device, form)):
        _say_what_is_left(request, device)
        return done
    context = {"form": form, "exists": device is not None, **asked.context(request)}
    return render(request, "portal/accounts/factor_recover.html", context)


def _say_what_is_left(request: HttpRequest, device: Any) -> None:
    left = device.codes.filter(used_at=None).count()
    text = ngettext(
        "You have %(number)s recovery code left. You can make new ones under Account security.",
        "You have %(number)s recovery codes left. You can make new ones under Account security.",
        left,
    )
    messages.warning(request, text % {"number": left})


@never_cache
@login_not_required
@page
def lost(request: HttpRequest) -> HttpResponse:
    """Nothing at hand: a POST asks that the person's identity be proved again, as at entry."""
    stage = stages.pending(request)
    if stage is None:
        return _away(request)
    if request.method == "POST":
        try:
            factor_services.ask_identity(user=stage.login.user)
        except (Conflict, NotAllowed):
            pass  # asked before, or nobody can be asked: the answer tells nothing about it
    asked = request.method == "POST"
    return render(request, "portal/accounts/lost.html", {"asked": asked})


@never_cache
@login_not_required
@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """Says that an account is suspended, and what to do. Tells nothing about anybody."""
    return render(request, "portal/accounts/held.html")


@never_cache
@login_required
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Which second factor to add: a passkey (advised) or an app."""
    factor_flow.remember_goal(request)
    context = {"factors": factors.of(request.user)}
    return render(request, "portal/accounts/factor_setup.html", context)


@never_cache
@login_required
@require_POST
def begin_app(request: HttpRequest) -> HttpResponse:
    """Make the secret of an app, to be shown on the next page."""
    factor_services.begin_app(user=request.user)
    return redirect("account_factor_app")


@never_cache
@login_required
@page
def app(request: HttpRequest) -> HttpResponse:
    """The app's secret as picture and text, and the first code that proves it works."""
    user: Any = request.user
    device = factor_services.app_being_added(user)
    if device is None:
        return redirect("account_factor_setup")
    step_up.require_for_factors(user)  # its secret is shown
    form = FirstCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _confirmed(request, device, form):
        messages.success(request, _("Your app works. It is a second factor of your account now."))
        return redirect(factor_flow.go_on(request))
    context = {"form": form, "qr": qr.picture(device), "secret": qr.in_groups(device.secret)}
    return render(request, "portal/accounts/factor_app.html", context)


def _confirmed(request: HttpRequest, device: Any, form: FirstCodeForm) -> bool:
    """Confirm the app that is being added; False with the reason beside the form."""
    user: Any = request.user
    try:
        factor_services.confirm_app(
            user=user, keep=request.session.session_key, **form.cleaned_data
        )
    except (Invalid, TooMany) as problem:
        device.refresh_from_db()
        form.refuse(problem, wait=device.wait)
        return False
    if not is_verified(user):
        device.refresh_from_db()
        step_up.confirm(request=request, device=device)
    return True


@never_cache
@login_required
@page
def codes(request: HttpRequest) -> HttpResponse:
    """What recovery codes are; a POST makes new ones and shows them, once."""
    user: Any = request.user
    owned = factors.of(user)
    if not owned.any:
        return redirect("account_factor_setup")
    if request.method != "POST":
        return render(request, "portal/accounts/recovery_codes.html", {"factors": owned})
    made = factor_services.make_recovery(user=user)
    context = {"codes": made, "form": RecoveryCodeForm(), "file": qr.text_file(made)}
    return render(request, "portal/accounts/recovery_shown.html", context)


@never_cache
@login_required
@page
def retype(request: HttpRequest) -> HttpResponse:
    """One of the new recovery codes is typed: only then they count."""
    user: Any = request.user
    if factors.untested_recovery_of(user) is None:
        return redirect(factor_flow.go_on(request))
    form = RecoveryCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _retyped(request, form):
        messages.success(request, _("Your recovery codes are ready. Keep them in a safe place."))
        return redirect(factor_flow.go_on(request))
    return render(request, "portal/accounts/recovery_retype.html", {"form": form})


def _retyped(request: HttpRequest, form: RecoveryCodeForm) -> bool:
    user: Any = request.user
    try:
        device = factor_services.confirm_recovery(user=user, code=form.cleaned_data["code"])
    except (Invalid, TooMany) as problem:
        form.refuse(problem)
        return False
    factor_flow.follow_new_codes(request, device)
    return True


@never_cache
@login_required
@page
def remove(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """Ask before a passkey or an app is removed; a POST removes it."""
    user: Any = request.user
    device = factors.find(user=user, kind=kind, number=int(number))
    problem = None
    if request.method == "POST":
        try:
            factor_services.remove(
                user=user, kind=kind, number=device.pk, keep=request.session.session_key
            )
        except Conflict as refused:
            problem = refused.message
        else:
            messages.success(request, _("It is removed. It cannot be used to sign in any more."))
            return redirect("account_security")
    context = {"device": device, "kind": kind, "problem": problem, "last": _last(user)}
    return render(request, "portal/accounts/factor_remove.html", context)


def _last(user: Any) -> bool:
    return factor_services.is_last(user)
