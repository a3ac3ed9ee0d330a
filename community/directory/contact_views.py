"""Pages about contacts: ask for one, answer, take back, end."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.directory import contact_page, contacts, profile_page
from community.directory.contact_permissions import get_contact, get_request_by, get_request_to
from community.directory.forms import AskForm, DeclineForm
from community.directory.limits import count_profile
from community.directory.permissions import may_look
from portal.shared.errors import NotAllowed

PAGES = "community/directory/"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask one person for contact."""
    if not may_look(request.user):
        raise NotAllowed
    count_profile(request.user)
    context = profile_page.page(request.user, public_id)
    form = AskForm(request.POST if request.method == "POST" else None)
    known = {"actor": request.user, "profile": context["profile"]}
    if request.method == "POST" and form.is_valid() and form.carry_out(contacts.ask, **known):
        messages.success(request, _("Your request is sent. You are told when it is answered."))
        return redirect("members_contacts")
    return render(request, f"{PAGES}ask.html", context | {"form": form}, status=form.status)


@login_required
@require_safe
def contact_lists(request: HttpRequest) -> HttpResponse:
    """Requests to and from this member, and her contacts."""
    if not may_look(request.user):
        raise NotAllowed
    context = {"lists": contact_page.lists(request.user)}
    return render(request, f"{PAGES}contacts.html", context)


@login_required
@require_POST
def contacts_seen(request: HttpRequest) -> HttpResponse:
    """Put away the notices that lead to the list."""
    if not may_look(request.user):
        raise NotAllowed
    contacts.seen(actor=request.user)
    return redirect("members_contacts")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Accept or decline one request."""
    row = get_request_to(request.user, public_id)
    choice = request.POST.get("choice", "")
    form = DeclineForm(request.POST if choice == "decline" else None)
    known = {"actor": request.user, "row": row}
    if choice == "accept":
        contacts.accept(**known)
        messages.success(request, _("You are in contact now."))
        return redirect("members_contacts")
    if choice == "decline" and form.is_valid() and form.carry_out(contacts.decline, **known):
        messages.success(request, _("You declined the request."))
        return redirect("members_contacts")
    context = {"row": contact_page.contact_row(request.user, row), "form": form}
    return render(request, f"{PAGES}answer.html", context, status=form.status)


@login_required
@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one's own request back."""
    contacts.withdraw(actor=request.user, row=get_request_by(request.user, public_id))
    messages.success(request, _("You took your request back."))
    return redirect("members_contacts")


@login_required
@require_POST
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a contact."""
    contacts.end(actor=request.user, row=get_contact(request.user, public_id))
    messages.success(request, _("The contact is ended."))
    return redirect("members_contacts")
