"""The pages of discussions that are read: spaces, topics, what is new."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from community.discussions import composing, drafting, lists_page, live_page, topic_page
from community.discussions.about import card_of
from community.discussions.forms import ReplyForm
from community.discussions.permissions import (
    get_post_for,
    get_space_for,
    get_topic_for,
    may_answer,
    spaces_visible_to,
)
from community.discussions.reach import makes_spaces
from community.discussions.rows import address
from portal.permissions import is_member, is_verified
from portal.shared.errors import NotAllowed


def member(request: HttpRequest) -> Any:
    """Return the member who asks. Raises NotAllowed for whoever is none."""
    if not (is_member(request.user) and is_verified(request.user)):
        raise NotAllowed
    return request.user


def number(text: str) -> int:
    """Return a number of an address; 1 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 1


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """All spaces she reads."""
    context = lists_page.home(member(request))
    return render(request, "community/discussions/home.html", context)


@login_required
@require_safe
def news(request: HttpRequest) -> HttpResponse:
    """What is new for her."""
    context = lists_page.news(member(request), request.GET.get("page"))
    return render(request, "community/discussions/news.html", context)


@login_required
@require_safe
def space(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The topics of a space."""
    user = member(request)
    row = get_space_for(user, public_id)
    asked = request.GET.get("show", ""), request.GET.get("page")
    context = lists_page.space(user, row, *asked)
    return render(request, "community/discussions/space.html", context)


@login_required
@require_safe
def topic(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A page of a topic, and the form to answer."""
    user = member(request)
    row = get_topic_for(user, public_id)
    context = topic_page.page(user, row, number(request.GET.get("page", "")))
    context |= {"may_answer": may_answer(user, row), "about": card_of(user, row.about or "")}
    if context["may_answer"]:
        place = drafting.reply_to(row)
        form = ReplyForm(initial=composing.initial(user, place, seen_label=row.label))
        context |= composing.context(user, row.space, place, form, None) | {"place": place}
    return render(request, "community/discussions/topic.html", context)


@login_required
@require_safe
def newer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What is new on an open page of a topic: how much, or with ``show`` the posts themselves."""
    user = member(request)
    row = get_topic_for(user, public_id)
    after, show = number(request.GET.get("after", "")), "show" in request.GET
    context = live_page.newer(user, row, after, show=show)
    context |= live_page.relabelled(row, request.GET.get("label", ""))
    return render(request, "community/discussions/newer.html", context)


@login_required
@require_safe
def permalink(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Lead to a post in its topic."""
    post = get_post_for(member(request), public_id)
    return redirect(address(post.topic, post.number))


@login_required
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """What she began to write."""
    context = lists_page.drafts(member(request))
    return render(request, "community/discussions/drafts.html", context)


@login_required
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Questions without an answer, for who moderates."""
    user = member(request)
    context = lists_page.waiting(user, request.GET.get("page"))
    if not (makes_spaces(user) or context["rows"]):
        raise NotAllowed
    return render(request, "community/discussions/waiting.html", context)


def space_of(user: Any, text: str) -> Any:
    """Return the space a form names, None where it names none she reads."""
    return next((row for row in spaces_visible_to(user) if str(row.public_id) == text), None)
