"""A form that waits until the person confirmed that it is she, and is then sent on.

This wraps what allauth's re-authentication does (``allauth.account.internal.flows``), with less
kept and for less time: the fields of the form and its address, sealed for this account, for a
quarter of an hour. Passwords, codes and files are never kept; then the person is told to fill in
the form again.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.core.internal.httpkit import deserialize_request
from allauth.core.internal.urlkit import script_aware_resolve
from django.http import HttpRequest, HttpResponse

from portal.accounts import sealing
from portal.accounts.guard import GuardMiddleware
from portal.shared import clock

SESSION_KEY = "step_up_request"
LARGEST = 64 * 1024  # characters of the form's fields
MINUTES = 15
SECRETS = ("password", "code", "token", "secret")
FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}


@dataclass(frozen=True)
class Waiting:
    """A form that was sent: its address with query, and its fields as they came."""

    path: str
    fields: str


def _context(request: HttpRequest) -> bytes:
    return f"portal.step_up:{request.user.pk}".encode()


def may_be_kept(request: HttpRequest) -> bool:
    """Say whether this POST can be sent on later: a plain form without files and secrets."""
    if request.content_type not in FORM_TYPES or request.FILES or "HX-Request" in request.headers:
        return False
    names = [name.lower() for name in request.POST if name != "csrfmiddlewaretoken"]
    if any(secret in name for name in names for secret in SECRETS):
        return False
    return len(request.POST.urlencode()) <= LARGEST


def keep(request: HttpRequest) -> None:
    """Keep a POST in the session until ``take``; it replaces one that waited."""
    body = {
        "path": request.get_full_path(),
        "fields": request.POST.urlencode(),
        "at": clock.now().timestamp(),
    }
    request.session[SESSION_KEY] = sealing.seal(json.dumps(body).encode(), _context(request))


def forget(request: HttpRequest) -> None:
    """Drop what waits, if anything does."""
    request.session.pop(SESSION_KEY, None)


def take(request: HttpRequest, path: str) -> Waiting | None:
    """Return the form that waits for ``path``, once; None for another one or an old one."""
    sealed = request.session.pop(SESSION_KEY, None)
    if not isinstance(sealed, str):
        return None
    try:
        body = json.loads(sealing.unseal(sealed, _context(request)))
    except (sealing.NotOurs, ValueError):
        return None
    age = clock.now().timestamp() - body["at"]
    if body["path"] != path or not 0 <= age < MINUTES * 60:
        return None
    return Waiting(body["path"], body["fields"])


def waits(request: HttpRequest) -> bool:
    """Say whether a form waits in this sign-in."""
    return SESSION_KEY in request.session


def send_on(request: HttpRequest, waiting: Waiting) -> HttpResponse:
    """Answer the form that waited, as if it came now. What its view raises is raised here.

    The guard looks once more; the form's token was checked when it came.
    """
    url = urlsplit(waiting.path)
    meta = {key: value for key, value in request.META.items() if isinstance(value, str)}
    sent = deserialize_request(
        json.dumps(
            {
                "path": url.path,
                "path_info": url.path,
                "META": meta | {"PATH_INFO": url.path, "QUERY_STRING": url.query},
                "GET": url.query,
                "POST": waiting.fields,
                "method": "POST",
                "scheme": request.scheme,
            }
        ),
        request,
    )
    found = script_aware_resolve(url.path)
    sent.resolver_match = found
    guard = GuardMiddleware(lambda request: HttpResponse())
    refused = guard.process_view(sent, found.func, found.args, found.kwargs)
    response: HttpResponse = refused or found.func(sent, *found.args, **found.kwargs)
    return response


def page_of_form(request: HttpRequest) -> str:
    """Return the page a form was sent from, as far as the browser says so; else its own address."""
    here = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if here and get_adapter().is_safe_url(here):
        url = urlsplit(here)
        return f"{url.path}?{url.query}" if url.query else url.path
    return request.get_full_path() if request.method in {"GET", "HEAD"} else ""


def own_path(text: Any) -> str:
    """Return a page of this site to go to, or ``""`` for an address elsewhere."""
    text = text if isinstance(text, str) else ""
    return text if text.startswith("/") and get_adapter().is_safe_url(text) else ""
