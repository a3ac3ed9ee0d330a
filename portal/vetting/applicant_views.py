"""The applicant's pages: may I, one question a page, check, send, and the task list."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.shared.errors import Conflict, Invalid
from portal.vetting import applicant_forms, applicant_status, applying, flow, terms
from portal.vetting import applicant_queries as queries
from portal.vetting.applicant_forms import posted, put
from portal.vetting.models import Application

State = Application.State


def _to(key: str) -> HttpResponse:
    """Go to a step, or to the check-answers page."""
    if key == flow.CHECK:
        return redirect("application_check")
    return redirect("application_step", key)


def _url(key: str) -> str:
    if not key:
        return reverse("application")
    if key == flow.CHECK:
        return reverse("application_check")
    return reverse("application_step", args=[key])


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Who the community is for; one question; the answer in words. For visitors too."""
    form = applicant_forms.WorkForm(request.GET if "work" in request.GET else None)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        work = form.cleaned_data["work"]
        here = f"{request.path}?{urlencode({'work': work})}"
        context |= {
            "work": work,
            "tier": flow.tier_for(work),
            "answer": dict(flow.WORK_CHOICES)[work],
            "next": urlencode({"next": here}),
        }
    return render(request, "portal/vetting/apply_start.html", context)


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Start an application and go to what is left."""
    user: Any = request.user
    try:
        row = applying.begin(user=user, work=request.POST.get("work", ""))
    except Invalid as refusal:
        for words in (refusal.message, *refusal.fields.values()):
            if words:
                messages.error(request, str(words))
        return redirect("apply_start")
    if row.state != State.DRAFT:
        return redirect("application")
    missing = flow.first_missing(row)
    return _to(missing.key if missing else flow.CHECK)


@login_required
@require_safe
def application(request: HttpRequest) -> HttpResponse:
    """The task list: of a draft what is left to answer, later who has to act."""
    row = queries.newest(request.user)
    if row is None:
        return redirect("apply_start")
    context: dict[str, Any] = {"application": row, "files": queries.files_of(row)}
    if row.state == State.DRAFT:
        missing = flow.first_missing(row)
        context["tasks"] = applicant_status.draft_tasks(row)
        context["continue_url"] = _url(missing.key if missing else flow.CHECK)
        return render(request, "portal/vetting/application_tasks.html", context)
    context |= {"status": applicant_status.status_of(row), "history": queries.history_of(row)}
    context |= applicant_status.deeds_of(row)
    if row.state == State.REFUSED:
        context["reason"] = queries.said_to(row, queries.Kind.REFUSED)
    return render(request, "portal/vetting/application_status.html", context)


@login_required
@require_safe
def to_application(request: HttpRequest) -> HttpResponse:
    """The old name of the same page."""
    return redirect("application")


def _form(key: str, row: Application, request: HttpRequest) -> forms.Form:
    """Build the form of a step, filled with what is stored or the account knows."""
    user, data = row.applicant, posted(request)
    match key:
        case "work":
            return applicant_forms.WorkForm(data, initial={"work": row.eligible_as})
        case "name":
            return applicant_forms.NameForm(data, initial={"name": row.name or user.name})
        case "country":
            known = row.country_id or user.region_id or ""
            return applicant_forms.CountryForm(data, initial={"country": known})
        case "organisation":
            rows = queries.organisations_for(row)
            return applicant_forms.OrganisationForm(data, organisations=rows)
        case "post":
            return applicant_forms.PostForm(data, initial={"post": row.post, "work": row.work})
        case "sponsor":
            known = {"sponsor_email": row.sponsor_email}
            return applicant_forms.SponsorForm(data, applicant=user, initial=known)
        case "terms":
            return applicant_forms.TermsForm(data, language=translation.get_language() or "en")
    return applicant_forms.LetterForm()


def _more(key: str, row: Application, request: HttpRequest) -> dict[str, Any]:
    """What single pages show beside their form."""
    match key:
        case "organisation":
            query = request.GET.get("q", "").strip()[:200]
            found = queries.search(queries.organisations_for(row), query)
            shown = found[: queries.LISTED]
            return {"q": query, "organisations": shown, "more": len(found) - len(shown)}
        case "terms":
            return {"parts": terms.parts(terms.CURRENT, translation.get_language() or "en")}
        case "letter":
            files = list(queries.files_of(row))
            full = len(files) >= flow.LETTERS_AT_MOST
            return {"files": files, "full": full, "continue_url": _url(flow.following(row, key))}
    return {}


def _page(key: str, row: Application, form: forms.Form, request: HttpRequest) -> HttpResponse:
    keys = [step.key for step in flow.steps_of(row)]
    special = key in ("organisation", "letter", "terms", "sponsor")
    context = {
        "application": row,
        "step": flow.step_of(row, key),
        "place": keys.index(key) + 1,
        "total": len(keys),
        "back_url": _url(flow.previous(row, key)),
        "form": form,
        **_more(key, row, request),
    }
    name = f"apply_{key}" if special else "apply_step"
    return render(request, f"portal/vetting/{name}.html", context)


def _elsewhere(row: Application | None, key: str) -> HttpResponse | None:
    """Lead to where the applicant has to go instead of this step, if anywhere."""
    if row is None or flow.step_of(row, key) is None:
        return redirect("application")
    if missing := flow.missing_before(row, key):
        return _to(missing.key)
    return None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, key: str) -> HttpResponse:
    """One question, stored at once; a step out of order leads to the first missing one."""
    user: Any = request.user
    row = queries.draft_of(user)
    if row is None or (instead := _elsewhere(row, key)):
        return instead if row else redirect("application")
    form = _form(key, row, request)
    if request.method == "POST" and form.is_bound and form.is_valid():
        try:
            row = applying.answer(user=user, key=key, **form.cleaned_data)
            return _to(flow.following(row, key))
        except Invalid as refusal:
            put(form, refusal)
    return _page(key, row, form, request)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_organisation(request: HttpRequest) -> HttpResponse:
    """Add an organisation that is not in the list."""
    user: Any = request.user
    row = queries.draft_of(user)
    if row is None or (instead := _elsewhere(row, "organisation")):
        return instead if row else redirect("application")
    form = applicant_forms.NewOrganisationForm(posted(request), application=row)
    if request.method == "POST" and form.is_valid():
        try:
            row = applying.propose_organisation(user=user, **form.cleaned_data)
            return _to(flow.following(row, "organisation"))
        except Invalid as refusal:
            put(form, refusal)
    context = {"form": form, "application": row, "back_url": _url("organisation")}
    return render(request, "portal/vetting/apply_organisation_new.html", context)


@login_required
@require_POST
def add_letter(request: HttpRequest) -> HttpResponse:
    """Add one file to the draft."""
    user: Any = request.user
    row = queries.draft_of(user)
    if row is None or (instead := _elsewhere(row, "letter")):
        return instead if row else redirect("application")
    form = applicant_forms.LetterForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            applying.add_letter(user=user, upload=form.cleaned_data["letter"])
            return _to("letter")
        except Invalid as refusal:
            put(form, refusal)
    return _page("letter", row, form, request)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """All answers on one page, each with a way to change it; the button sends them."""
    user: Any = request.user
    row = queries.draft_of(user)
    if row is None:
        return redirect("application")
    if missing := flow.first_missing(row):
        return _to(missing.key)
    context: dict[str, Any] = {"application": row, "back_url": _url(flow.previous(row, flow.CHECK))}
    if request.method == "POST":
        try:
            applying.submit(user=user, version=_number(request.POST.get("version", "")))
            return redirect("application_sent")
        except Conflict as refusal:
            context["refusal"] = refusal.message
            context["application"] = row = queries.newest(user) or row
    context["answers"] = queries.answers_of(row)
    status = 409 if "refusal" in context else 200
    return render(request, "portal/vetting/apply_check.html", context, status=status)


def _number(text: str) -> int:
    """Return the version in a form, 0 for anything that is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
