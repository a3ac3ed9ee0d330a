"""A person's own membership: see it, confirm the post, ask for a change, leave."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.vetting import identity, membership, standing
from portal.vetting.service_form import ServiceForm


class PostForm(ServiceForm):
    """The name of the post a member holds now."""

    post = forms.CharField(
        label=gettext_lazy("My post now"),
        max_length=150,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "organization-title"}),
    )


class LeaveForm(ServiceForm):
    """One tick before a membership ends."""

    sure = forms.BooleanField(label=gettext_lazy("I want to leave the community."))

    def clean(self) -> dict[str, Any]:
        return {}  # the tick is the form's own matter


def _page(user: Any, form: PostForm | None = None) -> dict[str, Any]:
    row = standing.membership_row(user)
    return {
        "membership": row,
        "in_force": row is not None and standing.in_force(row),
        "renewable": row is not None and standing.renewable(row),
        "check": identity.open_check(user),
        "form": form or PostForm(initial={"post": row.post if row else ""}),
    }


@login_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """What I am here, since when and until when."""
    return render(request, "portal/vetting/membership.html", _page(request.user))


@login_required
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm the post as it is."""
    membership.confirm_post(user=request.user)  # type: ignore[arg-type]
    messages.success(request, _("Thank you. Your membership goes on."))
    return redirect("membership")


@login_required
@require_POST
def new_post(request: HttpRequest) -> HttpResponse:
    """Confirm with the new name of the post, in the same organisation."""
    user: Any = request.user
    form = PostForm(request.POST)
    if not (form.is_valid() and form.carry_out(membership.confirm_post, user=user)):
        page = _page(user, form)
        return render(request, "portal/vetting/membership.html", page, status=form.status)
    messages.success(request, _("Thank you. Your membership goes on."))
    return redirect("membership")


@login_required
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Begin an application for another organisation."""
    membership.ask_for_change(user=request.user)  # type: ignore[arg-type]
    return redirect("application")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Say what leaving means; a POST with the tick does it."""
    user: Any = request.user
    row = standing.may_leave(user)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and form.carry_out(membership.leave, user=user):
        messages.success(request, _("You have left the community. Your account stays."))
        return redirect("membership")
    page = {"membership": row, "form": form}
    return render(request, "portal/vetting/membership_leave.html", page, status=form.status)


@login_required
@require_POST
def withdraw_identity(request: HttpRequest) -> HttpResponse:
    """Stop the open check of my identity: I did not ask, or I found my second factor."""
    identity.withdraw_identity_check(user=request.user)  # type: ignore[arg-type]
    messages.success(request, _("The check is stopped. Your second factors stay."))
    return redirect("membership")
