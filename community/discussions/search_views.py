"""Searching posts, and the topic of a lesson or publication."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from community.discussions import finding
from community.discussions.about import card_of, topic_of
from community.discussions.rows import address
from community.discussions.views import member
from portal.shared import ratelimit
from portal.shared.errors import NotAllowed, TooMany


@login_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Posts with some words."""
    user = member(request)
    asked = finding.read(request.GET)
    if asked.terms and (seconds := ratelimit.wait(f"account {user.pk}", "searches")):
        raise TooMany(seconds)
    context = finding.page(user, asked)
    return render(request, "community/discussions/search.html", context)


@login_required
@require_safe
def about(request: HttpRequest, about: str) -> HttpResponse:
    """Lead to the topic of a lesson or publication, or to the form that begins it."""
    user = member(request)
    if card_of(user, about) is None:
        raise NotAllowed
    topic = topic_of(user, about)
    if topic is not None:
        return redirect(address(topic))
    return redirect(f"{reverse('discussion_ask')}?{urlencode({'about': about})}")
