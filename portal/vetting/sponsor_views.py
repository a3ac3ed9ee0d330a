"""The sponsor's pages: who asks, and one answer."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.shared.errors import Invalid, NotAllowed
from portal.vetting import applicant_queries as queries
from portal.vetting import sponsoring
from portal.vetting.applicant_forms import SponsorAnswerForm, posted, put


@login_required
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Who asks this member to vouch, and what he answered before."""
    user: Any = request.user
    if not queries.may_sponsor(user):
        raise NotAllowed
    context = {"requests": queries.requests_to(user), "answered": queries.answered_by(user)[:50]}
    return render(request, "portal/vetting/sponsor_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: HttpRequest, number: str) -> HttpResponse:
    """One request: what is needed to recognise the person, and two questions."""
    user: Any = request.user
    row = queries.request_for(user, number)
    form = SponsorAnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            sponsoring.answer(sponsor=user, number=number, **form.answer())
            messages.success(request, _("Thank you. Your answer is stored."))
            return redirect("sponsoring")
        except Invalid as refusal:
            put(form, refusal)
    context = {"application": row, "form": form}
    return render(request, "portal/vetting/sponsor_request.html", context)
