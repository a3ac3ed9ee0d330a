"""Pages: who is in a group; for leaders who asks, who is invited, who leads."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.groups import group_page, joining, leading
from community.groups.forms import PersonForm, ReasonForm
from community.groups.models import GroupMember
from community.groups.permissions import (
    get_inside_for,
    get_invitable_for,
    get_led_for,
    get_place_for,
)
from community.groups.views import PAGES, either, press, sent
from community.library import keeping
from community.library.permissions import get_publication_for
from portal.shared.errors import NotAllowed

State = GroupMember.State


@login_required
@require_safe
def members(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who is in the group; leaders also see who asks and who is invited."""
    row = get_inside_for(request.user, public_id)
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 1
    context = group_page.members(request.user, row, number)
    return render(request, f"{PAGES}members.html", context)


@login_required
@either
def invite(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Find a member by name and invite her."""
    row = get_led_for(request.user, public_id)
    form = PersonForm(sent(request))
    if form.is_valid():
        person = get_invitable_for(request.user, row, form.cleaned_data["person"])
        press(request, joining.invite, _("The invitation is sent."), group=row, person=person)
        return redirect("community_group_members", public_id)
    context = group_page.inviting(request.user, row, request.GET.get("q", ""))
    status = 400 if request.method == "POST" else 200
    return render(request, f"{PAGES}invite.html", context, status=status)


@login_required
@require_POST
def uninvite(request: HttpRequest, public_id: UUID, person: UUID) -> HttpResponse:
    """Take an invitation back."""
    row = get_led_for(request.user, public_id)
    place = get_place_for(request.user, row, person)
    done = _("The invitation is taken back.")
    press(request, joining.uninvite, done, group=row, place=place)
    return redirect("community_group_members", public_id)


@login_required
@require_POST
def accept(request: HttpRequest, public_id: UUID, person: UUID) -> HttpResponse:
    """Let in who asked."""
    row = get_led_for(request.user, public_id)
    place = get_place_for(request.user, row, person)
    press(request, joining.accept, _("The person is in the group."), group=row, place=place)
    return redirect("community_group_members", public_id)


@login_required
@either
def decline(request: HttpRequest, public_id: UUID, person: UUID) -> HttpResponse:
    """Do not let in who asked, and say why."""
    row = get_led_for(request.user, public_id)
    place = get_place_for(request.user, row, person)
    if place.state != State.ASKED:
        raise NotAllowed
    form = ReasonForm(sent(request), hint=_("The person reads it."))
    known = {"actor": request.user, "group": row, "place": place}
    if form.is_valid() and form.carry_out(joining.decline, **known):
        messages.success(request, _("The request is declined. The person is told."))
        return redirect("community_group_members", public_id)
    context = group_page.frame(request.user, row, _("Decline a request"))
    context |= {"form": form, "place": place}
    return render(request, f"{PAGES}decline.html", context, status=form.status)


@login_required
@require_POST
def lead(request: HttpRequest, public_id: UUID, person: UUID) -> HttpResponse:
    """Name a leader, or let a leader be an ordinary member again."""
    row = get_led_for(request.user, public_id)
    place = get_place_for(request.user, row, person)
    known = {"group": row, "place": place}
    if request.POST.get("choice") == "name":
        press(request, leading.name_leader, _("The person leads the group too."), **known)
    elif request.POST.get("choice") == "end":
        press(request, leading.end_leading, _("The person leads the group no longer."), **known)
    if place.person_id == request.user.pk:
        return redirect("community_group", public_id)
    return redirect("community_group_members", public_id)


@login_required
@either
def remove(request: HttpRequest, public_id: UUID, person: UUID) -> HttpResponse:
    """Take a member out of the group, and say why."""
    row = get_led_for(request.user, public_id)
    place = get_place_for(request.user, row, person)
    if place.state != State.IN or place.person_id == request.user.pk:
        raise NotAllowed
    form = ReasonForm(sent(request), hint=_("The person reads it."))
    known = {"actor": request.user, "group": row, "place": place}
    if form.is_valid() and form.carry_out(leading.remove, **known):
        messages.success(request, _("The person is not in the group any more, and is told."))
        return redirect("community_group_members", public_id)
    context = group_page.frame(request.user, row, _("Remove a member"))
    context |= {"form": form, "place": place}
    return render(request, f"{PAGES}remove.html", context, status=form.status)


@login_required
@require_safe
def shelf(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The records on the group's shelf that she may see."""
    row = get_inside_for(request.user, public_id)
    context = group_page.shelf(request.user, row, translation.get_language() or "en")
    return render(request, f"{PAGES}shelf.html", context)


@login_required
@require_POST
def unshelve(request: HttpRequest, public_id: UUID, record: UUID) -> HttpResponse:
    """Take a record from the group's shelf."""
    row = get_inside_for(request.user, public_id)
    found = get_publication_for(request.user, record)
    keeping.take_for_group(actor=request.user, group=row, publication=found)
    messages.success(request, _("The record is no longer on this shelf."))
    return redirect("community_group_shelf", public_id)
