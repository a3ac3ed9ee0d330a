"""Pages: lower the label of a record as its source; for RED, confirm or refuse as the second."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.library import labelling, lowering
from community.library.models import Publication
from community.library.request_forms import LowerForm
from portal.markings.labels import label_of

CHOICES = {"confirm": True, "refuse": False}


@require_http_methods(["GET", "HEAD", "POST"])
def members_lowering(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One request to lower the label of a record."""
    waiting = lowering.get_waiting_for(request.user, public_id)
    choice = request.POST.get("choice", "")
    if request.method == "POST" and choice in CHOICES:
        lowering.decide(actor=request.user, waiting=waiting, granted=CHOICES[choice])
        messages.success(request, _("Your decision is saved."))
        return redirect("members_requests")
    context = {
        "waiting": waiting, "label": "RED",
        "title": waiting.publication.title(get_language() or "en"),
    }  # fmt: skip
    return render(request, "community/library/lowering.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def members_label(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Lower the label of a record one is the source of."""
    publication = lowering.get_lowerable_for(request.user, public_id)
    label = str(label_of(publication.label))
    form = LowerForm(request.POST if request.method == "POST" else None, present=label)
    known = {"actor": request.user, "publication": publication}
    if form.is_valid() and form.carry_out(labelling.lower, **known):
        messages.success(request, said(publication, form.cleaned_data["label"]))
        return redirect("members_requests")
    title = publication.title(get_language() or "en")
    context = {"form": form, "publication": publication, "title": title, "label": label}
    return render(request, "community/library/label.html", context, status=form.status)


def said(publication: Publication, label: str) -> str:
    """Return what came of setting a label."""
    if Publication.objects.filter(pk=publication.pk, label=label).exists():
        return _("The label is set.")
    return _(
        "A second person who reads the record has to confirm this. She finds it among the requests "
        "of the library."
    )
