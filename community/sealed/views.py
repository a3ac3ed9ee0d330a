"""The shells of the sealed screens: frame, words, addresses. The browser makes what they show."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community import ids
from community.permissions import get_room_for
from community.sealed.browsers import BROWSERS
from community.sealed.words import page_words
from portal.languages.table import CODES
from portal.permissions import is_member
from portal.shared import ratelimit
from portal.shared.errors import NotAllowed

NIL = uuid.UUID(int=0)  # stands where the screens put the id of a room
APP_VERSION = "1.0.0"  # of the program in the browser, told to the server (messaging.md 10.4)


def _shell(request: HttpRequest, view: str, room: uuid.UUID | None = None) -> HttpResponse:
    """Return the page of one screen. Raises NotAllowed for who is no member."""
    if not is_member(request.user):
        raise NotAllowed
    context = {
        "view": view,
        "room": room,
        "domain": ids.domain(),
        "file_limit": ratelimit.get("sealed-file-size").amount,
        "nil": NIL,
        "app_version": APP_VERSION,
        "words": page_words(),
    }
    return render(request, "community/sealed/shell.html", context)


@login_required
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """Rooms and direct messages, and catching up."""
    return _shell(request, "messages")


@login_required
@require_safe
def room_new(request: HttpRequest) -> HttpResponse:
    """The form of a new case room."""
    return _shell(request, "room-new")


@login_required
@require_safe
def room(request: HttpRequest, room: uuid.UUID) -> HttpResponse:
    """One room the person is in or invited to. Raises NotAllowed, also if it does not exist."""
    return _shell(request, "room", get_room_for(request.user, room).public_id)


@login_required
@require_safe
def room_join(request: HttpRequest, room: uuid.UUID) -> HttpResponse:
    """An invitation, or the first entering of a room. Raises NotAllowed like ``room``."""
    return _shell(request, "join", get_room_for(request.user, room).public_id)


@login_required
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """The devices that read sealed messages."""
    return _shell(request, "devices")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What the server sees, what sealing cannot do, and which browsers work; open to everybody."""
    return render(request, "community/sealed/about.html", {"browsers": BROWSERS})


@require_safe
def web_manifest(request: HttpRequest) -> JsonResponse:
    """What puts messages on the home screen of a phone; ``?lang=`` is the language of the page."""
    code = request.GET.get("lang", "")
    with translation.override(code if code in CODES else "en"):
        name = _("Messages and case rooms")
        manifest = {
            "id": "/messages",
            "name": name,
            "short_name": _("Messages"),
            "lang": translation.get_language(),
            "dir": "auto",
            "start_url": reverse("messages"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#FFFFFF",
            "theme_color": "#0B4F8A",
            "icons": _icons(),
        }
    response = JsonResponse(manifest, content_type="application/manifest+json")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _icons() -> list[dict[str, str]]:
    sizes = (("app.svg", "any", "image/svg+xml"), ("app-192.png", "192x192", "image/png"),
             ("app-512.png", "512x512", "image/png"))  # fmt: skip
    return [
        {"src": static(f"community/{name}"), "sizes": size, "type": kind, "purpose": "any maskable"}
        for name, size, kind in sizes
    ]
