"""Pages: the list of case digests, writing, checking, reviewing, releasing, withdrawing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.digests import pages, permissions, reviewing, writing
from community.digests.forms import (
    BeginForm,
    CheckForm,
    ReleaseForm,
    ReviewForm,
    WithdrawForm,
    WriteForm,
    values_of,
)
from community.digests.permissions import get_digest_for, get_own_for, get_sent_for
from portal.permissions import is_member
from portal.shared.errors import NotAllowed

PAGES = "community/digests/"
BOTH = ["GET", "HEAD", "POST"]


def _member(request: HttpRequest) -> None:
    if not is_member(request.user):
        raise NotAllowed


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _page(request: HttpRequest, name: str, form: Any, **context: Any) -> HttpResponse:
    shown = {"form": form, "conflict": form.conflict, **context}
    return render(request, f"{PAGES}{name}.html", shown, status=form.status)


@login_required
@require_safe
def community_cases(request: HttpRequest) -> HttpResponse:
    """Released digests, one's own, and those that wait for one's review."""
    _member(request)
    context = pages.list_page(request.user, translation.get_language() or "en")
    return render(request, f"{PAGES}list.html", context)


@require_http_methods(BOTH)
def community_case_new(request: HttpRequest) -> HttpResponse:
    """Begin a digest."""
    _member(request)
    form = BeginForm(_sent(request), initial={"language": translation.get_language() or "en"})
    if form.is_bound and form.is_valid() and form.carry_out(writing.begin, actor=request.user):
        newest = permissions.own(request.user).latest("created_at", "pk")
        return redirect("community_case_edit", newest.public_id)
    return _page(request, "new", form)


@login_required
@require_safe
def community_case(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One digest, with what reviewers said."""
    digest = get_digest_for(request.user, public_id)
    return render(request, f"{PAGES}digest.html", pages.digest_page(request.user, digest))


@require_http_methods(BOTH)
def community_case_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write on a digest of one's own."""
    digest = get_own_for(request.user, public_id)
    if not permissions.may_change(request.user, digest):
        raise NotAllowed
    form = WriteForm(_sent(request), initial=values_of(digest))
    known = {"actor": request.user, "digest": digest}
    if form.is_bound and form.is_valid() and form.carry_out(writing.save, **known):
        messages.success(request, _("Your draft is saved."))
        go = "submit" if "check" in request.POST else "edit"
        return redirect(f"community_case_{go}", public_id)
    return _page(request, "write", form, digest=digest)


@require_http_methods(BOTH)
def community_case_submit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Go through the checklist and send a digest for review."""
    digest = get_own_for(request.user, public_id)
    if digest.state not in {digest.State.DRAFT, digest.State.CHANGES}:
        raise NotAllowed
    form = CheckForm(_sent(request), initial={"version": digest.version})
    known = {"actor": request.user, "digest": digest}
    if form.is_bound and form.is_valid() and form.carry_out(writing.submit, **known):
        messages.success(request, _("Sent. Two reviewers read it; you are told what they say."))
        return redirect("community_case", public_id)
    return _page(request, "check", form, **pages.check_page(request.user, digest))


@require_http_methods(BOTH)
def community_case_review(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Approve the digest of somebody else, or ask for changes."""
    digest = get_sent_for(request.user, public_id)
    if not permissions.may_review(request.user, digest):
        raise NotAllowed
    form = ReviewForm(_sent(request), initial={"version": digest.version})
    known = {"actor": request.user, "digest": digest}
    if form.is_bound and form.is_valid() and form.carry_out(reviewing.review, **known):
        messages.success(request, _("Your decision is saved."))
        return redirect("community_cases")
    return _page(request, "review", form, **pages.digest_page(request.user, digest))


@require_http_methods(BOTH)
def community_case_release(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Choose the label and put an approved digest into the library."""
    digest = get_own_for(request.user, public_id)
    if not permissions.may_release(request.user, digest):
        raise NotAllowed
    form = ReleaseForm(_sent(request), initial={"version": digest.version})
    known = {"actor": request.user, "digest": digest}
    if form.is_bound and form.is_valid() and form.carry_out(reviewing.release, **known):
        messages.success(request, _("The digest stands in the library now."))
        return redirect("community_case", public_id)
    return _page(request, "release", form, digest=digest)


@require_http_methods(BOTH)
def community_case_withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a released digest out of the library."""
    digest = get_sent_for(request.user, public_id)
    if not permissions.may_withdraw(request.user, digest):
        raise NotAllowed
    form = WithdrawForm(_sent(request))
    known = {"actor": request.user, "digest": digest}
    if form.is_bound and form.is_valid() and form.carry_out(reviewing.withdraw, **known):
        messages.success(request, _("The digest is withdrawn. Its author is told."))
        return redirect("community_case", public_id)
    return _page(request, "withdraw", form, digest=digest)


@require_POST
def community_case_delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Delete a digest that is not released."""
    writing.delete(actor=request.user, digest=get_own_for(request.user, public_id))
    messages.success(request, _("The draft is deleted."))
    return redirect("community_cases")
