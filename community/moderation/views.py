"""The moderators' pages: the list of reports, one report."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.discussions.forms import ReasonForm
from community.moderation import posts, queries, services
from community.moderation.forms import DecisionForm
from community.moderation.permissions import get_report_for, is_moderator
from portal.shared.errors import NotAllowed


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The reports of the moderator's region or organisation."""
    if not is_moderator(request.user):
        raise NotAllowed
    asked = {name: request.GET.get(name, "") for name in ("state", "after")}
    context = {"queue": queries.queue(request.user, **asked), "first_page": not asked["after"]}
    return render(request, "community/moderation/queue.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One report; a POST is the moderator's decision. Reading it is recorded."""
    user: Any = request.user
    report = get_report_for(user, public_id)
    known: dict[str, Any] = {"actor": user, "report": report}
    form = DecisionForm(request.POST if request.method == "POST" else None, **known)
    if request.method == "POST":
        if form.is_valid() and form.carry_out(services.decide, **known):
            messages.success(request, _("Your decision is saved."))
            return redirect("moderation")
        form, report = _again(form, user, report)
    services.read_report(actor=user, report=report)
    page = queries.case(user, report) | {"form": form}
    return render(request, "community/moderation/case.html", page, status=form.status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Hide the post of a report with a reason, or restore it."""
    user: Any = request.user
    report = posts.get_reported_for(user, public_id)
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    if request.method == "POST" and posts.decided(user, report, form, request.POST):
        messages.success(request, _("Done. The author is told."))
        return redirect("moderation_case", public_id)
    context = {"report": report, "post": report.post, "form": form}
    return render(request, "community/moderation/post.html", context, status=form.status)


def _again(form: DecisionForm, user: Any, report: Any) -> tuple[DecisionForm, Any]:
    """After a conflict: the same words in a form for what is stored now. Else what was sent."""
    if not form.conflict:
        return form, report
    report = get_report_for(user, report.public_id)
    words = {"note": form.cleaned_data["note"]}
    fresh = DecisionForm(actor=user, report=report, initial=words, conflict=form.conflict)
    fresh.status = form.status
    return fresh, report
