"""The studio on an origin of its own (messaging.md 6: what a page of the same origin could reach).

Wagtail's admin needs inline script. A script that slipped into it must not stand where the keys of
sealed messages are kept, so in production the studio answers under a host of its own, and that host
has nothing else but signing in. Browsers keep cookies and databases of the two apart.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect

STUDIO = re.compile(r"/studio/")
# What the studio's pages need beside themselves: signing in, factors, files of the pages.
SHARED = re.compile(
    r"/(?:static|media|documents|webauthn)/|/api/csp-report$|/healthz$|/readyz$"
    r"|/[a-z-]+/account/(?!devices/)"
)
MACHINES = re.compile(r"/(?:api|ws)/")


class StudioOriginMiddleware:
    """Sends each address to the origin it belongs to. Not in use without ``STUDIO_ORIGIN``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.STUDIO_ORIGIN:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.host = settings.STUDIO_ORIGIN.partition("://")[2]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        in_studio = request.get_host() == self.host
        path = request.path_info
        if SHARED.match(path) or bool(STUDIO.match(path)) == in_studio:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"} or MACHINES.match(path):
            return HttpResponseNotFound()
        if in_studio and path == "/":
            return HttpResponseRedirect("/studio/")
        other = settings.WAGTAILADMIN_BASE_URL if in_studio else settings.STUDIO_ORIGIN
        return HttpResponseRedirect(other + request.get_full_path())
