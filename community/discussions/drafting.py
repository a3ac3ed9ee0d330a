"""Keeps what a person is writing, until it is sent or she throws it away."""

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.discussions.kinds import LONGEST_POST, LONGEST_TITLE, MOST_MENTIONS
from community.discussions.models import Post, Topic
from community.discussions.own_models import Draft
from portal.accounts.models import User
from portal.permissions import is_member, is_verified
from portal.shared import clock, ratelimit
from portal.shared.errors import Invalid, NotAllowed, TooMany

ASK = "ask"
SIZES = {
    "space": 40, "title": LONGEST_TITLE, "kind": 10, "label": 12, "language": 12,
    "text": LONGEST_POST, "answers": 40, "about": 120,
}  # fmt: skip


def reply_to(topic: Topic) -> str:
    """Return the place of a draft that answers in a topic."""
    return f"reply:{topic.public_id}"


def edit_of(post: Post) -> str:
    """Return the place of a draft that changes a post."""
    return f"edit:{post.public_id}"


def of(user: Any, place: str) -> Draft | None:
    """Return her draft of a place."""
    return Draft.objects.filter(person=user, place=place).first()


def save(*, actor: Any, place: str, fields: dict[str, Any]) -> Draft | None:
    """Keep what she wrote so far; nothing at all drops the draft. The caller made sure that she
    may write there. Raises NotAllowed, Invalid (too many drafts), TooMany."""
    if not (is_member(actor) and is_verified(actor)):
        raise NotAllowed
    if seconds := ratelimit.wait(f"account {actor.pk}", "discussion-drafts"):
        raise TooMany(seconds)
    kept: dict[str, Any] = {
        name: str(fields.get(name) or "").replace("\x00", "")[:most] for name, most in SIZES.items()
    }
    kept["mentions"] = [str(one) for one in fields.get("mentions") or ()][:MOST_MENTIONS]
    with transaction.atomic():
        if not (kept["text"].strip() or kept["title"].strip()):
            drop(actor, place)
            return None
        return _store(actor, place, kept)


def _store(actor: Any, place: str, kept: dict[str, Any]) -> Draft:
    User.objects.select_for_update().filter(pk=actor.pk).first()
    others = Draft.objects.filter(person=actor).exclude(place=place)
    if others.count() >= ratelimit.get("discussion-drafts-kept").amount:
        raise Invalid(_("You keep too many drafts. Send or delete one first."))
    start = {"fields": kept, "saved_at": clock.now()}
    return Draft.objects.update_or_create(person=actor, place=place, defaults=start)[0]


def drop(actor: Any, place: str) -> None:
    """Forget a draft: it was sent, or is not wanted."""
    Draft.objects.filter(person=actor, place=place).delete()


def get_draft_for(user: Any, public_id: uuid.UUID) -> Draft:
    """Return a draft of hers. Raises NotAllowed, also where there is none."""
    found = Draft.objects.filter(person=user.pk, public_id=public_id).first()
    if found is None or not is_member(user):
        raise NotAllowed
    return found
