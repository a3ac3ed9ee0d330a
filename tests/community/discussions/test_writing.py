"""What is stored when somebody asks, answers, changes, deletes, accepts."""

from unittest import mock

import pytest
from django.urls import reverse

from community.discussions import editing, following, history, unread, writing
from community.discussions.models import Post, PostVersion, Topic
from community.discussions.topic_page import page
from community.groups.models import Group
from portal.notifications.models import Notification
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed, TooMany
from tests.community.discussions.talk import answer, begin, group, reader, space, verified
from tests.people import member, person, signed_in, staff
from tests.shared.test_html import CORPUS, assert_inert

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("hostile", CORPUS)
def test_nothing_that_runs_gets_into_a_post(asker, hostile):
    for text in (hostile, f"words {hostile}", f"[a]({hostile})", f"> {hostile}\n\n`{hostile}`"):
        assert_inert(writing.written(f"x {text}").html)


def test_markdown_of_posts():
    html = writing.written(
        "# Big\n\na\nb\n\n|x|y|\n|-|:-:|\n|1|2|\n\n![i](https://x.example/i.png)"
    ).html
    assert "<h3>Big</h3>" in html
    assert "<br" in html
    assert "<table>" in html
    assert "style" not in html
    assert "<img" not in html


@pytest.mark.parametrize("text", ["", "  \n ", "\u202e", "x" * 20_001, "<b></b>"[:0]])
def test_no_text_is_no_post(asker, text):
    with pytest.raises(Invalid):
        begin(asker, text=text)
    assert not Topic.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"label": "AMBER"}, {"label": "RED"}, {"label": ""}, {"kind": "poll"}, {"language": "xx"},
              {"title": "ab"}, {"title": "x" * 201}]
)  # fmt: skip
def test_a_topic_is_clear_or_green_and_of_a_known_kind(asker, wrong):
    with pytest.raises(Invalid):
        begin(asker, **wrong)


def test_only_verified_members_write(asker):
    where = space()
    for who in (person(), member(tier="courier"), verified(member(tier="courier")), member()):
        with pytest.raises(NotAllowed):
            begin(who, where)


def test_who_left_a_group_neither_reads_nor_writes(asker, other):
    made = group(asker, other)
    topic = begin(asker, made.space)
    answer(other, topic)
    made.members.filter(person=other).delete()
    with pytest.raises(NotAllowed):
        answer(other, topic)
    assert signed_in(other).get(
        reverse("discussion_topic", args=[topic.public_id])
    ).status_code == 404  # fmt: skip
    Group.objects.filter(pk=made.pk).update(closed_at=clock.now())
    with pytest.raises(Conflict):
        answer(asker, topic)
    with pytest.raises(NotAllowed):
        begin(asker, type(made.space).objects.select_related("group").get(pk=made.space.pk))


def test_an_edit_is_kept_and_read_by_author_and_moderators_alone(asker, other):
    topic = begin(asker, text="First words")
    post = topic.posts.get()
    editing.edit(actor=asker, post=post, text="Second words", title="Another title", seen=0)
    assert PostVersion.objects.get().source == "First words"
    assert Topic.objects.get().title == "Another title"
    with pytest.raises(Conflict):
        editing.edit(actor=asker, post=post, text="Third", title="Another title", seen=0)
    post.refresh_from_db()
    assert history.page(asker, post)["versions"]
    assert history.page(verified(staff("administrator")), post)["versions"]
    with pytest.raises(NotAllowed):
        history.page(other, post)
    with pytest.raises(NotAllowed):
        editing.edit(actor=other, post=post, text="x", title="xxx", seen=1)


def test_of_a_deleted_post_nothing_is_left_but_its_number(asker, other):
    topic = begin(asker)
    post = answer(other, topic, "Secretword")
    editing.edit(actor=other, post=post, text="Secretword again", seen=0)
    following.react(actor=asker, post=post, feeling="thanks")
    editing.accept(actor=asker, post=post)
    with pytest.raises(NotAllowed):
        editing.delete(actor=asker, post=post)
    editing.delete(actor=other, post=post)
    post.refresh_from_db()
    assert (post.source, post.html, post.number) == ("", "", 2)
    assert not PostVersion.objects.exists()
    topic = Topic.objects.get()
    assert (topic.accepted, topic.others) == (None, 0)
    assert "The author deleted this post" in signed_in(asker).get(
        reverse("discussion_topic", args=[topic.public_id])
    ).content.decode()  # fmt: skip
    editing.delete(actor=asker, post=topic.posts.get(number=1))
    assert Topic.objects.get().title == ""


def test_the_asker_or_a_moderator_accepts_an_answer(asker, other):
    topic = begin(asker)
    post = answer(other, topic)
    third = reader()
    for who in (other, third):
        with pytest.raises(NotAllowed):
            editing.accept(actor=who, post=post)
    with pytest.raises(NotAllowed):
        editing.accept(actor=asker, post=topic.posts.get(number=1))
    assert editing.accept(actor=asker, post=post) is True
    assert editing.accept(actor=verified(staff("administrator")), post=post) is False
    talk = begin(asker, kind="discussion")
    with pytest.raises(NotAllowed):
        editing.accept(actor=asker, post=answer(other, talk))


def test_only_who_may_read_is_mentioned(asker, other, django_capture_on_commit_callbacks):
    outside = reader()
    made = group(asker, other)
    with pytest.raises(Invalid):
        begin(asker, made.space, mentions=[outside.public_id])
    assert not Topic.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        begin(asker, made.space, mentions=[other.public_id])
    assert Notification.objects.get(verb="discussion-mention").user_id == other.pk
    browser = signed_in(asker)
    sent = {"text": "x", "who": "Person", "do-find": "1", "space": str(made.space.public_id)}
    found = browser.post(reverse("discussion_ask"), sent).content.decode()
    assert str(outside.public_id) not in found


def test_limits_of_posts_are_lower_in_the_first_week(asker):
    where = space()
    with mock.patch.object(writing, "pace", ORIGINAL_PACE):
        for _ in range(ratelimit.get("discussion-posts-newcomer").amount):
            begin(asker, where)
        with pytest.raises(TooMany):
            begin(asker, where)
        with clock.held() as now:
            now.advance(days=8)
            begin(asker, where)


ORIGINAL_PACE = writing.pace


def test_a_limit_leaves_the_text_as_a_draft(asker):
    where = space()
    browser = signed_in(asker)
    with mock.patch.object(writing, "pace", side_effect=TooMany(300)):
        refused = browser.post(
            reverse("discussion_ask"),
            {"space": str(where.public_id), "kind": "question", "title": "Some title",
             "text": "Typed for an hour", "label": "GREEN", "language": "en"},
        )  # fmt: skip
    assert refused.status_code == 429
    assert "Typed for an hour" in refused.content.decode()
    assert "Typed for an hour" in browser.get(reverse("discussion_ask")).content.decode()


def test_numbers_moments_and_unread(asker, other):
    topic = begin(asker)
    known = unread.known_to(other)
    assert [row.pk for row in unread.topics(other, known)] == [topic.pk]
    assert not unread.topics(asker, unread.known_to(asker)), "her own"
    post = answer(other, topic)
    assert post.number == 2
    assert post.created_at > topic.created_at
    rows = list(unread.topics(asker, unread.known_to(asker)))
    assert unread.new_posts(unread.known_to(asker), rows) == {topic.pk: 1}
    following.mark_topic(actor=asker, topic=Topic.objects.get(), number=2)
    assert not unread.topics(asker, unread.known_to(asker))


def test_muted_read_and_watched(asker, other, django_capture_on_commit_callbacks):
    topic = begin(asker)
    following.watch_topic(actor=other, topic=topic, level="muted")
    assert not unread.topics(other, unread.known_to(other))
    third = reader()
    following.watch_space(actor=third, space=topic.space, level="watching")
    with django_capture_on_commit_callbacks(execute=True):
        answer(other, topic)
    told = set(Notification.objects.values_list("user", "verb"))
    assert told == {(asker.pk, "discussion-answer"), (third.pk, "discussion-answer")}
    following.mark_space(actor=third, space=topic.space)
    assert not unread.topics(third, unread.known_to(third))
    with django_capture_on_commit_callbacks(execute=True):
        answer(asker, topic)
    assert unread.counts(third, unread.known_to(third)) == {topic.space_id: 1}
    following.watch_space(actor=third, space=topic.space, level="muted")
    assert not unread.counts(third, unread.known_to(third))


def test_reactions_are_counted_and_nobody_praises_herself(asker, other):
    topic = begin(asker)
    post = topic.posts.get()
    assert following.react(actor=other, post=post, feeling="helpful") is True
    with pytest.raises(NotAllowed):
        following.react(actor=asker, post=post, feeling="helpful")
    with pytest.raises(Invalid):
        following.react(actor=other, post=post, feeling="🔥")
    row = page(asker, topic, 1)["rows"][0]
    assert {one["value"]: one["count"] for one in row.reactions}["helpful"] == 1
    assert following.react(actor=other, post=post, feeling="helpful") is False


def test_a_flood_of_reactions_is_stopped(asker, other):
    post = begin(asker).posts.get()
    for _ in range(ratelimit.get("discussion-marks").amount):
        following.react(actor=other, post=post, feeling="thanks")
    with pytest.raises(TooMany):
        following.react(actor=other, post=post, feeling="thanks")


def test_a_quote_of_another_topic_is_refused(asker, other):
    topic, elsewhere = begin(asker), begin(asker)
    browser = signed_in(other)
    post = elsewhere.posts.get()
    address = reverse("discussion_reply", args=[topic.public_id])
    assert browser.get(f"{address}?answers={post.public_id}&quote=1").status_code == 404
    first = topic.posts.get()
    assert "&gt; A first post." in browser.get(
        f"{address}?answers={first.public_id}&quote=1"
    ).content.decode()  # fmt: skip
    sent = answer(other, topic, answers=post)
    assert sent.answers is None
    assert Post.objects.count() == 3
