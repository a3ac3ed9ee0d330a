"""Pages: the label of a paper, and the second person who confirms that RED is lowered."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from community.groups import paper_labels, paper_page
from community.groups.paper_forms import LabelForm
from community.groups.paper_models import Paper
from community.groups.paper_permissions import (
    get_labelled_for,
    get_lowering_for,
    papers_visible_to,
)
from community.groups.views import PAGES, either, press, sent
from portal.markings.labels import label_of

DECISIONS = {"confirm": True, "refuse": False}


@login_required
@either
def label(request: HttpRequest, public_id: UUID, paper_id: UUID) -> HttpResponse:
    """Raise the label of a paper, or lower it as its source."""
    row = get_labelled_for(request.user, public_id, paper_id)
    choices = paper_labels.choices_for(request.user, row)
    present = str(label_of(row.label))
    form = LabelForm(choices, sent(request), initial={"seen": present})
    if form.is_valid() and form.carry_out(paper_labels.relabel, actor=request.user, paper=row):
        messages.success(request, said(row, form.cleaned_data["label"]))
        return back(request.user, row)
    if form.is_bound:  # this page shows the label as it is now
        form.data = form.data.copy()
        form.data["seen"] = present
    context = paper_page.frame(request.user, row, _("Label of this paper"))
    context |= {"form": form, "choices": choices}
    return render(request, f"{PAGES}paper_label.html", context, status=form.status)


def said(row: Paper, wanted: str) -> str:
    """Return what came of it."""
    if Paper.objects.filter(pk=row.pk, label=wanted).exists():
        return _("The label is set.")
    return _("A second person of your organisation who reads the paper has to confirm this.")


def back(user: Any, row: Paper) -> HttpResponse:
    """Lead to the paper, or to the list where she does not read it any more."""
    if papers_visible_to(user).filter(pk=row.pk).exists():
        return redirect("community_paper", row.group.public_id, row.public_id)
    return redirect("community_group_papers", row.group.public_id)


@login_required
@either
def lowering(request: HttpRequest, public_id: UUID, paper_id: UUID) -> HttpResponse:
    """Confirm or refuse that a RED paper gets a lower label."""
    row, asked = get_lowering_for(request.user, public_id, paper_id)
    choice = request.POST.get("choice", "")
    if request.method == "POST" and choice in DECISIONS:
        known = {"paper": row, "asked": asked, "granted": DECISIONS[choice]}
        press(request, paper_labels.decide, _("Your decision is saved."), **known)
        return back(request.user, row)
    context = paper_page.frame(request.user, row, _("Lower a label")) | {"asked": asked}
    return render(request, f"{PAGES}paper_lowering.html", context)
