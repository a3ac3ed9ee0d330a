"""Writes topics and posts: asking, answering, and who is mentioned.

Text is rendered and cleaned here, once. Files are examined before the transaction begins. Whoever
writes holds the space and then the topic, so numbers have no gaps and moments rise.
"""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from community.discussions import drafting, index
from community.discussions.cards import links_in
from community.discussions.files import PURPOSE
from community.discussions.kinds import (
    LONGEST_POST,
    LONGEST_TITLE,
    MOST_FILES,
    MOST_MENTIONS,
    NEWCOMER,
    Level,
    TopicKind,
)
from community.discussions.models import LABELS, Mention, Post, Space, Topic
from community.discussions.news import PostStored
from community.discussions.own_models import TopicState
from community.discussions.permissions import is_open, may_answer, may_read, mentionable
from community.relabelled import check_seen
from portal.audit.services import record
from portal.events import publish
from portal.files.services import examined, keep
from portal.languages.table import BY_CODE
from portal.permissions import membership_of
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany
from portal.shared.html import without_markup
from portal.shared.markdown import to_html
from portal.shared.text import plain

MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Written:
    """A text as it is stored: the source, its HTML, and what may get a card."""

    source: str
    html: str
    links: list[str]


def written(text: str) -> Written:
    """Return a text ready to be stored. Raises Invalid: nothing in it, or too long."""
    source = plain(text.replace("\x00", "").replace("\r\n", "\n")).strip()
    if len(source) > LONGEST_POST:
        sentence = _("Use at most %(most)s characters. You have written %(count)s.") % {
            "most": LONGEST_POST, "count": len(source),
        }  # fmt: skip
        raise Invalid(sentence, {"text": sentence})
    html = to_html(source)
    if not without_markup(html):
        raise Invalid(_("Write a text."), {"text": _("Write a text.")})
    return Written(source, html, links_in(html))


def titled(text: str) -> str:
    """Return a title as it is stored. Raises Invalid."""
    title = " ".join(plain(text.replace("\x00", "")).split())
    if not 3 <= len(title) <= LONGEST_TITLE:
        sentence = _("Write a title of 3 to %(most)s characters.") % {"most": LONGEST_TITLE}
        raise Invalid(sentence, {"title": sentence})
    return title


def ask(
    *, actor: Any, space: Space, title: str, kind: str, label: str, language: str, text: str,
    mentions: Iterable[uuid.UUID] = (), uploads: Iterable[Any] = (), about: str = "",
) -> Topic:  # fmt: skip
    """Begin a topic with its first post. Raises NotAllowed, Invalid, TooMany, and Conflict where
    the lesson or publication has its topic already."""
    if not (may_read(actor, space) and is_open(space)):
        raise NotAllowed
    fields = {"title": titled(title)} | _chosen(kind, label, language)
    if about and space.group_id:
        # Another topic about it would be refused, and tell outsiders that there is one.
        sentence = _("Choose a space that all members read: each document has one topic.")
        raise Invalid(sentence, {"space": sentence})
    content = written(text)
    pace(actor)
    with _examined(actor, uploads) as papers, transaction.atomic():
        moment = _held(space)
        topic = _topic(
            space=space, author=actor, created_at=moment, last_at=moment, about=about or None,
            **fields,
        )  # fmt: skip
        _store(actor, topic, content, moment, mentions, papers)
        drafting.drop(actor, drafting.ASK)
        record("discussion.topic", actor=actor, thing=topic, facts={"label": label})
    return topic


def _topic(**fields: Any) -> Topic:
    """Store a topic. Raises Conflict where what it is about has one already."""
    try:
        with transaction.atomic():
            return Topic.objects.create(**fields)
    except IntegrityError:
        raise Conflict(_("Somebody has begun this topic in the meantime.")) from None


def reply(
    *, actor: Any, topic: Topic, text: str, answers: Post | None = None,
    mentions: Iterable[uuid.UUID] = (), uploads: Iterable[Any] = (), seen_label: str = "",
) -> Post:  # fmt: skip
    """Add a post to a topic. Raises NotAllowed, Invalid, TooMany, and Conflict where the topic was
    locked or moved meanwhile, or its label lowered since ``seen_label``."""
    if not may_read(actor, topic.space):
        raise NotAllowed
    content = written(text)
    pace(actor)
    with _examined(actor, uploads) as papers, transaction.atomic():
        moment = _held(topic.space)
        rows = Topic.objects.select_for_update(of=("self",)).select_related("space__group")
        now = rows.get(pk=topic.pk)
        if now.space_id != topic.space_id or not may_answer(actor, now):
            raise Conflict(_("Nothing can be added to this topic any more. Your text is kept."))
        check_seen(now.label, seen_label)
        known = answers if answers and answers.topic_id == now.pk and answers.stands else None
        post = _store(actor, now, content, moment, mentions, papers, answers=known)
        drafting.drop(actor, drafting.reply_to(now))
    return post


def pace(actor: Any) -> None:
    """Count a post; less is allowed in the first week of a membership. Raises TooMany."""
    membership = membership_of(actor)
    is_new = membership is None or membership.since > clock.now() - NEWCOMER
    limits = ("discussion-posts-newcomer", "discussion-posts") if is_new else ("discussion-posts",)
    for name in limits:
        if seconds := ratelimit.wait(f"account {actor.pk}", name):
            raise TooMany(seconds)


def _chosen(kind: str, label: str, language: str) -> dict[str, str]:
    faults = {}
    if kind not in TopicKind.values:
        faults["kind"] = _("Choose question or discussion.")
    if label not in dict(LABELS):
        faults["label"] = _("Choose a label.")
    if language not in BY_CODE:
        faults["language"] = _("Choose a language.")
    if faults:
        raise Invalid(next(iter(faults.values())), faults)
    return {"kind": kind, "label": label, "language": language}


@contextmanager
def _examined(actor: Any, uploads: Iterable[Any]) -> Iterator[list[Any]]:
    """Check files before the transaction; what is not kept when the block ends is deleted."""
    files = list(uploads)
    if len(files) > MOST_FILES:
        sentence = _("Attach at most %(most)s files.") % {"most": MOST_FILES}
        raise Invalid(sentence, {"uploads": sentence})
    with ExitStack() as stack:
        try:
            papers = [
                stack.enter_context(examined(owner=actor, upload=one, purpose=PURPOSE))
                for one in files
            ]
        except Invalid as refused:
            raise Invalid(str(refused), {"uploads": str(refused)}) from refused
        yield papers


def _held(space: Space) -> datetime:
    """Hold a space and return the moment of what is written now: later than all that is there."""
    row = Space.objects.select_for_update().select_related(None).get(pk=space.pk)
    row.last_at = max(clock.now(), row.last_at + MICROSECOND)
    row.save(update_fields=["last_at"])
    return row.last_at


def _store(
    actor: Any, topic: Topic, content: Written, moment: datetime, mentions: Iterable[uuid.UUID],
    papers: list[Any], answers: Post | None = None,
) -> Post:  # fmt: skip
    people = people_of(actor, topic.space, mentions)
    topic.last_number, topic.last_at = topic.last_number + 1, moment
    topic.others += int(topic.author_id != actor.pk)
    topic.save(update_fields=["last_number", "last_at", "others"])
    post = Post.objects.create(
        topic=topic, number=topic.last_number, author=actor, created_at=moment, answers=answers,
        source=content.source, html=content.html, links=content.links,
    )  # fmt: skip
    Mention.objects.bulk_create(Mention(post=post, person=person) for person in people)
    for paper in papers:
        keep(paper, owner=actor, purpose=PURPOSE, about=str(post.public_id), label=topic.label)
    follow(actor, topic)
    index.put([post])
    publish(PostStored(topic.pk, post.pk))
    return post


def people_of(actor: Any, space: Space, mentions: Iterable[uuid.UUID]) -> list[Any]:
    """Return the people to mention. Raises Invalid: too many, or one who cannot read here."""
    asked = list(dict.fromkeys(mentions))
    if len(asked) > MOST_MENTIONS:
        sentence = _("Mention at most %(most)s people.") % {"most": MOST_MENTIONS}
        raise Invalid(sentence, {"mentions": sentence})
    found = list(mentionable(actor, space).filter(public_id__in=asked)) if asked else []
    if len(found) != len(asked):
        sentence = _("One of the people you chose cannot be mentioned here. Choose again.")
        raise Invalid(sentence, {"mentions": sentence})
    return found


def follow(actor: Any, topic: Topic) -> None:
    """Whoever writes has read up to her own post, and watches the topic unless she chose else."""
    state, _made = TopicState.objects.get_or_create(person=actor, topic=topic)
    state.number = max(state.number, topic.last_number)
    state.level = state.level or Level.WATCHING
    state.save(update_fields=["number", "level"])
