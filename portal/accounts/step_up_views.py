"""The page that asks again who it is, before something sensitive.

Whoever owns a second factor confirms by it, in a way she chooses; a learner without one by her
password. A GET only looks; what waited is sent on by the POST that confirms.
"""

from dataclasses import dataclass
from typing import Any

from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    reauthenticate_by_password,
)
from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic.base import View

from portal.accounts import factor_services, factors, step_up, step_up_requests
from portal.accounts.factor_forms import AppCodeForm, RecoveryCodeForm
from portal.accounts.forms import ConfirmPasswordForm
from portal.shared import ratelimit
from portal.shared.errors import Invalid, NotAllowed, TooMany

PASSWORD = "password"  # noqa: S105  the name of a way


@dataclass(frozen=True)
class Ways:
    """How this person can confirm; ``chosen`` is the one the page asks for."""

    owned: factors.Factors
    chosen: str

    @property
    def all(self) -> list[str]:
        """Return the ways there are, the strongest first."""
        if not self.owned.any:
            return [PASSWORD]
        found = [factors.PASSKEY] if self.owned.passkeys else []
        found += [factors.APP] if self.owned.apps else []
        return found + ([factors.RECOVERY] if self.owned.codes_left else [])

    @property
    def others(self) -> list[str]:
        return [way for way in self.all if way != self.chosen]


def ways_of(user: Any, wanted: str) -> Ways:
    """Return the ways of a person; the wanted one is chosen if she has it."""
    owned = factors.of(user)
    there = Ways(owned, "").all
    return Ways(owned, wanted if wanted in there else there[0])


def _form(request: HttpRequest, ways: Ways) -> Any:
    data = request.POST if request.method == "POST" else None
    if ways.chosen == factors.APP:
        return AppCodeForm(data, apps=ways.owned.apps)
    if ways.chosen == factors.RECOVERY:
        return RecoveryCodeForm(data)
    if ways.chosen == PASSWORD:
        return ConfirmPasswordForm(data, user=request.user)
    return forms.Form(data)


def is_confirmed(request: HttpRequest) -> bool:
    """Say whether the person confirmed lately: by her factor, or without one by her password."""
    if factors.has_factor(request.user):
        return step_up.is_fresh(request)
    user: Any = request.user
    return user.has_usable_password() and did_recently_reauthenticate(request)


def _next(request: HttpRequest) -> str:
    return step_up_requests.own_path(request.POST.get("next") or request.GET.get("next"))


@method_decorator([login_required, never_cache, sensitive_post_parameters()], name="dispatch")
class ConfirmView(View):
    """Asks for the second factor again, then goes on with what waited for it."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        if is_confirmed(request) and not step_up_requests.waits(request):
            return redirect(_next(request) or "account_security")
        ways = ways_of(request.user, request.GET.get("way", ""))
        return self._page(request, ways, _form(request, ways))

    def post(self, request: HttpRequest) -> HttpResponse:
        if is_confirmed(request):
            return _go_on(request)
        user: Any = request.user
        if seconds := ratelimit.wait(f"confirm:{user.pk}", "fresh-check"):
            raise TooMany(seconds)
        ways = ways_of(user, request.POST.get("way", ""))
        form = _form(request, ways)
        if ways.chosen != factors.PASSKEY and form.is_valid() and _confirm(request, ways, form):
            return _go_on(request)
        return self._page(request, ways, form, failed=ways.chosen == factors.PASSKEY)

    def _page(
        self, request: HttpRequest, ways: Ways, form: Any, *, failed: bool = False
    ) -> HttpResponse:
        context = {
            "ways": ways,
            "form": form,
            "next": _next(request),
            "confirmed": is_confirmed(request),
            "failed": failed,
        }
        return render(request, "portal/accounts/step_up.html", context)


def _confirm(request: HttpRequest, ways: Ways, form: Any) -> bool:
    """Check what was entered; False with the reason beside the form."""
    if ways.chosen == PASSWORD:
        reauthenticate_by_password(request)
        return True
    user: Any = request.user
    device = _device(user, ways, form)
    try:
        device = factor_services.check(user=user, device=device, code=form.cleaned_data["code"])
    except (Invalid, TooMany) as problem:
        device.refresh_from_db()
        form.refuse(problem, wait=device.wait)
        return False
    step_up.confirm(request=request, device=device)
    return True


def _device(user: Any, ways: Ways, form: Any) -> Any:
    """Return the device the form names. Raises NotAllowed if it is none of hers."""
    if ways.chosen == factors.APP:
        number = int(form.cleaned_data["device"])
        return factors.find(user=user, kind=factors.APP, number=number)
    device = factors.recovery_of(user)
    if device is None:
        raise NotAllowed
    return device


def _go_on(request: HttpRequest) -> HttpResponse:
    """Send on the form that waited, or go back to the page that asked."""
    path = _next(request)
    waiting = step_up_requests.take(request, path)
    if waiting is not None:
        return step_up_requests.send_on(request, waiting)
    return redirect(path or "account_security")


confirm = ConfirmView.as_view()
