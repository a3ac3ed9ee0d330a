"""The pages on which posts are reported, and what moderators do."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.discussions import lists_page, moderating, reporting, spaces
from community.discussions.forms import MoveForm, ReasonForm, ReportForm, SpaceForm
from community.discussions.permissions import get_standing_for
from community.discussions.reach import (
    get_moderated_post_for,
    get_moderated_topic_for,
    makes_spaces,
)
from community.discussions.rows import address, title_of
from community.discussions.topic_page import name_said
from community.discussions.views import member, space_of
from community.moderation.rules import WHYS
from portal.shared.errors import NotAllowed
from portal.shared.html import cleaned

WRITES = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(WRITES)
def report(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Report a post."""
    user = member(request)
    post = get_standing_for(user, public_id)
    if post.author_id in (None, user.pk):
        raise NotAllowed
    form = ReportForm(request.POST if request.method == "POST" else None, whys=list(WHYS))
    if form.is_valid() and form.carry_out(reporting.report, actor=user, post=post):
        messages.success(request, _("Moderators are told. You hear when they have decided."))
        return redirect(address(post.topic, post.number))
    context = {"form": form, "post": post, "url": address(post.topic, post.number)}
    return render(request, "community/discussions/report.html", context, status=form.status)


@login_required
@require_http_methods(WRITES)
def moderate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Hide a post with a reason, restore it, or warn its author."""
    user = member(request)
    post = get_moderated_post_for(user, public_id)
    if post.deleted_at is not None:
        raise NotAllowed
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    if request.method == "POST" and moderated(user, post, form, request.POST):
        messages.success(request, _("Done. The author is told."))
        return redirect(address(post.topic, post.number))
    context = {
        "form": form, "post": post, "html": cleaned(post.html), "author": name_said(post.author),
        "url": address(post.topic, post.number), "may_warn": post.author_id not in (None, user.pk),
    }  # fmt: skip
    return render(request, "community/discussions/moderate.html", context, status=form.status)


def moderated(user: Any, post: Any, form: ReasonForm, data: Any) -> bool:
    """Do what the pressed button says; say whether it was done."""
    if "restore" in data:
        moderating.restore(actor=user, post=post)
        return True
    if "warn" in data:
        moderating.warn(actor=user, post=post)
        return True
    return form.is_valid() and form.carry_out(moderating.hide, actor=user, post=post)


@login_required
@require_http_methods(WRITES)
def topic_moderate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Lock a topic or move it."""
    user = member(request)
    topic = get_moderated_topic_for(user, public_id)
    sent = request.POST if "space" in request.POST else None
    form = MoveForm(sent, spaces=lists_page.open_spaces(user))
    if form.is_valid() and form.carry_out(mover(user), actor=user, topic=topic):
        messages.success(request, _("The topic is moved."))
        return redirect(address(topic))
    context = {"form": form, "topic": topic, "title": title_of(topic), "url": address(topic)}
    return render(request, "community/discussions/topic_moderate.html", context, status=form.status)


def mover(user: Any) -> Any:
    """Return the service that moves a topic to the space a form names."""

    def move(*, actor: Any, topic: Any, space: str) -> None:
        moderating.move(actor=actor, topic=topic, space=space_of(user, space))

    return move


@login_required
@require_POST
def topic_lock(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Lock a topic, or open it again."""
    user = member(request)
    topic = get_moderated_topic_for(user, public_id)
    moderating.lock(actor=user, topic=topic, on="lock" in request.POST)
    messages.success(request, _("Your choice is saved."))
    return redirect(address(topic))


@login_required
@require_http_methods(WRITES)
def space_add(request: HttpRequest) -> HttpResponse:
    """Make a space."""
    user = member(request)
    if not makes_spaces(user):
        raise NotAllowed
    form = SpaceForm(
        request.POST if request.method == "POST" else None, choices=spaces.choices_for(user)
    )
    if form.is_valid() and form.carry_out(spaces.make, actor=user):
        messages.success(request, _("The space is made."))
        return redirect("discussions")
    context = {"form": form}
    return render(request, "community/discussions/space_add.html", context, status=form.status)
