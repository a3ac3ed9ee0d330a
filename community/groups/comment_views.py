"""Pages: what is said about a version of a paper."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.groups import commenting, paper_page
from community.groups.paper_forms import CommentForm
from community.groups.paper_models import PaperComment, PaperVersion
from community.groups.paper_permissions import get_comment_for, get_version_for
from community.groups.views import PAGES, either, press, sent
from portal.markings.labels import label_of


@login_required
@require_POST
def say(request: HttpRequest, public_id: UUID, paper_id: UUID, number: int) -> HttpResponse:
    """Comment on a version."""
    row = get_version_for(request.user, public_id, paper_id, number)
    form = CommentForm(request.POST)
    if form.is_valid() and form.carry_out(commenting.say, actor=request.user, version=row):
        messages.success(request, _("Your comment is there."))
        return redirect("community_paper_version", public_id, paper_id, number)
    context = paper_page.version(request.user, row) | {"form": _shown(form, row)}
    return render(request, f"{PAGES}paper.html", context, status=form.status)


@login_required
@either
def answer(request: HttpRequest, public_id: UUID, paper_id: UUID, comment: UUID) -> HttpResponse:
    """Answer a comment."""
    row = get_comment_for(request.user, public_id, paper_id, comment)
    start = {"seen_label": str(label_of(row.version.paper.label))}
    form = CommentForm(sent(request), initial=start)
    if form.is_valid() and form.carry_out(commenting.answer, actor=request.user, comment=row):
        messages.success(request, _("Your answer is there."))
        return _back(row)
    context = paper_page.frame(request.user, row.version.paper, _("Answer a comment"))
    context |= {"form": _shown(form, row.version), "comment": row}
    return render(request, f"{PAGES}comment_answer.html", context, status=form.status)


@login_required
@require_POST
def settle(request: HttpRequest, public_id: UUID, paper_id: UUID, comment: UUID) -> HttpResponse:
    """Mark a comment as done, or as open again."""
    row = get_comment_for(request.user, public_id, paper_id, comment)
    done = request.POST.get("choice") == "done"
    words = _("The comment is marked as done.") if done else _("The comment is open again.")
    press(request, commenting.settle, words, comment=row, done=done)
    return _back(row)


def _shown(form: CommentForm, version: PaperVersion) -> CommentForm:
    """Return a form to be shown again: this page shows the label as it is now."""
    if form.is_bound:
        form.data = form.data.copy()
        form.data["seen_label"] = str(label_of(version.paper.label))
    return form


def _back(row: PaperComment) -> HttpResponse:
    version = row.version
    arguments = [version.paper.group.public_id, version.paper.public_id, version.number]
    place = reverse("community_paper_version", args=arguments)
    return redirect(f"{place}#comment-{(row.to or row).public_id}")
