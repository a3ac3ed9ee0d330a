"""Pages rendered once and filled for each reader.

Most of a page is the same for everybody: frame, text, outline rows. It is rendered once with marks
in place of what belongs to one reader (name, form token, states, question cards), kept in memory
cut at the marks, and joined with that reader's pieces. A mark is ``NUL name NUL``: no text of ours
or of people can hold one, because HTML has no such character.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from threading import Lock
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString

from portal.menu import menu_for

KEPT = 1024
NUL = "\x00"
_kept: OrderedDict[Hashable, list[str]] = OrderedDict()
_lock = Lock()


class _Somebody:
    """Stands for any signed-in person while a page is rendered for all of them."""

    is_authenticated = True

    def __init__(self, named: bool) -> None:
        self.name = mark("name") if named else ""
        self.public_id = mark("public_id")


def mark(name: str) -> SafeString:
    """Return the place of a reader's piece in a page."""
    # Replaced before anything is sent: a mark never reaches a browser.
    return SafeString(f"{NUL}{name}{NUL}")


def fill(
    request: HttpRequest,
    template: str,
    key: Hashable,
    context: Callable[[], dict[str, Any]],
    pieces: Mapping[str, str],
) -> HttpResponse:
    """Answer with a page: the kept part for ``key``, joined with the reader's pieces.

    ``key`` names everything ``context`` depends on besides language, looks, address, whether
    somebody is signed in, and her entries of the menu. ``pieces`` are HTML by the name of their
    mark. Unread notices are not counted here: a lesson is read without a query for them, and the
    frame's script asks once the page is open.
    """
    user: Any = request.user
    named = user.is_authenticated and bool(user.name)
    whole = (
        template,
        key,
        translation.get_language(),
        request.get_full_path(),
        request.COOKIES.get("theme"),
        request.COOKIES.get("text_only"),
        user.is_authenticated,
        named,
        menu_for(request),
    )
    lasting = not len(get_messages(request)) and len(request.META.get("QUERY_STRING", "")) == 0
    parts = _recall(whole) if lasting else None
    if parts is None:
        stand_in = {"user": _Somebody(named), "unread": 0} if user.is_authenticated else {}
        page = render_to_string(
            template, {**context(), **stand_in, "csrf_token": mark("csrf")}, request
        )
        parts = page.split(NUL)
        if lasting:
            _keep(whole, parts)
    own = {
        "csrf": get_token(request),
        "name": escape(user.name) if named else "",
        "public_id": str(user.public_id) if user.is_authenticated else "",
        **pieces,
    }
    return HttpResponse(join(parts, own))


def join(parts: list[str], own: Mapping[str, str]) -> str:
    """Return the kept parts with a reader's pieces between them."""
    return "".join(part if place % 2 == 0 else own[part] for place, part in enumerate(parts))


def kept(key: Hashable, render: Callable[[], str]) -> list[str]:
    """Return the parts of a piece of HTML with marks, rendered on first use."""
    parts = _recall(key)
    if parts is None:
        parts = render().split(NUL)
        _keep(key, parts)
    return parts


def _recall(key: Hashable) -> list[str] | None:
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    return None


def _keep(key: Hashable, parts: list[str]) -> None:
    with _lock:
        _kept[key] = parts
        while len(_kept) > KEPT:
            _kept.popitem(last=False)


def forget() -> None:
    """Drop every page kept (tests, where one database follows another)."""
    with _lock:
        _kept.clear()
