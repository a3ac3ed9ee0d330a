"""Pages: the papers of a group, a paper with its versions, comparing two of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from community.groups import group_page, paper_page, papers, readers
from community.groups.paper_forms import BeginForm, CommentForm, FileForm, ReadersForm, WriteForm
from community.groups.paper_models import Paper
from community.groups.paper_permissions import (
    ACCEPTED,
    get_paper_for,
    get_source_for,
    get_version_for,
    papers_in,
)
from community.groups.permissions import get_inside_for
from community.groups.views import PAGES, either, press, sent
from portal.files import serving
from portal.files.queries import limits_of
from portal.markings.labels import label_of
from portal.shared.errors import NotAllowed


@login_required
@require_safe
def paper_list(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The papers of a group that she may read."""
    row = get_inside_for(request.user, public_id)
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1
    context = paper_page.listed(request.user, row, number)
    return render(request, f"{PAGES}papers.html", context)


@login_required
@either
def begin(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Begin a paper."""
    row = get_inside_for(request.user, public_id)
    start = {"language": translation.get_language() or "en"}
    form = BeginForm(sent(request), request.FILES or None, initial=start)
    if form.is_valid() and form.carry_out(papers.begin, actor=request.user, group=row):
        newest = papers_in(request.user, row).order_by("-pk").first()
        messages.success(request, _("The paper is begun."))
        return _to(newest) if newest else redirect("community_group_papers", public_id)
    context = group_page.frame(request.user, row, _("Begin a paper"))
    context |= {"form": form, "limits": limits_of(ACCEPTED)}
    return render(request, f"{PAGES}paper_new.html", context, status=form.status)


def _to(paper: Paper) -> HttpResponse:
    return redirect("community_paper", paper.group.public_id, paper.public_id)


@login_required
@require_safe
def paper(
    request: HttpRequest, public_id: UUID, paper_id: UUID, number: int | None = None
) -> HttpResponse:
    """A version of a paper, the newest one unless another is asked for."""
    row = get_paper_for(request.user, public_id, paper_id)
    wanted = row.latest if number is None else number
    found = get_version_for(request.user, public_id, paper_id, wanted)
    form = CommentForm(initial={"seen_label": str(label_of(row.label))})
    context = paper_page.version(request.user, found) | {"form": form}
    return render(request, f"{PAGES}paper.html", context)


@login_required
@either
def write(request: HttpRequest, public_id: UUID, paper_id: UUID) -> HttpResponse:
    """Write a new version on top of the newest."""
    row = get_paper_for(request.user, public_id, paper_id)
    newest = get_version_for(request.user, public_id, paper_id, row.latest)
    form = WriteForm(sent(request), initial=base_of(row) | {"text": newest.text})
    known = {"actor": request.user, "paper": row}
    if form.is_valid() and form.carry_out(papers.write, **known):
        messages.success(request, _("The new version is saved."))
        return _to(row)
    return _again(request, form, row, "paper_write.html", _("Write a new version"))


@login_required
@either
def send_file(request: HttpRequest, public_id: UUID, paper_id: UUID) -> HttpResponse:
    """Send a file as a new version."""
    row = get_paper_for(request.user, public_id, paper_id)
    form = FileForm(sent(request), request.FILES or None, initial=base_of(row))
    known = {"actor": request.user, "paper": row}
    if form.is_valid() and form.carry_out(papers.send_file, **known):
        messages.success(request, _("The new version is saved."))
        return _to(row)
    return _again(request, form, row, "paper_file.html", _("Send a file"))


def base_of(row: Paper) -> dict[str, Any]:
    """Return what a form of a new version is made from."""
    return {"base": row.latest, "seen_label": str(label_of(row.label))}


def _again(request: HttpRequest, form: Any, row: Paper, page: str, title: str) -> HttpResponse:
    """Show a form with what was typed. Where somebody was quicker, show what she changed, and
    let the next save stand on top of it."""
    row.refresh_from_db(fields=["latest", "agreed_at"])
    if form.is_bound:  # this page shows the label as it is now
        form.data = form.data.copy()
        form.data["seen_label"] = str(label_of(row.label))
    context = paper_page.frame(request.user, row, title)
    context |= {"form": form, "limits": limits_of(ACCEPTED)}
    if form.conflict and form.cleaned_data["base"] != row.latest:
        context |= paper_page.behind(row, form.cleaned_data["base"])
        form.data["base"] = str(row.latest)
    return render(request, f"{PAGES}{page}", context, status=form.status)


@login_required
@require_safe
def compare(
    request: HttpRequest, public_id: UUID, paper_id: UUID, old: int, new: int
) -> HttpResponse:
    """What changed between two versions."""
    rows = [get_version_for(request.user, public_id, paper_id, number) for number in (old, new)]
    if any(row.file_name for row in rows):
        raise NotAllowed
    context = paper_page.compared(request.user, *rows)
    return render(request, f"{PAGES}paper_compare.html", context)


@login_required
@require_safe
def choose_compare(request: HttpRequest, public_id: UUID, paper_id: UUID) -> HttpResponse:
    """Lead from the form below a paper to the two versions that were chosen."""
    row = get_paper_for(request.user, public_id, paper_id)
    chosen = [request.GET.get(name, "") for name in ("old", "new")]
    if not all(text.isascii() and text.isdigit() and len(text) < 6 for text in chosen):
        return _to(row)
    return redirect("community_paper_compare", public_id, paper_id, *map(int, chosen))


@login_required
@require_GET
def file(request: HttpRequest, public_id: UUID, paper_id: UUID, number: int) -> HttpResponseBase:
    """The file of a version."""
    row = get_version_for(request.user, public_id, paper_id, number)
    if row.file is None:
        raise NotAllowed
    return serving.send(request, row.file.public_id)


@login_required
@require_POST
def state(request: HttpRequest, public_id: UUID, paper_id: UUID) -> HttpResponse:
    """Close a paper as agreed, or go on with it."""
    row = get_paper_for(request.user, public_id, paper_id)
    if request.POST.get("choice") == "agree":
        press(request, papers.agree, _("The paper is agreed and closed."), paper=row)
    elif request.POST.get("choice") == "reopen":
        press(request, papers.reopen, _("The paper is open again."), paper=row)
    return _to(row)


@login_required
@either
def named(request: HttpRequest, public_id: UUID, paper_id: UUID) -> HttpResponse:
    """Name the people of the group who may read a paper under AMBER or RED."""
    row = get_source_for(request.user, public_id, paper_id)
    form = ReadersForm(readers.to_name(request.user, row), sent(request))
    if form.is_valid() and form.carry_out(readers.choose, actor=request.user, paper=row):
        messages.success(request, _("Your choice is saved."))
        return _to(row)
    context = paper_page.frame(request.user, row, _("Readers")) | {"form": form}
    return render(request, f"{PAGES}paper_readers.html", context, status=form.status)
