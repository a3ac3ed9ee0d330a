"""Everything is closed without a second factor, except what is listed here (security.md 3.1)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class GuardMiddleware:
    """To be filled."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
