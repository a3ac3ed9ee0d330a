"""What lists show of spaces and topics."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from community.discussions.kinds import PER_PAGE, TopicKind
from community.discussions.models import Space, Topic
from community.discussions.spaces import name_of
from portal.languages.table import direction


def title_of(topic: Topic) -> str:
    """Return the title of a topic, or what happened to it."""
    if topic.title_gone == Topic.Gone.HIDDEN:
        return _("A moderator hid the beginning of this topic")
    return topic.title or _("Its author deleted the beginning of this topic")


def page_of(number: int) -> int:
    """Return the page on which a post stands."""
    return max(1, (number - 1) // PER_PAGE + 1)


def address(topic: Topic, number: int = 1) -> str:
    """Return the address of a post in its topic."""
    page = page_of(number)
    base = reverse("discussion_topic", args=[topic.public_id])
    return base + (f"?page={page}" if page > 1 else "") + (f"#post-{number}" if number > 1 else "")


@dataclass(frozen=True)
class Row:
    """One topic in a list. ``code`` and ``direction`` are empty in the reader's language."""

    public_id: str
    title: str
    is_gone: bool
    code: str
    direction: str
    url: str
    kind: str
    label: str
    space: str
    answers: int
    last_at: datetime
    is_question: bool
    is_answered: bool
    is_locked: bool
    new: int = 0


def row_of(topic: Any, *, new: int = 0, at: int = 1) -> Row:
    """Return a topic as a row; ``new`` posts, of which the first has the number ``at``."""
    is_gone = bool(topic.title_gone)
    foreign = not is_gone and topic.language != translation.get_language()
    return Row(
        public_id=str(topic.public_id),
        title=title_of(topic),
        is_gone=is_gone,
        code=topic.language if foreign else "",
        direction=direction(topic.language) if foreign else "",
        url=address(topic, at),
        kind=str(TopicKind(topic.kind).label),
        label=topic.label,
        space=name_of(topic.space),
        answers=max(0, topic.last_number - 1),
        last_at=topic.last_at,
        is_question=topic.kind == TopicKind.QUESTION,
        is_answered=topic.accepted_id is not None,
        is_locked=topic.locked_at is not None,
        new=new,
    )


def who_reads(space: Space) -> str:
    """Return the sentence that says who reads a space."""
    if space.group is not None:
        return _("All members of “%(group)s” can read this.") % {"group": space.group.name}
    return _("Everybody in the community can read this.")
