"""Pages of the studio beside a record's editor: its files, its label."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.library import editions, kinds, labelling, vocabulary
from community.library.editing import get_editable_for
from community.library.lowering_views import said
from community.library.models import Publication
from community.library.studio_forms import FileForm, LabelForm
from portal.markings.labels import label_of

PAGES = "community/library/studio/"
FILES = "wagtailsnippets_community_publication:files"


def _page(publication: Publication, **more: Any) -> dict[str, Any]:
    rows = publication.editions.select_related("file").order_by("language")
    found = [{"row": row, "name": vocabulary.name(kinds.LANGUAGE, row.language)} for row in rows]
    label = str(label_of(publication.label))
    return {"publication": publication, "editions": found, "label": label, **more}


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, pk: str) -> HttpResponse:
    """The editions of a record; a POST adds or replaces a file."""
    publication = get_editable_for(request.user, pk)
    form = FileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    known = {"actor": request.user, "publication": publication}
    if request.method == "POST" and form.is_valid() and form.carry_out(editions.put, **known):
        messages.success(request, _("The file was checked and is kept. Its text is being read."))
        return redirect(FILES, publication.pk)
    page = _page(publication, form=form, label_form=LabelForm(initial={"label": publication.label}))
    return render(request, f"{PAGES}files.html", page, status=form.status)


@require_POST
def remove(request: HttpRequest, pk: str, language: str) -> HttpResponse:
    """Remove an edition with its file."""
    publication = get_editable_for(request.user, pk)
    edition = publication.editions.filter(language=language).first()
    if edition is not None:
        editions.remove(actor=request.user, edition=edition)
        messages.success(request, _("The file was removed."))
    return redirect(FILES, publication.pk)


@require_POST
def label(request: HttpRequest, pk: str) -> HttpResponse:
    """Set or lower the label of a record."""
    publication = get_editable_for(request.user, pk)
    form = LabelForm(request.POST)
    known = {"actor": request.user, "publication": publication}
    if form.is_valid() and form.carry_out(labelling.relabel, **known):
        messages.success(request, said(publication, form.cleaned_data["label"]))
        return redirect(FILES, publication.pk)
    page = _page(publication, form=FileForm(), label_form=form)
    return render(request, f"{PAGES}files.html", page, status=form.status)
