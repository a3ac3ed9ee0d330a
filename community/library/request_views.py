"""Pages: ask for a record, the list of requests, answer one, give a record by name."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.library import lending, lowering, request_queries, requests
from community.library.models import AccessRequest
from community.library.permissions import get_publication_for
from community.library.request_forms import AskForm, DeclineForm, GrantForm, LendForm
from community.library.request_permissions import (
    get_lendable_for,
    get_own_request_for,
    get_request_for,
    may_ask,
)
from portal.notifications.services import mark_place_read
from portal.permissions import is_member
from portal.shared.errors import NotAllowed

PAGES = "community/library/"
VERBS = ("access-request", "access-release", "access-answer", lowering.VERB)


def _with_label(form: Any, publication: Any, **more: Any) -> dict[str, Any]:
    label = publication.label or "AMBER"
    return {"form": form, "publication": publication, "label": label, **more}


def _member(request: HttpRequest) -> None:
    if not is_member(request.user):
        raise NotAllowed


@require_safe
def members_requests(request: HttpRequest) -> HttpResponse:
    """What waits for an answer of this person, what is lent, and what she asked for."""
    _member(request)
    user = request.user
    context = {
        "lists": request_queries.lists(user),
        "lowerings": lowering.waiting_for(user),
        "lowerable": lowering.lowerable_by(user).prefetch_related("texts")[: lowering.MOST],
    }
    return render(request, f"{PAGES}requests.html", context)


@require_POST
def members_requests_seen(request: HttpRequest) -> HttpResponse:
    """Put away the notices that lead to the list."""
    _member(request)
    for verb in VERBS:
        mark_place_read(user=request.user, verb=verb, place="members_requests")
    return redirect("members_requests")


@require_http_methods(["GET", "HEAD", "POST"])
def members_request(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask for a record one knows of and cannot open."""
    user, publication = request.user, get_publication_for(request.user, public_id)
    if not may_ask(user, publication):
        raise NotAllowed
    waits = request_queries.open_request(user, publication)
    form = AskForm(request.POST if request.method == "POST" else None)
    known = {"actor": user, "publication": publication}
    if request.method == "POST" and form.is_valid() and form.carry_out(requests.ask, **known):
        messages.success(request, _("You asked for this record. You are told when it is decided."))
        return redirect("members_requests")
    context = _with_label(form, publication, waits=waits)
    return render(request, f"{PAGES}ask.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
def members_request_decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Grant, release or decline one request."""
    row = get_request_for(request.user, public_id)
    choice = request.POST.get("choice", "")
    grant = GrantForm(request.POST if choice == "grant" else None)
    decline = DeclineForm(request.POST if choice == "decline" else None)
    if request.method == "POST" and _answered(request, row, choice, grant, decline):
        messages.success(request, _("Your decision is saved."))
        return redirect("members_requests")
    context = {
        "row": request_queries.row(request.user, row), "request_row": row,
        "grant": grant, "decline": decline, "conflict": grant.conflict or decline.conflict,
    }  # fmt: skip
    status = max(grant.status, decline.status)
    return render(request, f"{PAGES}decide.html", context, status=status)


def _answered(
    request: HttpRequest, row: AccessRequest, choice: str, grant: GrantForm, decline: DeclineForm
) -> bool:
    """Hand what was sent to its service; say whether it was done."""
    known = {"actor": request.user, "row": row}
    if choice == "grant":
        return grant.is_valid() and grant.carry_out(requests.grant, **known)
    if choice == "decline":
        return decline.is_valid() and decline.carry_out(requests.decline, **known)
    if choice == "release":
        requests.release(**known)
        return True
    return False


@require_POST
def members_request_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take back what was lent."""
    row = get_request_for(request.user, public_id)
    lending.take_back(actor=request.user, row=row)
    messages.success(request, _("It is not lent any more."))
    return redirect("members_requests")


@require_POST
def members_request_withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one's own request back."""
    _member(request)
    row = get_own_request_for(request.user, public_id)
    requests.withdraw(actor=request.user, row=row)
    messages.success(request, _("You took your request back."))
    return redirect("members_requests")


@require_http_methods(["GET", "HEAD", "POST"])
def members_lend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give a record to a member by name."""
    publication = get_lendable_for(request.user, public_id)
    form = LendForm(request.POST if request.method == "POST" else None)
    known = {"actor": request.user, "publication": publication}
    if request.method == "POST" and form.is_valid() and form.carry_out(lending.lend, **known):
        messages.success(request, _("Your decision is saved."))
        return redirect("members_requests")
    context = _with_label(form, publication)
    return render(request, f"{PAGES}lend.html", context, status=form.status)
