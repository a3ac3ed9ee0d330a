"""The library's pages: what was found, one record, its citation; for everybody and for members."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from community.library import asking, record_page, results_page
from community.library.keeping_page import places
from community.library.request_permissions import may_ask
from community.library.rows import MEMBERS, PUBLIC, Place
from portal.permissions import is_member
from portal.shared import ratelimit
from portal.shared.errors import NotAllowed, TooMany
from portal.shared.http import client_address

# The public shelf is the same for everybody, whoever is signed in.
ANYBODY = AnonymousUser()


def _language() -> str:
    return translation.get_language() or "en"


def _results(request: HttpRequest, user: Any, place: Place, who: str) -> HttpResponse:
    asked = asking.read(request.GET)
    if asked.terms and (seconds := ratelimit.wait(who, "searches")):
        raise TooMany(seconds)
    context = results_page.page(user, asked, place, _language())
    return render(request, "community/library/results.html", context)


def _cite(user: Any, public_id: UUID, place: Place, form: str) -> HttpResponse:
    text, media_type = record_page.citation(user, public_id, place, _language(), form)
    response = HttpResponse(text, content_type=f"{media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{public_id}.{form}"'
    return response


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """The public shelf."""
    return _results(request, ANYBODY, PUBLIC, client_address(request))


@require_safe
def record(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A public record."""
    context = record_page.page(ANYBODY, public_id, PUBLIC, _language())
    return render(request, "community/library/record.html", context)


@require_safe
def cite(request: HttpRequest, public_id: UUID, form: str) -> HttpResponse:
    """The citation of a public record as a file."""
    return _cite(ANYBODY, public_id, PUBLIC, form)


@login_required
@require_safe
def members_library(request: HttpRequest) -> HttpResponse:
    """Everything the member may see."""
    _member(request)
    return _results(request, request.user, MEMBERS, f"account {request.user.pk}")


@login_required
@require_safe
def members_record(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A record the member may see, with what she can do with it."""
    _member(request)
    context = record_page.page(request.user, public_id, MEMBERS, _language())
    own = places(request.user) | {"may_ask": may_ask(request.user, context["record"])}
    return render(request, "community/library/record.html", context | own)


@login_required
@require_safe
def members_cite(request: HttpRequest, public_id: UUID, form: str) -> HttpResponse:
    """The citation of a record as a file."""
    _member(request)
    return _cite(request.user, public_id, MEMBERS, form)


def _member(request: HttpRequest) -> None:
    """Raise NotAllowed for whoever is no member."""
    if not is_member(request.user):
        raise NotAllowed
