"""What every response carries, and which language a request is answered in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

PERMISSIONS = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
)


class HeadersMiddleware:
    """Adds Permissions-Policy, and ``no-store`` to whatever a signed-in person is sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if getattr(request, "is_preview", False):
            # The studio shows previews in a frame of its own; nobody else may frame a page.
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
        session = getattr(request, "session", None)
        if session is not None and session.get("_auth_user_id"):
            response.headers["Cache-Control"] = "no-store, private"
        return response


class LanguageMiddleware(LocaleMiddleware):
    """Django's choice of language: the address first, then cookie, then the browser."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Add the language; a 404 of studio or machines stays one: no copy below a language."""
        if response.status_code == 404 and request.path.startswith(("/studio/", "/api/")):
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
            return response
        answer: HttpResponse = super().process_response(request, response)
        return answer
