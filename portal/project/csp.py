"""The content security policy of each surface (security.md 4.3), in one place."""

from csp.constants import NONCE, NONE, SELF
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse

PUBLIC = {
    "default-src": [NONE],
    "script-src": [SELF, NONCE],
    "style-src": [SELF, NONCE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF],
    "media-src": [SELF],
    "worker-src": [SELF],
    "manifest-src": [SELF],
    "connect-src": [SELF],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
    "report-uri": "/api/csp-report",
}

# Wagtail's admin writes inline script and style. A nonce here would switch 'unsafe-inline' off.
STUDIO = PUBLIC | {
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}

# A preview is our public page inside Wagtail's frame.
PREVIEW = PUBLIC | {"frame-ancestors": [SELF]}


class SurfacePolicyMiddleware(CSPMiddleware):
    """Sends the policy of the surface a path belongs to, with every response."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        policy = STUDIO if request.path_info.startswith("/studio/") else PUBLIC
        if getattr(request, "is_preview", False):
            policy = PREVIEW
        if getattr(response, "_csp_config", None) is None:
            response._csp_config = policy  # type: ignore[attr-defined]
        return super().process_response(request, response)
