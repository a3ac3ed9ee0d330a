"""The list of notices, how to be told, and the browsers that may be woken."""

import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts.devices import browser_and_system
from portal.notifications import push, queries, services
from portal.notifications.models import NotificationChoice
from portal.notifications.verbs import VERBS
from portal.shared.errors import Invalid
from portal.sockets.sign_in import session_mark


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """What happened, newest first; a POST keeps how to be told (``pace``)."""
    user: Any = request.user
    if request.method == "POST":
        services.choose_pace(user=user, pace=request.POST.get("pace", ""))
        messages.success(request, _("Your choice is saved."))
        return redirect("notifications")
    rows = [(row, VERBS[row.verb].words) for row in queries.latest(user) if row.verb in VERBS]
    context = {
        "rows": rows,
        "some_new": any(row.read_at is None for row, _words in rows),
        "choice": queries.choice_of(user),
        "paces": NotificationChoice.Pace.choices,
        "push_key": push.public_key(),
    }
    return render(request, "portal/notifications/list.html", context)


@login_required
@require_POST
def open_notice(request: HttpRequest) -> HttpResponse:
    """Mark a notice as seen and go where it leads; ``all`` marks every one."""
    user: Any = request.user
    if "all" in request.POST:
        services.mark_all_read(user=user)
        return redirect("notifications")
    row = services.mark_read(user=user, notice=_uuid(request.POST.get("notice", "")))
    try:
        return redirect(reverse(row.place, args=[row.key] if row.key else []))
    except NoReverseMatch:  # the place is gone since
        return redirect("notifications")


@login_required
@require_POST
def push_subscription(request: HttpRequest) -> HttpResponse:
    """Keep this browser as one that may be woken, or with ``end`` forget it."""
    user: Any = request.user
    endpoint = request.POST.get("endpoint", "")
    if "end" in request.POST:
        push.unsubscribe(user=user, endpoint=endpoint)
    else:
        names = browser_and_system(request.headers.get("User-Agent", ""))
        mark = session_mark(request.session.session_key or "")
        push.subscribe(
            user=user, endpoint=endpoint, session=mark, browser=" – ".join(filter(None, names))
        )
    return HttpResponse(status=204)


@require_GET
def push_worker(request: HttpRequest) -> FileResponse:
    """The script a browser keeps to be woken; it must lie at the root to serve every page."""
    path = Path(settings.BASE_DIR) / "static" / "dist" / "push-worker.js"
    response = FileResponse(path.open("rb"), content_type="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _uuid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError as problem:
        raise Invalid from problem
