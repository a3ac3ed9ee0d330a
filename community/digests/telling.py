"""Who is told of a case digest: reviewers that one waits, its author that something was decided."""

from typing import Any

from community.digests.models import Digest
from community.digests.permissions import REVIEWERS
from community.permissions import members_in_force
from portal.notifications.services import notify
from portal.notifications.verbs import ask_before_mail
from portal.permissions import grants_in_force, has_role, is_member

REVIEW, ANSWER = "digest-review", "digest-answer"
LIST, ONE = "community_cases", "community_case"


def tell_reviewers(digest: Digest) -> None:
    """Tell the reviewers that a digest waits; the author of it is none."""
    grants = grants_in_force().filter(role__in=REVIEWERS)
    people = members_in_force().filter(pk__in=grants.values("user")).exclude(pk=digest.author_id)
    for person in people:
        notify(person, REVIEW, place=LIST)


def tell_author(digest: Digest) -> None:
    """Tell the author that something was decided about her digest."""
    if digest.author is not None and is_member(digest.author):
        notify(digest.author, ANSWER, place=ONE, key=str(digest.public_id))


def _author_may(user: Any, key: str) -> bool:
    return is_member(user) and Digest.objects.filter(public_id=key, author=user).exists()


def _reviewer_may(user: Any, key: str) -> bool:
    return has_role(user, *REVIEWERS)


ask_before_mail(ANSWER, _author_may)
ask_before_mail(REVIEW, _reviewer_may)
