"""What a person notes for herself: read, followed, reacted, accepted. All by POST."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.discussions import editing, following
from community.discussions.permissions import get_space_for, get_standing_for, get_topic_for
from community.discussions.rows import address
from community.discussions.views import member, number


def back(request: HttpRequest, otherwise: str, *arguments: Any) -> HttpResponse:
    """Lead to where the form says, if that is a page of this site."""
    place = request.POST.get("next", "")
    if place.startswith("/") and url_has_allowed_host_and_scheme(place, allowed_hosts=None):
        return redirect(place)
    return redirect(otherwise, *arguments)


@login_required
@require_POST
def topic_read(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """She read a topic up to a post."""
    user = member(request)
    topic = get_topic_for(user, public_id)
    following.mark_topic(actor=user, topic=topic, number=number(request.POST.get("number", "")))
    if request.headers.get("X-Requested-With"):
        return HttpResponse(status=204)
    return back(request, "discussion_topic", public_id)


@login_required
@require_POST
def space_read(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """She read all there is in a space."""
    user = member(request)
    following.mark_space(actor=user, space=get_space_for(user, public_id))
    messages.success(request, _("Everything in this space is marked as read."))
    return back(request, "discussion_space", public_id)


@login_required
@require_POST
def topic_watch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """She follows a topic more or less closely."""
    user = member(request)
    topic = get_topic_for(user, public_id)
    following.watch_topic(actor=user, topic=topic, level=request.POST.get("level", ""))
    messages.success(request, _("Your choice is saved."))
    return back(request, "discussion_topic", public_id)


@login_required
@require_POST
def space_watch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """She follows a space more or less closely."""
    user = member(request)
    space = get_space_for(user, public_id)
    following.watch_space(actor=user, space=space, level=request.POST.get("level", ""))
    messages.success(request, _("Your choice is saved."))
    return back(request, "discussion_space", public_id)


@login_required
@require_POST
def react(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """She says a word about a post, or takes it back."""
    user = member(request)
    post = get_standing_for(user, public_id)
    following.react(actor=user, post=post, feeling=request.POST.get("feeling", ""))
    return redirect(address(post.topic, post.number))


@login_required
@require_POST
def accept(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """She accepts an answer to her question, or takes that back."""
    user = member(request)
    post = get_standing_for(user, public_id)
    if editing.accept(actor=user, post=post):
        messages.success(request, _("The answer is accepted."))
    return redirect(address(post.topic, post.number))
