"""One decorator for every address below /api/e2ee/v1/.

``portal.accounts.guard`` has already asked for a sign-in with a second factor and Django for the
CSRF token. Here: the Origin of unsafe requests, membership, method, body, and errors as JSON.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.http.request import RawPostDataException
from django.utils.cache import patch_vary_headers
from django.utils.functional import LazyObject

from community.api.errors import ApiError
from community.devices import binding
from community.devices.models import Device
from portal.accounts import step_up
from portal.accounts.step_up_middleware import suspend_page
from portal.permissions import is_member
from portal.shared import ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany

SAFE = {"GET", "HEAD"}
LONGEST_NUMBER = 16  # digits of 2**53: no number of the interface has more
Body = TypeVar("Body", bound=msgspec.Struct)
Handler = Callable[..., Any]
_without_device: set[Handler] = set()


def without_device(handler: Handler) -> Handler:
    """Mark a handler that a sign-in without a live device may use.

    These are the calls by which a browser becomes a device or gets its keys back (messaging.md
    10.5), and what platform administrators do. Everything else asks for the device first: a sign-in
    whose device was removed, or that never had one, neither reads nor changes rooms.
    """
    _without_device.add(handler)
    return handler


class Strict(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A request body: unknown fields and wrong types are refused."""


@dataclass
class Call:
    """One request: who asks, with which device, and the body."""

    request: HttpRequest
    user: Any
    _decoders: dict[Any, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def sign_in(self) -> str:
        """The random id of this sign-in, to which one device can be bound; "" before the first."""
        return binding.sign_in_of(self.request.session)

    @cached_property
    def any_device(self) -> Device | None:
        """The device bound to this sign-in, also a revoked one; None if there is none."""
        return binding.device_of(self.user, self.sign_in)

    @property
    def device(self) -> Device:
        """The device of this sign-in. Raises device_required, device_revoked."""
        device = self.any_device
        if device is None:
            raise ApiError("device_required")
        if device.revoked_at is not None:
            raise ApiError("device_revoked")
        return device

    def bytes(self, most: int | None = None) -> bytes:
        """Return the body as it came. Raises too_large above ``most`` bytes (default 1 MiB)."""
        most = ratelimit.get("event-request-size").amount if most is None else most
        length = self.request.headers.get("Content-Length") or "0"
        if not length.isdecimal() or len(length) > LONGEST_NUMBER:
            raise ApiError("bad_request", "Content-Length is not a number")
        if int(length) > most:
            raise ApiError("too_large")
        try:
            body = self.request.body
        except UnreadablePostError as error:
            raise ApiError("bad_request", "the body ended early") from error
        except RawPostDataException as error:  # the check of the token has read it as a form
            raise ApiError("bad_request", "the body is a form, not JSON") from error
        if len(body) > most:
            raise ApiError("too_large")
        return body

    def read(self, kind: type[Body]) -> Body:
        """Return the JSON body as ``kind``. Raises bad_request, too_large."""
        return decode(self.bytes(), kind)

    def json(self) -> dict[str, Any]:
        """Return the JSON object of a library's body (rows marked L), unknown fields included."""
        return decode(self.bytes(), dict[str, Any])

    def text(self, name: str, default: str = "") -> str:
        """Return a value of the query."""
        return self.request.GET.get(name, default)

    def number(self, name: str, default: int, *, least: int = 0, most: int = 2**53) -> int:
        """Return a whole number of the query. Raises bad_request outside least…most."""
        text = self.request.GET.get(name)
        if text is None or text == "":
            return default
        plain = text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
        if not plain or not least <= int(text) <= most:
            raise ApiError("bad_request", f"{name} is a whole number from {least} to {most}")
        return int(text)

    def limit(self, name: str, *, key: str = "", detail: str = "") -> None:
        """Count one use of a limit by this account. Raises rate_limited with ``retry_after``."""
        if seconds := ratelimit.wait(key or str(self.user.pk), name):
            raise ApiError("rate_limited", detail, retry_after=seconds)


def decode(body: bytes, kind: Any) -> Any:
    """Decode strict JSON. Raises bad_request naming the field."""
    try:
        return msgspec.json.decode(body or b"{}", type=kind, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ApiError("bad_request", str(error)[:200]) from error


@dataclass(frozen=True)
class Answer:
    """A body with another status than 200."""

    body: Mapping[str, Any] | None
    status: int = 200


def endpoint(**methods: Handler) -> Callable[..., HttpResponseBase]:
    """Return the view of an address: HTTP method → handler ``(call, **path)``.

    A handler returns a mapping (200), an ``Answer``, or a response of its own (files). It raises
    ``ApiError``, or any service error of the house.
    """

    def view(request: HttpRequest, **path: Any) -> HttpResponseBase:
        handler = methods.get(request.method or "")
        if handler is None:
            response: HttpResponseBase = _json({"code": "bad_request", "detail": "method"}, 405)
            response.headers["Allow"] = ", ".join(methods)
            return response
        return _answer(request, handler, path)

    return view


def _answer(request: HttpRequest, handler: Handler, path: dict[str, Any]) -> HttpResponseBase:
    try:
        _check_origin(request)
        if not is_member(request.user):
            raise ApiError("forbidden")
        call = Call(request, _plain(request.user))
        if handler not in _without_device:
            _ = call.device  # raises device_required, device_revoked
        found = handler(call, **path)
    except step_up.Needed:
        return _json(_reauth(request), 403)
    except ApiError as error:
        return _refusal(error)
    except NotAllowed:
        return _refusal(ApiError("not_found"))
    except TooMany as error:
        return _refusal(ApiError("rate_limited", retry_after=error.wait))
    except (Invalid, Conflict) as error:
        return _refusal(ApiError("bad_request", str(error)))
    if isinstance(found, HttpResponseBase):
        return found
    if isinstance(found, Answer):
        return _json(found.body, found.status)
    return _json(found, 200)


def _plain(user: Any) -> Any:
    """Return the account itself: request.user looks it up twice for each attribute."""
    while isinstance(user, LazyObject):
        user = user._wrapped  # looked up by the guard, before any view
    return user


def _check_origin(request: HttpRequest) -> None:
    """Unsafe requests name the page they come from, and it is one of this site's."""
    if request.method in SAFE:
        return
    if request.headers.get("Origin") not in settings.ALLOWED_ORIGINS:
        raise ApiError("csrf_failed", "the Origin is missing or not of this site")


def _reauth(request: HttpRequest) -> dict[str, Any]:
    return ApiError("reauth_required", confirm_url=suspend_page(request)).body


def _refusal(error: ApiError) -> HttpResponse:
    response = _json(error.body, error.status)
    if "retry_after" in error.body:
        response.headers["Retry-After"] = str(error.body["retry_after"])
    return response


def _json(body: Mapping[str, Any] | None, status: int) -> HttpResponse:
    content = b"" if body is None else msgspec.json.encode(body)
    response = HttpResponse(content, status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store, private"
    patch_vary_headers(response, ["Cookie"])
    return response


def not_found(request: HttpRequest, **path: Any) -> HttpResponse:
    """An address below the prefix that does not exist."""
    return _refusal(ApiError("not_found"))
