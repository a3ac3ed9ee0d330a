"""Error pages in the reader's language, with what to do next, and without a database.

They are rendered without a request, so no context processor and no session is read: they work
when the database does not.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from portal.accounts.guard import MACHINE_PATHS, refuse_machine
from portal.project.context import frame
from portal.shared import ids
from portal.shared.errors import Conflict, Invalid, NotAllowed, ServiceError, TooMany

logger = logging.getLogger("portal.errors")

DEFAULT_WAIT = 60  # seconds, where the limit that was reached does not say


def reader_language(request: HttpRequest) -> str:
    """Return the language of the address, else of the cookie, else of the browser."""
    return translation.get_language_from_request(request, check_path=True)


def page(request: HttpRequest, name: str, *, status: int, **context: Any) -> HttpResponse:
    """Render ``portal/errors/<name>.html`` in the reader's language; plain text if that fails."""
    with translation.override(reader_language(request)):
        try:
            body = render_to_string(f"portal/errors/{name}.html", frame(request) | context)
        except Exception:  # an error page must not fail; whatever it was goes to the log
            logger.exception("the error page %s could not be rendered", name)
            body = _bare(status)
        response = HttpResponse(body, status=status)
        response.headers["Content-Language"] = translation.get_language() or "en"
    response.headers["Cache-Control"] = "no-store"
    return response


def _bare(status: int) -> str:
    """What is left when templates or built files are missing."""
    code = translation.get_language() or "en"
    text = _("This page cannot be shown. Please try again in a few minutes.")
    link = _("Go to the home page")
    return (
        f'<!DOCTYPE html><html lang="{code}" dir="auto"><meta charset="utf-8">'
        f"<title>{status}</title><p>{escape(text)}</p>"
        f'<p><a href="/{code}/">{escape(link)}</a></p></html>'
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; or 413 where the request carried more than is accepted."""
    much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    if request.path_info.startswith(MACHINE_PATHS):
        if much:
            return refuse_machine("too_large", "The request is too large.", 413)
        return refuse_machine("bad_request", "The request cannot be read.", 400)
    return too_large(request, exception) if much else page(request, "bad_request", status=400)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, also where access is forbidden: nobody learns from it what exists."""
    return page(request, "not_found", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose check value is missing or old."""
    if request.path_info.startswith(MACHINE_PATHS):
        return refuse_machine("csrf_failed", "The check value is missing or old.", 403)
    return page(request, "form_expired", status=403)


def too_large(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """413."""
    return page(request, "too_large", status=413)


def too_many(
    request: HttpRequest, exception: Exception | None = None, *, wait: int = DEFAULT_WAIT
) -> HttpResponse:
    """429 with ``Retry-After``; ``wait`` in seconds. Also what django-allauth calls."""
    if isinstance(exception, TooMany):
        wait = exception.wait
    response = page(request, "too_many", status=429, wait=wait, minutes=-(-wait // 60))
    response.headers["Retry-After"] = str(wait)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500 with a reference that the log has too."""
    reference = ids.uuid7().hex[-12:]
    logger.error("reference %s: %s %s failed", reference, request.method, request.path)
    return page(request, "server_error", status=500, reference=reference)


def offline(request: HttpRequest) -> HttpResponse:
    """The page kept on the device for times without a connection. It may be cached."""
    response = page(request, "offline", status=200)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


class ServiceErrorMiddleware:
    """Turns a refusal that no view has caught into a page that says why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, ServiceError):
            return None
        match exception:
            case NotAllowed():
                return not_found(request, exception)
            case TooMany():
                return too_many(request, exception)
            case Conflict():
                return page(request, "refused", status=409, message=exception.message)
            case Invalid():
                return page(request, "refused", status=400, message=exception.message)
        return page(request, "refused", status=400, message=exception.message)
