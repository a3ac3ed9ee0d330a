"""Nothing tells of what a person may not read: no list, count, search, notice, mail, card, quote."""

import itertools

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.discussions import finding, following, lists_page, search, unread, writing
from community.discussions.models import Post, Space, Topic
from community.discussions.permissions import (
    may_read,
    mentionable,
    readers_of,
    spaces_visible_to,
    visible,
)
from community.discussions.telling import tell_of
from community.groups.models import GroupMember
from portal.languages.table import CODES
from portal.notifications import mailing
from portal.notifications.models import Notification
from portal.permissions import forget
from tests.community.discussions.talk import answer, begin, group, reader, space, verified
from tests.people import member, person, signed_in, staff

pytestmark = pytest.mark.django_db
WORD = "Zaunkonig"
KINDS = ("visitor", "learner", "courier", "unverified", "outsider", "asked", "left")


def who(kind, made):
    if kind == "visitor":
        return None
    if kind == "learner":
        return person()
    found = member(tier="courier" if kind == "courier" else "member")
    if kind in {"courier", "unverified"}:
        GroupMember.objects.create(group=made, person=found, state="in", since=made.created_at)
    if kind == "asked":
        GroupMember.objects.create(group=made, person=found, state="asked", since=made.created_at)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_address_tells_of_a_group_one_is_not_in(kind, asker, client):
    made = group(asker)
    made.name = f"{WORD} group"
    made.save()
    topic = begin(asker, made.space, title=f"{WORD} title", text=f"{WORD} text")
    post = topic.posts.get()
    reporter = who(kind, made)
    browser = client if reporter is None else signed_in(reporter, verified=kind != "unverified")
    names = (
        "discussions", "discussion_news", "discussion_drafts", "discussion_ask",
        "discussion_search", "community_home",
    )  # fmt: skip
    addresses = [reverse(name) for name in names]
    addresses += [reverse("discussion_search") + f"?q={WORD}", f"/en/search/?q={WORD}"]
    addresses += [reverse("discussion_search") + f"?space={made.space.public_id}&q=text"]
    addresses += [reverse("discussion_ask") + f"?space={made.space.public_id}"]
    for key, prefix in (
        (made.space, "space"),
        (topic, "topic"),
        (topic, "newer"),
        (topic, "reply"),
    ):
        addresses.append(reverse(f"discussion_{prefix}", args=[key.public_id]))
    for name in ("post", "edit", "delete", "history", "report", "moderate"):
        addresses.append(reverse(f"discussion_{name}", args=[post.public_id]))
    for address in addresses:
        cache.clear()
        text = browser.get(address).content.decode()
        typed = address.partition("?")[2]
        assert WORD not in text or WORD in typed, address
        assert f"{WORD} t" not in text, address
        assert str(topic.public_id) not in text or str(topic.public_id) in address, address


people_and_groups = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from(["in", "asked", "invited"])),
    max_size=8,
)
topics = st.lists(
    st.tuples(st.integers(0, 3), st.integers(-1, 2), st.sampled_from(["CLEAR", "GREEN"])),
    min_size=1, max_size=5,
)  # fmt: skip


@pytest.mark.slow
class TestRandom(TestCase):
    """Lists, counts, search, unread and notices agree with the predicate for random people."""

    @settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
    @given(rows=people_and_groups, written=topics, left=st.integers(0, 7))
    def test_all_lists_say_what_the_predicate_says(self, rows, written, left):
        writing.pace = lambda actor: None
        persons = [reader(f"Person {number}") for number in range(4)]
        persons.append(verified(member(tier="courier")))
        persons.append(verified(staff("administrator")))
        groups = [group() for _ in range(3)]
        for who_, which, state in rows:
            GroupMember.objects.get_or_create(
                group=groups[which], person=persons[who_],
                defaults={"state": state, "since": groups[which].created_at},
            )  # fmt: skip
        wide = space()
        for author, which, label in written:
            where = wide if which < 0 else groups[which].space
            if may_read(persons[author], where):
                topic = begin(persons[author], where, label=label, text="Goldammer sings")
                others = mentionable(persons[author], where).values_list("public_id", flat=True)
                post = answer(
                    persons[author], topic, "Goldammer answers", mentions=list(others)[:3]
                )
                for one in persons:
                    if may_read(one, where):
                        following.watch_space(actor=one, space=where, level="watching")
                tell_of(post.pk)
        GroupMember.objects.filter(person=persons[left % 4], state="in").delete()
        for one in persons:
            forget(one)
            check(one)
        for row in Notification.objects.filter(verb__startswith="discussion"):
            assert row.user_id != persons[4].pk


def allowed(user, topic):
    """The rule once more, as plain as can be."""
    if user.membership.tier != "member":
        return False
    made = topic.space.group
    return made is None or made.members.filter(person=user, state="in").exists()


def check(user):
    by_hand = {row.pk for row in Topic.objects.select_related("space__group") if allowed(user, row)}
    assert set(visible(user).values_list("pk", flat=True)) == by_hand
    posts = set(Post.objects.filter(topic__in=by_hand).values_list("pk", flat=True))
    asked = finding.Asked(terms=("goldammer",))
    found = finding.find(user, asked)
    assert set(found.keys) == posts
    assert sum(found.counts.get("space", {}).values()) == len(posts)
    assert search.find(["goldammer"], "en", user, 0, 0).total == len(posts)
    known = unread.known_to(user)
    assert set(unread.topics(user, known).values_list("pk", flat=True)) <= by_hand
    assert set(unread.counts(user, known)) <= {row.space_id for row in visible(user)}
    for row in Space.objects.select_related("group"):
        assert may_read(user, row) == (row in spaces_visible_to(user))
        is_reader = readers_of(row).filter(pk=user.pk).exists()
        assert is_reader == may_read(user, row)
        if not may_read(user, row):
            assert not any(one["row"].pk == row.pk for kind in lists_page.home(user)["kinds"]
                           for one in kind["spaces"])  # fmt: skip


def test_who_left_is_told_no_more_and_no_mail_leaves(asker, other):
    made = group(asker, other)
    topic = begin(asker, made.space)
    following.watch_topic(actor=other, topic=topic, level="watching")
    tell_of(answer(asker, topic).pk)
    assert Notification.objects.filter(user=other).count() == 1
    made.members.filter(person=other).delete()
    tell_of(answer(asker, topic).pk)
    assert Notification.objects.get(user=other).count == 1
    with translation.override("en"):
        assert mailing.tell(other.pk, now_only=False) is False
    assert not mail.outbox


@pytest.mark.parametrize("language", CODES)
def test_mails_say_nothing_of_what_was_written(language, asker, other):
    other.language = language
    other.save()
    where = space()
    following.watch_space(actor=other, space=where, level="watching")
    canaries = ("Rohrdommel", "Kernbeisser", "Awa Asks", "GREEN", "CLEAR")
    topic = begin(asker, where, title="Rohrdommel", text="Kernbeisser")
    tell_of(topic.posts.get().pk)
    tell_of(answer(asker, topic, "Kernbeisser", mentions=[other.public_id]).pk)
    assert Notification.objects.filter(user=other).count() == 2
    assert mailing.tell(other.pk, now_only=False) is True
    text = mail.outbox[0].subject + mail.outbox[0].body
    for canary in (*canaries, str(topic.public_id), str(where.public_id)):
        assert canary not in text


def test_one_index_word_of_a_space_is_nobodys_word(asker):
    """On SQLite the space stands among the words; nobody can write such a word or ask for it."""
    made = group(asker)
    sign = f"\ue000{made.space.pk}"
    begin(asker, text=f"{sign} words {sign}x")
    outside = reader()
    for text in (sign, "\ue000", f"x {sign}"):
        asked = finding.read(type("Q", (dict,), {"getlist": lambda s, n: []})({"q": text}))
        for key in finding.find(outside, asked).keys:
            assert visible(outside).filter(posts=key).exists()
    assert next(itertools.count()) == 0
