"""The approvers' pages: the queue, one application, one new proof of identity."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.permissions import has_role
from portal.shared.errors import NotAllowed
from portal.vetting import decisions, desk_queries, identity
from portal.vetting.desk_forms import DecisionForm, IdentityForm
from portal.vetting.identity_permissions import (
    can_confirm_identity,
    can_propose_identity,
    get_identity_check_for,
)
from portal.vetting.permissions import APPROVERS, get_application_for


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The applications of the approver's region or organisation, and open identity checks."""
    if not has_role(request.user, *APPROVERS):
        raise NotAllowed
    asked = {name: request.GET.get(name, "") for name in ("state", "country", "after")}
    context = {
        "queue": desk_queries.queue(request.user, **asked),
        "checks": desk_queries.open_identity_checks(request.user),
        "first_page": not asked["after"],
    }
    return render(request, "portal/vetting/queue.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One application; a POST is the approver's decision. Reading it is recorded."""
    application = get_application_for(request.user, number)
    page = desk_queries.case(request.user, application)
    form = DecisionForm(_sent(request), application=application, stage=page["stage"])
    if request.method == "POST":
        known: dict[str, Any] = {"actor": request.user, "application": application}
        if form.is_valid() and form.carry_out(decisions.decide, **known):
            messages.success(request, _("Your decision is saved."))
            return redirect("vetting_queue")
        form = _again(form, DecisionForm, application=application, stage=page["stage"])
    else:
        decisions.read_case(actor=request.user, application=application)
    return render(request, "portal/vetting/case.html", page | {"form": form}, status=form.status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def identity_case(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One person who lost every second factor; a POST is the approver's decision."""
    check = get_identity_check_for(request.user, public_id)
    stage = "first" if can_propose_identity(request.user, check) else ""
    stage = "second" if can_confirm_identity(request.user, check) else stage
    form = IdentityForm(_sent(request), check=check, stage=stage)
    if request.method == "POST":
        known: dict[str, Any] = {"actor": request.user, "check": check}
        if form.is_valid() and form.carry_out(identity.decide_identity, **known):
            messages.success(request, _("Your decision is saved."))
            return redirect("vetting_queue")
        form = _again(form, IdentityForm, check=check, stage=stage)
    page = {"check": check, "stage": stage, "open": check.state in identity.OPEN, "form": form}
    return render(request, "portal/vetting/identity_case.html", page, status=form.status)


def _sent(request: HttpRequest) -> Any:
    """Return what was posted, even if it is empty; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None


def _again(form: Any, kind: type[Any], **known: Any) -> Any:
    """After a conflict: the same words in a form for what is stored now. Else the form itself."""
    if not form.conflict:
        return form
    words = {
        name: form.cleaned_data[name]
        for name in ("reason", "note", "words")
        if name in form.cleaned_data
    }
    fresh = kind(initial=words, conflict=form.conflict, **known)
    fresh.status = form.status
    return fresh
