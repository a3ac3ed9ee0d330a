"""The results page."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from portal.search.forms import SearchForm
from portal.search.services import Results, search
from portal.shared.html import excerpt

PER_PAGE = 10


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Show what the words of ``q`` find in the reader's language, by kind, ten to a page."""
    form = SearchForm(request.GET)
    language = translation.get_language() or "en"
    kind = request.GET.get("kind", "")
    found = Results()
    if form.is_valid():
        found = search(terms=form.terms, language=language, user=request.user, kind=kind)
    page = Paginator(found.hits, PER_PAGE).get_page(request.GET.get("page"))
    length = 110 if language.startswith("zh") else 220
    rows = [(hit, excerpt(hit.text, form.terms, length)) for hit in page]
    labels = {facet.name: facet.label for facet in found.facets}
    context = {
        "form": form,
        "found": found,
        "kind": kind if kind in labels else "",
        "rows": [(hit, labels.get(hit.kind, ""), text) for hit, text in rows],
        "page_obj": page,
        "query": urlencode({"q": form.text, **({"kind": kind} if kind in labels else {})}),
    }
    return render(request, "portal/search/results.html", context)
