"""Puts a page of a topic together: the same number of queries for two posts as for a thousand."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community.discussions.files import files_of
from community.discussions.kinds import PER_PAGE, Feeling, Level, TopicKind
from community.discussions.models import Mention, Post, Reaction, Topic
from community.discussions.own_models import TopicState
from community.discussions.permissions import is_open
from community.discussions.reach import Reach, reach_of
from community.discussions.rows import address, page_of, row_of, title_of, who_reads
from community.discussions.spaces import name_of
from portal.cards import Card, cards_for
from portal.files.models import StoredFile
from portal.files.queries import Row as FileRow
from portal.files.words import name_of as type_name
from portal.languages.table import direction
from portal.markings.labels import Label
from portal.shared.html import cleaned

OPEN_STATES = {StoredFile.State.CLEAN, StoredFile.State.UNSCANNED}


@dataclass(frozen=True)
class PostRow:
    """One post as one viewer sees it. ``html`` is empty where it does not stand."""

    post: Post
    html: SafeString
    author: str
    is_mine: bool
    is_accepted: bool
    is_new: bool
    may_edit: bool
    may_accept: bool
    may_moderate: bool
    sees_history: bool
    answers: dict[str, Any] | None
    files: list[FileRow] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    reactions: list[dict[str, Any]] = field(default_factory=list)


def name_said(person: Any) -> str:
    """Return what a person is called in discussions."""
    if person is None:
        return _("Somebody without an account")
    return person.name or _("A member without a name")


def posts_of(topic: Topic) -> Any:
    """Return the posts of a topic with what a row needs."""
    return topic.posts.select_related(
        "author__membership__organisation", "answers__author"
    ).order_by("number")


def page(user: Any, topic: Topic, number: int) -> dict[str, Any]:
    """Return what the template shows of a page of a topic she may read."""
    pages = page_of(max(1, topic.last_number))
    number = min(max(1, number), pages)
    first = (number - 1) * PER_PAGE + 1
    posts = list(posts_of(topic).filter(number__gte=first, number__lt=first + PER_PAGE))
    state = TopicState.objects.filter(person=user, topic=topic).first()
    rows = rows_of(user, topic, posts, state.number if state else 0)
    foreign = topic.language != get_language() and not topic.title_gone
    reach = reach_of(user, topic.space)
    return {
        "topic": topic,
        "title": title_of(topic),
        "code": topic.language if foreign else "",
        "direction": direction(topic.language) if foreign else "",
        "space": topic.space,
        "space_name": name_of(topic.space),
        "who_reads": who_reads(topic.space),
        "kind": str(TopicKind(topic.kind).label),
        "row": row_of(topic),
        "rows": rows,
        "number": number,
        "pages": pages,
        "last_shown": posts[-1].number if posts else 0,
        "is_last": number == pages,
        "is_open": is_open(topic.space),
        "accepted_url": _accepted(topic),
        "level": state.level if state else "",
        "levels": [("", _("As the space")), *Level.choices],
        "labelled_by": name_said(topic.labelled_by),
        **_may(user, topic, reach, rows),
    }


def _may(user: Any, topic: Topic, reach: Reach, rows: list[PostRow]) -> dict[str, bool]:
    moderates = reach.everything or (bool(rows) and reach.of(topic.author))
    raises = moderates and topic.label == Label.CLEAR
    return {"moderates": moderates, "may_label": topic.author_id == user.pk or raises}


def _accepted(topic: Topic) -> str:
    return address(topic, topic.accepted.number) if topic.accepted else ""


def rows_of(user: Any, topic: Topic, posts: list[Post], read: int = 0) -> list[PostRow]:
    """Return posts as this person sees them: seven queries, however many."""
    reach = reach_of(user, topic.space)
    more = _More(user, topic, posts, reach)
    return [_row(user, topic, post, reach, more, read) for post in posts]


def _row(
    user: Any, topic: Topic, post: Post, reach: Reach, more: "_More", read: int
) -> PostRow:  # fmt: skip
    stands, is_mine = post.stands, post.author_id == user.pk
    moderates = reach.of(post.author)
    writes = topic.locked_at is None and is_open(topic.space)
    return PostRow(
        post=post,
        html=cleaned(post.html) if stands else cleaned(""),
        author=name_said(post.author),
        is_mine=is_mine,
        is_accepted=topic.accepted_id == post.pk,
        is_new=post.number > read and not is_mine,
        may_edit=stands and is_mine and writes,
        may_accept=stands and more.may_accept and post.number > 1,
        may_moderate=moderates and post.deleted_at is None,
        sees_history=post.deleted_at is None and (is_mine or moderates),
        answers=_answers(topic, post) if stands else None,
        files=more.files[str(post.public_id)],
        cards=[more.cards[one] for one in post.links if one in more.cards] if stands else [],
        mentions=more.mentions[post.pk],
        reactions=more.reactions[post.pk],
    )


def _answers(topic: Topic, post: Post) -> dict[str, Any] | None:
    """Return who is answered, if that post stands still."""
    other = post.answers
    if other is None or not other.stands:
        return None
    return {"author": name_said(other.author), "url": address(topic, other.number)}


class _More:
    """What belongs to all posts of a page, read at once."""

    def __init__(self, user: Any, topic: Topic, posts: list[Post], reach: Reach) -> None:
        standing = [post for post in posts if post.stands]
        self.may_accept = topic.kind == TopicKind.QUESTION and (
            topic.author_id == user.pk or reach.of(topic.author)
        )
        self.cards = cards_for(
            user, [one for post in standing for one in post.links], get_language() or "en"
        )
        self.files: dict[str, list[FileRow]] = defaultdict(list)
        for stored in files_of(standing):
            self.files[stored.about].append(_file(stored, topic))
        self.mentions: dict[int, list[str]] = defaultdict(list)
        for row in Mention.objects.filter(post__in=standing).select_related("person"):
            self.mentions[row.post_id].append(name_said(row.person))
        self.reactions = _reactions(user, standing)


def _file(stored: StoredFile, topic: Topic) -> FileRow:
    is_open = stored.state in OPEN_STATES
    return FileRow(
        name=stored.name,
        type=type_name(stored.content_type),
        size=stored.size,
        label=topic.label,
        state=stored.state,
        words=str(StoredFile.State(stored.state).label),
        url=reverse("stored_file", args=[stored.public_id]) if is_open else "",
        delete_url="",
        fresh_check=False,
    )


def _reactions(user: Any, posts: Iterable[Post]) -> dict[int, list[dict[str, Any]]]:
    rows = Reaction.objects.filter(post__in=posts).order_by().values_list("post", "feeling")
    counted = rows.annotate(Count("pk"), mine=Count("pk", filter=Q(person=user.pk)))
    known = {(post, feeling): (count, mine) for post, feeling, count, mine in counted}
    found: dict[int, list[dict[str, Any]]] = {}
    for post in posts:
        found[post.pk] = []
        for feeling in Feeling:
            count, mine = known.get((post.pk, feeling.value), (0, 0))
            found[post.pk].append(
                {"value": feeling.value, "label": feeling.label, "count": count, "mine": mine}
            )
    return defaultdict(list, found)
