"""The pages about people and their roles: who is who, granting, confirming, ending."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.permissions import has_role
from portal.roles import queries, services
from portal.roles.acts import ACTS, Act, open_acts
from portal.roles.checks import FIELDS
from portal.roles.forms import DeedForm, GrantForm, ReasonForm, SearchPeopleForm
from portal.roles.models import Role
from portal.roles.permissions import (
    APPROVERS,
    can_confirm,
    can_end,
    get_grant_for,
    get_person_for,
    grants_as,
    roles_visible_to,
    waiting_for,
)

page = require_http_methods(["GET", "HEAD", "POST"])


def _crumbs(here: object, *rows: tuple[object, str]) -> list[dict[str, str]]:
    """Return the way to a page: from the list of people over ``rows`` (title, address) to here."""
    way = [(_("People and roles"), reverse("people")), *rows, (here, "")]
    return [{"title": str(title), "url": url} for title, url in way]


def _of(person: Any) -> tuple[object, str]:
    return person.name or _("A person without name"), reverse("person", args=[person.public_id])


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The people of the reader's region or organisation, by name."""
    if not has_role(request.user, *APPROVERS):
        raise Http404
    form = SearchPeopleForm(request.user, request.GET)
    wanted = form.wanted()
    found = queries.people(request.user, **wanted)
    kept = {"q": wanted["text"], "role": wanted["role"], "region": wanted["region"]}
    context = {
        "form": form,
        "found": found,
        "filtered": any(kept.values()),
        "next": urlencode({**kept, "after": found.after}) if found.after else "",
        "waiting": waiting_for(request.user).count(),
    }
    return render(request, "portal/roles/people.html", context)


@login_required
@require_safe
def person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One person: membership, roles, and what the reader may do."""
    user: Any = request.user
    found = get_person_for(user, public_id)
    rows = queries.shown(roles_visible_to(user, found))
    context = {
        "person": found,
        "membership": found.membership,  # type: ignore[attr-defined]
        "roles": [(row, can_end(user, row.grant), can_confirm(user, row.grant)) for row in rows],
        "acts": open_acts(user, found),
        "can_grant": _may_grant(user, found),
        "crumbs": _crumbs(_of(found)[0]),
    }
    return render(request, "portal/roles/person.html", context)


def _may_grant(user: Any, person: Any) -> bool:
    return user.pk != person.pk and bool(grants_as(user, Role.ADMINISTRATOR))


@login_required
@require_safe
def choose_role(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Which role to grant; the next page asks for its scope."""
    found = get_person_for(request.user, public_id)
    if not _may_grant(request.user, found):
        raise Http404
    context = {
        "person": found,
        "choices": [role for role in Role if role in FIELDS],
        "crumbs": _crumbs(_("Grant a role"), _of(found)),
    }
    return render(request, "portal/roles/choose_role.html", context)


@login_required
@page
def grant(request: HttpRequest, public_id: UUID, role: str) -> HttpResponse:
    """Scope, reason and last day of one role; POST grants or proposes it."""
    found = get_person_for(request.user, public_id)
    if role not in FIELDS or not _may_grant(request.user, found):
        raise Http404
    form = GrantForm(role, request.user, found, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = form.attempt(services.grant, actor=request.user, user=found, role=role)
        if made is not None:
            messages.success(request, _said(made))
            return redirect("person", found.public_id)
    context = {
        "person": found,
        "role": Role(role),
        "form": form,
        "two": role == Role.ADMINISTRATOR,
        "crumbs": _crumbs(Role(role).label, _of(found), _choosing(found)),
    }
    return render(request, "portal/roles/grant.html", context)


def _choosing(person: Any) -> tuple[object, str]:
    return _("Grant a role"), reverse("role_choose", args=[person.public_id])


def _said(made: Any) -> str:
    if made.confirmed_at:
        return _("The role is granted.")
    return _("The role is proposed. A second administrator has to confirm it.")


@login_required
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Administrators that wait for the reader as the second one."""
    if not has_role(request.user, Role.ADMINISTRATOR):
        raise Http404
    rows = queries.shown(waiting_for(request.user))
    context = {"roles": rows, "crumbs": _crumbs(_("Roles that wait for you"))}
    return render(request, "portal/roles/waiting.html", context)


@login_required
@page
def confirm(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Confirm a proposed administrator. GET says what it means."""
    user: Any = request.user
    found = get_grant_for(user, public_id)
    if not can_confirm(user, found):
        raise Http404
    if request.method == "POST":
        services.confirm(actor=user, grant=found)
        messages.success(request, _("The role is confirmed and counts from now on."))
        return redirect("roles_waiting")
    row = queries.shown(roles_visible_to(user, found.user).filter(pk=found.pk))
    way = (_("Roles that wait for you"), reverse("roles_waiting"))
    context = {"grant": found, "rows": row, "crumbs": _crumbs(_("Confirm an administrator"), way)}
    return render(request, "portal/roles/confirm.html", context)


@login_required
@page
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a role, refuse a proposal or give up one's own, with a reason."""
    user: Any = request.user
    found = get_grant_for(user, public_id)
    if not can_end(user, found):
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    own = found.user_id == user.pk
    if request.method == "POST" and form.attempt(services.end, actor=user, grant=found):
        messages.success(request, _("The role has ended."))
        return redirect("my_roles") if own else redirect("person", found.user.public_id)
    context = {"grant": found, "form": form, "own": own}
    if not own:
        context["crumbs"] = _crumbs(_("End a role"), _of(found.user))
    return render(request, "portal/roles/end.html", context)


def _deed_form(deed: Act, request: HttpRequest) -> DeedForm:
    data = request.POST if request.method == "POST" else None
    if not deed.asks_reason:
        return DeedForm(data)
    form = ReasonForm(data)
    form.fields["reason"].help_text = _("One or two sentences. Kept with the membership.")
    return form


@login_required
@page
def act(request: HttpRequest, public_id: UUID, act: str) -> HttpResponse:
    """Suspend, restore or end a membership; suspend or release an account; with a reason."""
    user: Any = request.user
    found = get_person_for(user, public_id)
    deed = ACTS.get(act)
    if deed is None or not deed.is_open(user, found):
        raise Http404
    form = _deed_form(deed, request)
    if request.method == "POST":
        form.attempt(deed.run, actor=user, user=found)
        if not form.errors:
            messages.success(request, deed.done)
            return redirect("person", found.public_id)
    context = {"person": found, "act": deed, "form": form}
    context["crumbs"] = _crumbs(deed.title, _of(found))
    return render(request, "portal/roles/act.html", context)


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's own roles, with the way to give one up."""
    user: Any = request.user
    rows = queries.shown(roles_visible_to(user, user))
    context = {"roles": [(row, can_end(user, row.grant), False) for row in rows]}
    return render(request, "portal/roles/mine.html", context)
