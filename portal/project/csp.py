"""The content security policy of each surface (security.md 4.3), in one place."""

import re
from typing import Any

from csp.constants import NONCE, NONE, SELF
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse

from portal.project.static_headers import socket_origins

PUBLIC: dict[str, Any] = {
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

# The pages that open sealed messages: below a language, whatever it is.
SEALED_PATHS = re.compile(r"/[a-z-]+/(?:community/messages|community/rooms|account/devices)/")


def sealed() -> dict[str, Any]:
    """Return the policy of pages with sealed messages.

    WebAssembly, the socket by its full origin, and no text that becomes code but the one address
    from which ``crypto/client.ts`` starts its worker.
    """
    return PUBLIC | {
        "script-src": [*PUBLIC["script-src"], "'wasm-unsafe-eval'"],
        "connect-src": [SELF, *socket_origins()],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["community"],
    }


class SurfacePolicyMiddleware(CSPMiddleware):
    """Sends the policy of the surface a path belongs to, with every response."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if getattr(response, "_csp_config", None) is None:
            response._csp_config = _policy_of(request)  # type: ignore[attr-defined]  # the mark django-csp reads
        return super().process_response(request, response)


def _policy_of(request: HttpRequest) -> dict[str, Any]:
    if getattr(request, "is_preview", False):
        return PREVIEW
    if request.path_info.startswith("/studio/"):
        return STUDIO
    return sealed() if SEALED_PATHS.match(request.path_info) else PUBLIC
