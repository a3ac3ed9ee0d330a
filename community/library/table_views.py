"""Pages of the studio: a table of records taken in, and given out."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from community.library import csv_records, exporting, importing
from community.library.table_forms import TableForm
from portal.shared.errors import NotAllowed

PAGE = "community/library/studio/table.html"
NAMED = 200  # faults a page names; after these, how many more there are
MARK = "\ufeff"  # tells spreadsheets that the table is in UTF-8


@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Take a table in as drafts. Nothing is stored while a row is bad, unless that is asked for."""
    if not importing.may_import(request.user):
        raise NotAllowed
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form, done = TableForm(request.user.pk, *sent), None
    if form.is_bound and form.is_valid():
        table, rest = form.cleaned_data["table"], form.cleaned_data["rest"]
        done = importing.import_records(request.user, table, partial=rest)
    refused = form.is_bound and not (done and done.stored)
    kept = form.keep() if done and refused and done.good else ""
    context = {"form": form, "kept": kept, "columns": csv_records.COLUMNS, **_shown(done)}
    return render(request, PAGE, context, status=400 if refused else 200)


def _shown(done: importing.Imported | None) -> dict[str, Any]:
    """Return what is said of a table: counts, and the faults as far as a page names them."""
    if done is None:
        return {"done": None}
    bad = {fault.line for fault in done.faults}
    return {
        "done": done,
        "refused": len(bad),
        "faults": done.faults[:NAMED],
        "more": max(0, len(done.faults) - NAMED),
    }


@require_POST
def give_out(request: HttpRequest) -> HttpResponseBase:
    """Give out the records the person may know of, RED ones excepted; it stands in the record."""
    if not importing.may_import(request.user):
        raise NotAllowed
    lines = exporting.export_records(request.user)
    return StreamingHttpResponse(
        _marked(lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="library.csv"'},
    )


def _marked(lines: Any) -> Any:
    yield MARK
    yield from lines
