"""How a reader wants pages to look: kept in two cookies, without an account."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    HttpResponseRedirect,
)
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

CHOICES = {"theme": frozenset({"light", "dark", "auto"}), "text_only": frozenset({"0", "1"})}
DEFAULTS = {"theme": "auto", "text_only": "0"}
YEAR = 365 * 24 * 3600


def safe_next(request: HttpRequest) -> str:
    """Return the address to go back to: the form's ``next``, else the page it came from, else /.

    Only addresses of this host count, so that the form cannot send anybody elsewhere.
    """
    for address in (request.POST.get("next"), request.headers.get("Referer")):
        if address and url_has_allowed_host_and_scheme(
            address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return address
    return "/"


def is_foreign(request: HttpRequest) -> bool:
    """Say whether the browser states that another site sent this form."""
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.get_host():
        return True
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}


# A token would put a cookie on every page of every visitor; the form stands in each footer.
@csrf_exempt
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep ``theme`` and ``text_only`` for a year and go back. Unknown values change nothing."""
    if is_foreign(request):
        return HttpResponseForbidden()
    response = HttpResponseRedirect(safe_next(request))
    for name, choices in CHOICES.items():
        value = request.POST.get(name)
        if value not in choices:
            continue
        if value == DEFAULTS[name]:
            response.delete_cookie(name, samesite="Lax")
        else:
            secure = settings.SESSION_COOKIE_SECURE
            response.set_cookie(
                name, value, max_age=YEAR, secure=secure, httponly=True, samesite="Lax"
            )
    return response
