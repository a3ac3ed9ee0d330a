"""The record for administrators: one list, one export."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from portal.audit import exporting, queries, reading, words
from portal.audit.forms import RecordForm
from portal.permissions import may_read_record
from portal.shared.errors import Invalid, NotAllowed

FORMATS = {
    "csv": (exporting.csv_lines, "text/csv; charset=utf-8"),
    "jsonl": (exporting.json_lines, "application/jsonl"),
}


def _number(text: str | None) -> int | None:
    """Return the row a page ends before; None for none, and for what is no number."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else None


@login_required
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """Show entries, newest first. Reading writes one row: the one exception to "no GET writes".

    A POST turns the form into an address, so that no e-mail address stands in a query.
    """
    if not may_read_record(request.user):
        raise NotAllowed
    form = RecordForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return render(request, "portal/audit/record.html", {"form": form}, status=400)
    if request.method == "POST":
        return redirect(f"{reverse('record')}?{form.query}")
    before = _number(request.GET.get("before"))
    part = reading.read_record(actor=request.user, search=form.search, before=before)
    return render(request, "portal/audit/record.html", _list(form, part, before))


def _list(form: RecordForm, part: queries.Part, before: int | None) -> dict[str, Any]:
    names = queries.people(part.rows)
    return {
        "form": form,
        "entries": [words.entry(row, names) for row in part.rows],
        "older": part.older,
        "before": before,
        "query": form.query,
    }


@login_required
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Give out what the search finds, as a table or as JSON lines."""
    if not may_read_record(request.user):
        raise NotAllowed
    form = RecordForm(request.POST)
    write = FORMATS.get(request.POST.get("format", ""))
    if write is None or not form.is_valid():
        return render(request, "portal/audit/record.html", {"form": form}, status=400)
    try:
        rows = reading.export_record(actor=request.user, search=form.search)
    except Invalid as problem:
        form.add_error("since", str(problem))
        return render(request, "portal/audit/record.html", {"form": form}, status=400)
    name = f"record.{request.POST['format']}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse("".join(write[0](rows)), content_type=write[1], headers=headers)
