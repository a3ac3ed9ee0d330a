"""Pages: the list of groups, one group, making and editing one, joining and leaving."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.groups import asking, group_page, joining, leading, list_page
from community.groups.forms import DeedForm, DoorForm, EditForm, MakeForm, ReasonForm
from community.groups.permissions import (
    get_answer_for,
    get_group_for,
    get_inside_for,
    get_led_for,
    may_make,
    regions_of,
)
from portal.permissions import is_member
from portal.shared.errors import Conflict, NotAllowed

PAGES = "community/groups/"
either = require_http_methods(["GET", "HEAD", "POST"])


def sent(request: HttpRequest) -> Any:
    """Return what was posted, None for a page that is only opened."""
    return request.POST if request.method == "POST" else None


def press(request: HttpRequest, deed: Any, words: str, **known: Any) -> bool:
    """Do what a button asks for and say so; say what stands in the way instead."""
    try:
        deed(actor=request.user, **known)
    except Conflict as refused:
        messages.error(request, str(refused))
        return False
    messages.success(request, words)
    return True


@login_required
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """Groups she is in, and those she may join."""
    if not is_member(request.user):
        raise NotAllowed
    context = list_page.page(request.user, asking.read(request.GET))
    return render(request, f"{PAGES}list.html", context)


@login_required
@either
def new(request: HttpRequest) -> HttpResponse:
    """Make a group."""
    if not may_make(request.user):
        raise NotAllowed
    start = {"language": translation.get_language() or "en"}
    form = MakeForm(regions_of(request.user), sent(request), initial=start)
    if form.is_valid() and form.carry_out(leading.make, actor=request.user):
        messages.success(request, _("The group is made. You lead it."))
        return redirect("community_groups")
    return render(request, f"{PAGES}new.html", {"form": form}, status=form.status)


@login_required
@require_safe
def group(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What a group is for, who leads it, how to join; for who is inside what is in it."""
    row = get_group_for(request.user, public_id)
    return render(request, f"{PAGES}group.html", group_page.overview(request.user, row))


@login_required
@either
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say anew what a group is called and is about."""
    row = get_led_for(request.user, public_id)
    codes = leading.regions_for(request.user, row)
    form = EditForm(codes, sent(request), initial=group_page.values_of(row))
    if form.is_valid() and form.carry_out(leading.edit, actor=request.user, group=row):
        messages.success(request, _("The group is changed."))
        return redirect("community_group", public_id)
    _stand_on(form, row.version)
    context = group_page.frame(request.user, row, _("Name, purpose and theme")) | {"form": form}
    return render(request, f"{PAGES}edit.html", context, status=form.status)


def _stand_on(form: Any, version: int) -> None:
    """After a conflict, let the next save stand on what is there now."""
    if form.conflict:
        form.data = form.data.copy()
        form.data["version"] = str(version)


@login_required
@either
def door(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say what another way to join changes, and change it."""
    row = get_led_for(request.user, public_id)
    form = DoorForm(row.joining, sent(request), initial={"version": row.version})
    if form.is_valid() and form.carry_out(leading.change_door, actor=request.user, group=row):
        messages.success(request, _("How to join is changed."))
        return redirect("community_group", public_id)
    _stand_on(form, row.version)
    context = group_page.frame(request.user, row, _("How to join")) | {"form": form}
    return render(request, f"{PAGES}door.html", context, status=form.status)


@login_required
@require_POST
def state(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close a group, or open it again."""
    row = get_led_for(request.user, public_id)
    if request.POST.get("choice") == "close":
        press(request, leading.close, _("The group is closed. It can still be read."), group=row)
    elif request.POST.get("choice") == "reopen":
        press(request, leading.reopen, _("The group is open again."), group=row)
    return redirect("community_group", public_id)


@login_required
@require_POST
def join(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Come into an open group."""
    row = get_group_for(request.user, public_id)
    press(request, joining.join, _("You are in the group."), group=row)
    return redirect("community_group", public_id)


@login_required
@either
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask to be let in."""
    row = get_group_for(request.user, public_id)
    if row.joining != row.Joining.REQUEST:
        raise NotAllowed
    hint = _("The leaders of the group read it. Write nothing about a case.")
    form = ReasonForm(sent(request), hint=hint)
    if form.is_valid() and form.carry_out(joining.ask, actor=request.user, group=row):
        messages.success(request, _("You asked to join. You are told when a leader has decided."))
        return redirect("community_group", public_id)
    context = group_page.frame_outside(row, _("Ask to join")) | {"form": form}
    return render(request, f"{PAGES}ask.html", context, status=form.status)


@login_required
@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one's own request back."""
    row = get_group_for(request.user, public_id)
    press(request, joining.withdraw, _("You took your request back."), group=row)
    return redirect("community_group", public_id)


@login_required
@require_POST
def invitation(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Accept or decline an invitation."""
    row, choice = get_group_for(request.user, public_id), request.POST.get("choice")
    if choice not in {"accept", "decline"}:
        return redirect("community_group", public_id)
    done = _("You are in the group.") if choice == "accept" else _("You declined the invitation.")
    deed = joining.answer_invitation
    is_done = press(request, deed, done, group=row, accepted=choice == "accept")
    if choice == "decline" and is_done:
        return redirect("community_groups")
    return redirect("community_group", public_id)


@login_required
@either
def leave(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask before she leaves a group, then let her."""
    row = get_inside_for(request.user, public_id)
    form = DeedForm(sent(request))
    if form.is_valid() and form.carry_out(joining.leave, actor=request.user, group=row):
        messages.success(request, _("You left the group."))
        return redirect("community_groups")
    alone = group_page.is_alone(request.user, row)
    context = group_page.frame(request.user, row, _("Leave the group"))
    context |= {"form": form, "alone": alone}
    return render(request, f"{PAGES}leave.html", context, status=form.status)


@login_required
@require_POST
def seen(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put away what was decided about her."""
    row = get_answer_for(request.user, public_id)
    leading.put_away(actor=request.user, group=row.group)
    return redirect("community_groups")
