"""What discussions keep about a person: given out, and emptied with the account.

Her posts stay as numbers without text or name, so that the answers of others keep their place.
"""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community.discussions import editing
from community.discussions.models import Mention, Post, PostVersion, Reaction, Space, Topic
from community.discussions.own_models import Draft, SpaceState, TopicState
from portal.rights import inventory
from portal.rights.registry import Rows, register


def give(user: Any) -> Rows:
    """Return what she wrote, with earlier versions, and what she noted for herself."""
    found: Rows = [
        {"kind": "topic", **row}
        for row in Topic.objects.filter(author=user)
        .order_by("pk")
        .values("public_id", "title", "label", "language", "created_at")
    ]
    posts = Post.objects.filter(author=user, deleted_at=None).order_by("pk")
    fields = ("public_id", "topic__public_id", "number", "source", "created_at", "edited_at")
    found += [{"kind": "post", **row} for row in posts.values(*fields)]
    versions = PostVersion.objects.filter(post__author=user).order_by("pk")
    found += [
        {"kind": "earlier version", **row}
        for row in versions.values("post__public_id", "title", "source", "until")
    ]
    relabelled = Topic.objects.filter(labelled_by=user).order_by("pk")
    found += [
        {"kind": "label of a topic", **row}
        for row in relabelled.values("public_id", "label", "label_why", "labelled_at")
    ]
    found += _own(user)
    return found


def _own(user: Any) -> Rows:
    rows: Rows = []
    for kind, model, fields in (
        ("draft", Draft, ("place", "fields", "saved_at")),
        ("reaction", Reaction, ("post__public_id", "feeling")),
        ("mention", Mention, ("post__public_id",)),
        ("space", SpaceState, ("space__public_id", "level", "read_at")),
        ("followed topic", TopicState, ("topic__public_id", "level", "number")),
    ):
        mine = model._default_manager.filter(person=user).order_by("pk")
        rows += [{"kind": kind, **row} for row in mine.values(*fields)]
    return rows


def erase(user: Any) -> None:
    """Empty what she wrote and forget what she noted; nothing names her any more."""
    for post in Post.objects.filter(author=user).select_related("topic").order_by("topic", "pk"):
        editing.empty(editing.held(post))
    PostVersion.objects.filter(post__author=user).delete()
    Topic.objects.filter(author=user).update(author=None)
    Topic.objects.filter(labelled_by=user).update(labelled_by=None, label_why="")
    Post.objects.filter(Q(author=user)).update(author=None)
    for model in (Draft, Reaction, Mention, SpaceState, TopicState):
        model._default_manager.filter(person=user).delete()
    Post.objects.filter(hidden_by=user).update(hidden_by=None)
    Space.objects.filter(created_by=user).update(created_by=None)


register("discussions", give, erase)
inventory.add(
    {
        "community.space": ("discussions", _("spaces and who made them")),
        "community.topic": ("discussions", _("topics you began: title, label, when")),
        "community.post": ("discussions", _("posts you wrote, and who hid one and why")),
        "community.postversion": ("discussions", _("how posts you edited read before")),
        "community.mention": ("discussions", _("posts in which you are mentioned")),
        "community.reaction": ("discussions", _("reactions you gave")),
        "community.spacestate": ("discussions", _("what you read and follow")),
        "community.topicstate": ("discussions", ""),
        "community.draft": ("discussions", _("your drafts")),
    }
)
