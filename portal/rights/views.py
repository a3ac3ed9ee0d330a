"""My data: see, take, correct, delete. And what the site stores at all, for everyone."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.audit import queries as audit_queries
from portal.audit import words
from portal.permissions import membership_of
from portal.rights import inventory, limits, services
from portal.rights.forms import DeleteForm
from portal.roles.administrators import is_last_administrator
from portal.shared.errors import Conflict

NAME = "my-data.json"


@login_required
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Say what one may do with one's own data."""
    context = {"membership": membership_of(request.user)}
    return render(request, "portal/rights/data.html", context)


@login_required
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Send everything the site keeps about the person as one file."""
    found = services.export_data(user=request.user)
    response = JsonResponse(found, json_dumps_params={"indent": 1, "ensure_ascii": False})
    response.headers["Content-Disposition"] = f'attachment; filename="{NAME}"'
    return response


@login_required
@require_safe
def activity(request: HttpRequest) -> HttpResponse:
    """Show the person's own entries in the record, newest first."""
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None
    part = audit_queries.part(audit_queries.own(request.user), before)
    me = str(request.user.public_id)  # type: ignore[union-attr]
    entries = [(words.entry(row, {}), row.actor == me, bool(row.actor)) for row in part.rows]
    context = {"entries": entries, "older": part.older, "before": before}
    return render(request, "portal/rights/activity.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Say what goes and what stays, and delete the account after a tick."""
    form = DeleteForm(request.POST or None)
    last = is_last_administrator(request.user)
    if request.method != "POST" or not form.is_valid():
        return render(request, "portal/rights/delete.html", {"form": form, "last": last})
    try:
        services.delete_account(user=request.user, **form.cleaned_data)
    except Conflict as problem:
        form.add_error(None, str(problem))
        return render(request, "portal/rights/delete.html", {"form": form, "last": last})
    return _gone(request)


def _gone(request: HttpRequest) -> HttpResponse:
    """Leave the browser as if nobody had been signed in."""
    logout(request)
    messages.success(request, _("Your account is deleted."))
    response = redirect("account_login")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_safe
def stored(request: HttpRequest) -> HttpResponse:
    """List everything the site stores, and its limits."""
    context: dict[str, Any] = {
        "groups": inventory.table(),
        "areas": limits.table(),
        "months": settings.MEMBERSHIP_MONTHS,
    }
    return render(request, "portal/rights/stored.html", context)
