"""The pages of discussions, as a member sees them."""

import pytest
from django.urls import reverse

from community.discussions.models import Post, Topic
from community.discussions.own_models import Draft
from tests.community.discussions.talk import answer, begin, space
from tests.people import signed_in

pytestmark = pytest.mark.django_db
BASE = "/en/community/discussions/"


def ask_form(where, **more):
    return {
        "space": str(where.public_id), "kind": "question", "title": "Who marks imports?",
        "text": "First **line**", "label": "GREEN", "language": "en", **more,
    }  # fmt: skip


def test_home_space_news_and_drafts_open(asker, other):
    where = space()
    begin(other, where)
    browser = signed_in(asker)
    for name in ("discussions", "discussion_news", "discussion_drafts", "discussion_ask"):
        assert browser.get(reverse(name)).status_code == 200, name
    page = browser.get(reverse("discussion_space", args=[where.public_id])).content.decode()
    assert "How is it marked?" in page
    assert "Everybody in the community can read this." in page


def test_a_member_asks_and_is_answered(asker, other):
    where = space()
    answered = signed_in(asker).post(reverse("discussion_ask"), ask_form(where))
    topic = Topic.objects.get()
    assert answered.status_code == 302
    assert answered["Location"] == reverse("discussion_topic", args=[topic.public_id])
    browser = signed_in(other)
    page = browser.get(answered["Location"]).content.decode()
    assert "First <strong>line</strong>" in page
    assert page.count("TLP:GREEN") >= 2, "above and below"
    reply = browser.post(
        reverse("discussion_reply", args=[topic.public_id]), {"text": "> quote\n\nIt depends"}
    )
    assert reply.status_code == 302
    assert reply["Location"].endswith("#post-2")
    page = browser.get(answered["Location"]).content.decode()
    assert "<blockquote>" in page
    assert "It depends" in page


@pytest.mark.parametrize("missing", ["label", "kind", "title", "text", "space"])
def test_what_is_missing_is_said_and_nothing_is_lost(asker, missing):
    sent = ask_form(space()) | {missing: ""}
    page = signed_in(asker).post(reverse("discussion_ask"), sent)
    assert page.status_code == 400
    for name in {"title", "text"} - {missing}:
        assert sent[name] in page.content.decode()
    assert not Topic.objects.exists()


def test_a_draft_is_kept_by_button_and_by_script(asker):
    browser = signed_in(asker)
    where = space()
    browser.post(reverse("discussion_ask"), ask_form(where, **{"do-save": "1"}))
    assert Draft.objects.get().fields["title"] == "Who marks imports?"
    assert not Topic.objects.exists()
    assert "Who marks imports?" in browser.get(reverse("discussion_ask")).content.decode()
    save = reverse("discussion_draft_save", args=["ask"])
    assert browser.post(save, {"text": "later"}).status_code == 204
    assert Draft.objects.get().fields["text"] == "later"
    browser.post(reverse("discussion_ask"), ask_form(where))
    assert not Draft.objects.exists(), "it was sent"


def test_a_locked_topic_keeps_what_was_written_as_a_draft(asker, other):
    topic = begin(asker)
    Topic.objects.filter(pk=topic.pk).update(locked_at=topic.created_at)
    browser = signed_in(other)
    page = browser.get(reverse("discussion_topic", args=[topic.public_id])).content.decode()
    assert "This topic is locked" in page
    refused = browser.post(reverse("discussion_reply", args=[topic.public_id]), {"text": "x"})
    assert refused.status_code == 409
    assert Post.objects.count() == 1


def test_pages_of_a_topic_and_permalinks(asker, other):
    topic = begin(asker)
    for number in range(30):
        last = answer(other, topic, f"Answer {number}")
    browser = signed_in(asker)
    address = reverse("discussion_topic", args=[topic.public_id])
    assert "Page 1 of 2" in browser.get(address).content.decode()
    found = browser.get(reverse("discussion_post", args=[last.public_id]))
    assert found["Location"] == f"{address}?page=2#post-31"
    assert "Answer 29" in browser.get(found["Location"]).content.decode()


def test_a_topic_costs_the_same_for_many_posts(
    asker, other, django_assert_max_num_queries, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    topic = begin(asker)
    answer(other, topic)
    browser = signed_in(asker)
    address = reverse("discussion_topic", args=[topic.public_id])
    browser.get(address)
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    for number in range(40):
        answer(other, topic, f"Answer {number}")
    with CaptureQueriesContext(connection) as many:
        browser.get(address)
    assert len(many) <= len(few)
    assert len(many) <= 26
