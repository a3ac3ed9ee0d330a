"""The applicant's pages once the application is sent: answer, name, appeal, withdraw, download."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.shared.errors import Invalid
from portal.vetting import answering, applicant_forms, applicant_status, rules
from portal.vetting import applicant_queries as queries
from portal.vetting import sponsoring as sponsors
from portal.vetting.applicant_forms import posted, put
from portal.vetting.models import Application

State = Application.State


@login_required
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """The number, what happens next and when."""
    row = queries.newest(request.user)
    if row is None or row.state not in (State.SPONSOR, State.REVIEW):
        return redirect("application")
    return render(request, "portal/vetting/application_sent.html", {"application": row})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def information(request: HttpRequest) -> HttpResponse:
    """Answer what the approvers asked."""
    user: Any = request.user
    row = queries.newest(user)
    if row is None or row.state != State.INFORMATION:
        return redirect("application")
    form = applicant_forms.InformationForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            values = form.cleaned_data
            answering.give_information(user=user, text=values["text"], upload=values["file"])
            messages.success(request, _("Your answer is sent. We go on checking."))
            return redirect("application")
        except Invalid as refusal:
            put(form, refusal)
    question = queries.said_to(row, queries.Kind.INFORMATION_ASKED)
    context = {"application": row, "form": form, "question": question}
    return render(request, "portal/vetting/application_information.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def another_sponsor(request: HttpRequest) -> HttpResponse:
    """Name another sponsor."""
    user: Any = request.user
    row = queries.newest(user)
    if row is None or row.state != State.SPONSOR or not sponsors.may_name_another(row):
        return redirect("application")
    form = applicant_forms.SponsorForm(posted(request), applicant=user)
    if request.method == "POST" and form.is_valid():
        try:
            sponsors.name_another(user=user, email=form.cleaned_data["sponsor_email"])
            messages.success(request, _("The address is stored. We are waiting for your sponsor."))
            return redirect("application")
        except Invalid as refusal:
            put(form, refusal)
    context = {
        "application": row,
        "form": form,
        "left": rules.SPONSORS_AT_MOST - sponsors.named(row),
    }
    return render(request, "portal/vetting/application_sponsor.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest) -> HttpResponse:
    """Ask that two other people look at a refusal."""
    user: Any = request.user
    row = queries.newest(user)
    if row is None or not applicant_status.deeds_of(row)["may_appeal"]:
        return redirect("application")
    form = applicant_forms.AppealForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            answering.appeal(user=user, text=form.cleaned_data["text"])
            messages.success(request, _("Your appeal is sent. Two other people will decide."))
            return redirect("application")
        except Invalid as refusal:
            put(form, refusal)
    context = {"application": row, "form": form, **applicant_status.deeds_of(row)}
    return render(request, "portal/vetting/application_appeal.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest) -> HttpResponse:
    """Ask once more, then take the application back."""
    user: Any = request.user
    row = queries.open_application(user)
    if row is None:
        return redirect("application")
    if request.method == "POST":
        answering.withdraw(user=user)
        messages.success(request, _("Your application is withdrawn."))
        return redirect("application")
    return render(request, "portal/vetting/application_withdraw.html", {"application": row})


@login_required
@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """Her answers as plain text, to keep."""
    row = queries.newest(request.user)
    if row is None:
        return redirect("apply_start")
    context = {"application": row, "answers": queries.answers_of(row)}
    text = render_to_string("portal/vetting/application_answers.txt", context, request)
    name = f"application-{row.number}.txt"
    return HttpResponse(
        text,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
