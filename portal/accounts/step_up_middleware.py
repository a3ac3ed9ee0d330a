"""Leads a person who has to confirm that it is she to the page for it, and keeps what she sent."""

from collections.abc import Callable

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from portal.accounts import factors, step_up, step_up_requests


class StepUpMiddleware:
    """Answers ``step_up.Needed``, and allauth's demand for the password in the same way.

    It stands behind (listed after) ``ServiceErrorMiddleware``, which would make an error of it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the way to the page that confirms; None for any other exception."""
        if not isinstance(exception, step_up.Needed | ReauthenticationRequired):
            return None
        if not request.user.is_authenticated:
            return HttpResponseRedirect(reverse("account_login"))
        factor_needed = isinstance(exception, step_up.Needed)
        if factor_needed and not factors.has_factor(request.user):
            page = step_up_requests.page_of_form(request)
            return _answer(request, f"{reverse('account_factor_setup')}{_query(page)}")
        return _answer(request, suspend(request))


def suspend_page(request: HttpRequest) -> str:
    """Return where a script leads who has to confirm first; then back to the page it ran on."""
    step_up_requests.forget(request)
    back = step_up_requests.page_of_form(request) or reverse("account_security")
    return f"{reverse('account_reauthenticate')}{_query(back)}"


def suspend(request: HttpRequest) -> str:
    """Keep what was sent, if it may be kept, and return the address of the page that confirms."""
    step_up_requests.forget(request)
    next_page = request.get_full_path()
    if request.method not in {"GET", "HEAD"}:
        if step_up_requests.may_be_kept(request):
            step_up_requests.keep(request)
        else:
            next_page = step_up_requests.page_of_form(request) or reverse("account_security")
            messages.info(request, _not_kept(request))
    return f"{reverse('account_reauthenticate')}{_query(next_page)}"


def _not_kept(request: HttpRequest) -> str:
    if request.FILES:
        return _(
            "First confirm that it is you. Files are not kept meanwhile: choose your file again "
            "afterwards."
        )
    return _(
        "First confirm that it is you. Nothing was changed: fill in the form again afterwards."
    )


def _query(page: str) -> str:
    return f"?{urlencode({'next': page})}" if page else ""


def _answer(request: HttpRequest, url: str) -> HttpResponse:
    """Return a redirect; a script gets the address, because it cannot show another page itself."""
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return JsonResponse({"code": "confirm", "redirect_url": url}, status=403)
    return HttpResponseRedirect(url)
