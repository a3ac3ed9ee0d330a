"""Classes and their invitations; and the page an invited person opens."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.shared.errors import Invalid, NotAllowed
from portal.vetting import invitation_permissions as permissions
from portal.vetting import inviting, terms
from portal.vetting.invitation_forms import ClassForm
from portal.vetting.invitation_queries import classes, people_of

AFTER = {
    "learner": "learning",
    "courier": "catalogue",
    "member": "application",
}


@require_GET
def invitations(request: HttpRequest) -> HttpResponse:
    """The classes invited so far."""
    user: Any = request.user
    if not permissions.tiers_of(user):
        raise NotAllowed
    page = classes(user, request.GET.get("after", ""))
    return render(request, "portal/vetting/invitations.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite a class: a dry run first (``try``), then sending (``send``, ``send-good``)."""
    user: Any = request.user
    if not permissions.tiers_of(user):
        raise NotAllowed
    form = ClassForm(request.POST or None, request.FILES or None, user=user)
    if request.method != "POST" or not form.is_valid():
        return render(request, "portal/vetting/invite.html", {"form": form})
    fields = {name: form.cleaned_data.get(name, "") for name in ("name", "tier", "course")}
    table = form.cleaned_data["table"]
    if "send" not in request.POST and "send-good" not in request.POST:
        planned = inviting.plan(by=user, data=table, tier=fields["tier"])
        context = {"form": form, "fields": fields | {"table": table}, "plan": planned}
        return render(request, "portal/vetting/invite_check.html", context)
    batch = inviting.send(by=user, data=table, but_faulty="send-good" in request.POST, **fields)
    messages.success(request, _("The invitations are on their way."))
    return redirect("invitation_class", batch.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_class(request: HttpRequest, batch: uuid.UUID) -> HttpResponse:
    """The people of a class and their invitations; one can be ended or sent again."""
    user: Any = request.user
    row = permissions.get_batch_for(user, batch)
    if request.method != "POST":
        context = {"batch": row, "people": people_of(row)}
        return render(request, "portal/vetting/invitation_class.html", context)
    act = inviting.send_again if "again" in request.POST else inviting.withdraw
    act(by=user, invitation=_uuid(request.POST.get("invitation", "")))
    messages.success(request, _("Done."))
    return redirect("invitation_class", batch)


@require_GET
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """What an invited person sees first: what this is, and how to take it up."""
    row = inviting.by_secret(secret)
    context = {
        "invitation": row,
        "secret": secret,
        "mine": row is not None and inviting.is_for(row, request.user),
        "here": reverse("invitation", args=[secret]),
        "terms": terms.parts(terms.CURRENT, translation.get_language() or "en"),
    }
    return render(request, "portal/vetting/invitation.html", context, status=200 if row else 404)


@require_POST
def accept_invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Take up an invitation, signed in with the address it went to."""
    user: Any = request.user
    if not user.is_authenticated:
        return redirect("invitation", secret)
    row = inviting.accept(user=user, secret=secret, language=translation.get_language() or "en")
    messages.success(request, _("You have accepted the invitation."))
    return redirect(AFTER[row.batch.tier])


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as problem:
        raise Invalid from problem
