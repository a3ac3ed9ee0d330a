"""The operator's page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community.operations import health, queries, reading
from community.realtime import figures


@login_required
@require_safe
@never_cache
def operation(request: HttpRequest) -> HttpResponse:
    """Show how sealed messages are doing: processes, numbers, what works. Reading it is recorded,
    as reading the record is: the other exception to "no GET writes"."""
    reading.read_page(actor=request.user)
    context = {
        "parts": health.parts(),
        "processes": figures.board(),
        "numbers": queries.numbers(),
        "rooms": queries.rooms_by_state(),
        "days": queries.events_by_day(),
    }
    return render(request, "community/operations/operation.html", context)
