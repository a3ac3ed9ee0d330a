"""The directory's pages: people found, one person, one's own entry, focal points."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.directory import asking, points_page, profile_page, results_page, services
from community.directory.forms import ProfileForm, values_of
from community.directory.limits import count_list, count_profile
from community.directory.permissions import own_profile
from portal.organisations import regions
from portal.organisations.models import FocalPoint

PAGES = "community/directory/"


@login_required
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """People this member may find; everything chosen is in the address."""
    own = own_profile(request.user)
    asked = asking.read(request.GET)
    if not asked.is_open:
        count_list(request.user)
    context = results_page.page(request.user, asked, own)
    return render(request, f"{PAGES}results.html", context)


@login_required
@require_safe
def person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One person, as far as she shows herself to this member."""
    own = own_profile(request.user)
    if own is not None and own.public_id == public_id:
        return redirect("members_preview")
    count_profile(request.user)
    context = profile_page.page(request.user, public_id)
    return render(request, f"{PAGES}person.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """One's own entry: made here, changed here."""
    profile = own_profile(request.user)
    sent = request.POST if request.method == "POST" else None
    form = ProfileForm(sent, initial=values_of(profile))
    if sent is not None and form.is_valid() and form.carry_out(services.save, actor=request.user):
        messages.success(request, _("Your entry is saved. See below how others see you."))
        return redirect("members_preview")
    context = {"form": form, **profile_page.mine(request.user, profile)}
    return render(request, f"{PAGES}mine.html", context, status=form.status)


@login_required
@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """One's own entry as others see it."""
    profile = own_profile(request.user)
    if profile is None:
        return redirect("members_mine")
    context = profile_page.preview(request.user, profile, request.GET.get("as", ""))
    return render(request, f"{PAGES}preview.html", context)


@login_required
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """The entry is still right."""
    services.confirm(actor=request.user)
    messages.success(request, _("Thank you. Your entry is confirmed as of today."))
    return redirect("members_mine")


@login_required
@require_POST
def hide(request: HttpRequest) -> HttpResponse:
    """Nobody finds one any more; what was written stays."""
    services.hide(actor=request.user)
    messages.success(request, _("You are not in the directory any more. What you wrote is kept."))
    return redirect("members_mine")


@login_required
@require_POST
def delete(request: HttpRequest) -> HttpResponse:
    """Delete one's entry."""
    services.leave(actor=request.user)
    messages.success(request, _("Your entry is deleted."))
    return redirect("members_directory")


@login_required
@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """Focal points by country and function."""
    country, function = request.GET.get("country", ""), request.GET.get("function", "")
    number = request.GET.get("page", "")
    context = points_page.page(
        request.user,
        country if country in regions.tree() else "",
        function if function in FocalPoint.Function.values else "",
        int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1,
    )
    return render(request, f"{PAGES}points.html", context)
