"""Posts by the hundred thousand, put straight into the database of a data folder."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

PART = 5_000
LONG = 1_000  # posts of one topic
SHORT = 20  # of each other topic
YEARS = timedelta(days=730)
WORDS = [f"{a}{b}{c}" for a in ("tra", "mar", "fi", "ser", "cus") for b in ("ce", "ki", "ral", "no")
         for c in ("", "ng", "der", "lis", "tor", "mun", "ver", "pol")]  # fmt: skip
COMMON, RARE = "registry", "zaunkonig"


def spaces() -> list[Any]:
    """Make the spaces every site starts with; return them."""
    from community.discussions.models import Space
    from community.discussions.spaces import begin

    begin()
    return list(Space.objects.filter(group=None))


def grow(to: int, people: list[Any]) -> None:
    """Add topics until there are so many posts: one of a thousand, the others of twenty."""
    from community.discussions.models import Post

    where, pick = spaces(), random.Random(7)
    there = Post.objects.count()
    if not there:
        there += _add([(LONG, where[0])], people, pick)
    while there < to:
        many = min(PART, to - there) // SHORT or 1
        there += _add([(SHORT, pick.choice(where)) for _ in range(many)], people, pick)


def _add(sizes: list[tuple[int, Any]], people: list[Any], pick: random.Random) -> int:
    """Store topics of these sizes with their words; return how many posts."""
    from community.discussions import index_tables
    from community.discussions.models import Post, Space, Topic
    from portal.shared import clock
    from portal.shared.text import search_text

    moment = clock.now()
    topics = []
    for size, space in sizes:
        last = moment - YEARS * pick.random()
        topics.append(
            Topic(
                space=space, kind="question", title=_words(pick, 6), label="GREEN", language="en",
                author=pick.choice(people), created_at=last - timedelta(minutes=size),
                last_at=last, last_number=size, others=size - 1,
            )
        )  # fmt: skip
    topics = Topic.objects.bulk_create(topics)
    posts = Post.objects.bulk_create(_posts(topics, people, pick), batch_size=PART)
    index_tables.put((row.pk, row.topic.space_id, search_text(row.source)) for row in posts)
    Space.objects.filter(pk__in={space.pk for _size, space in sizes}).update(last_at=moment)
    return len(posts)


def _posts(topics: list[Any], people: list[Any], pick: random.Random) -> Iterator[Any]:
    from community.discussions.models import Post

    for topic in topics:
        for number in range(1, topic.last_number + 1):
            text = _words(pick, 40)
            yield Post(
                topic=topic, number=number, author=pick.choice(people), source=text,
                html=f"<p>{text}</p>",
                created_at=topic.last_at - timedelta(minutes=topic.last_number - number),
            )  # fmt: skip


def _words(pick: random.Random, count: int) -> str:
    found = [pick.choice(WORDS) for _ in range(count)]
    if pick.random() < 0.3:
        found[-1] = COMMON
    if pick.random() < 0.0005:
        found[0] = RARE
    return " ".join(found)
