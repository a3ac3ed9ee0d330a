"""Reports, hiding, moving, locking, warning, and questions that wait."""

import pytest
from django.urls import reverse

from community.discussions import editing, finding, moderating, reporting, spaces, surfacing
from community.discussions.lists_page import waiting_topics
from community.discussions.models import Post, Topic
from community.discussions.reach import moderated_by, moderates
from community.moderation.permissions import can_decide, reports_visible_to
from community.rooms.models import Report
from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from tests.community.discussions.talk import answer, begin, group, joined, reader, space, verified
from tests.people import organisation, signed_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    return verified(staff("focal-point", "Fatou", region_id="west-africa"))


@pytest.fixture
def far():
    return verified(staff("focal-point", "Felix", region_id="latin-america"))


def events() -> list[str]:
    return list(AuditRow.objects.values_list("event", flat=True))


def test_moderators_are_those_whom_author_or_region_reach(asker, moderator, far):
    topic = begin(asker)
    assert moderates(moderator, topic.space, asker)
    assert not moderates(far, topic.space, asker)
    assert not moderates(asker, topic.space, asker)
    region = begin(asker, space("region", "latin-america"))
    assert moderates(far, region.space, asker)
    inside = begin(asker, group(asker).space)
    assert not moderates(moderator, inside.space, asker), "she does not read it"
    for who in (moderator, far, asker, verified(staff("administrator"))):
        by_hand = {row.pk for row in Topic.objects.all() if moderates(who, row.space, row.author)}
        assert {row.pk for row in moderated_by(who)} == by_hand


def test_a_hidden_post_says_that_and_why_and_is_found_no_more(asker, other, moderator, far):
    topic = begin(asker)
    post = answer(other, topic, "Zaunkonig was here")
    asked = finding.Asked(terms=("zaunkonig",))
    assert finding.find(asker, asked).keys == [post.pk]
    with pytest.raises(NotAllowed):
        moderating.hide(actor=far, post=post, reason="x")
    with pytest.raises(Invalid):
        moderating.hide(actor=moderator, post=post, reason=" ")
    moderating.hide(actor=moderator, post=post, reason="It names a person")
    page = signed_in(asker).get(
        reverse("discussion_topic", args=[topic.public_id])
    ).content.decode()  # fmt: skip
    assert "It names a person" in page
    assert "Zaunkonig" not in page
    assert not finding.find(asker, asked).keys
    assert Notification.objects.filter(user=other, verb="discussion-hidden").exists()
    with pytest.raises(Conflict):
        moderating.hide(actor=moderator, post=post, reason="again")
    with pytest.raises(NotAllowed):
        editing.edit(actor=other, post=post, text="x", seen=0)
    moderating.restore(actor=moderator, post=post)
    assert finding.find(asker, asked).keys == [post.pk]
    assert {"discussion.hidden", "discussion.restored"} <= set(events())


def test_a_hidden_beginning_hides_the_title(asker, other, moderator):
    topic = begin(asker, title="Zaunkonig is the name")
    answer(other, topic)
    moderating.hide(actor=moderator, post=topic.posts.get(number=1), reason="A name")
    browser = signed_in(other)
    for address in (
        reverse("discussion_topic", args=[topic.public_id]), reverse("discussion_news"),
        reverse("discussion_space", args=[topic.space.public_id]),
        reverse("discussion_search") + "?q=answer",
    ):  # fmt: skip
        assert "Zaunkonig" not in browser.get(address).content.decode(), address


def test_a_topic_of_a_group_leaves_it_only_if_it_is_clear(asker, moderator):
    made = group(asker, moderator)
    wide, narrow = space(), group(moderator).space
    green, clear = begin(asker, made.space), begin(asker, made.space, label="CLEAR")
    for where in (wide, narrow):
        with pytest.raises(Invalid):
            moderating.move(actor=moderator, topic=green, space=where)
    moderating.move(actor=moderator, topic=clear, space=wide)
    outside = reader()
    assert finding.find(outside, finding.Asked(terms=("first",))).keys == [clear.posts.get().pk]
    moderating.move(actor=moderator, topic=Topic.objects.get(pk=clear.pk), space=made.space)
    assert not finding.find(outside, finding.Asked(terms=("first",))).keys
    assert "discussion.moved" in events()


def test_a_locked_topic_takes_nothing(asker, other, moderator):
    topic = begin(asker)
    with pytest.raises(NotAllowed):
        moderating.lock(actor=other, topic=topic, on=True)
    moderating.lock(actor=moderator, topic=topic, on=True)
    with pytest.raises(Conflict):
        answer(other, topic)
    with pytest.raises(Conflict):
        editing.edit(actor=asker, post=topic.posts.get(), text="x", title=topic.title, seen=0)
    moderating.lock(actor=moderator, topic=topic, on=False)
    answer(other, topic)


def test_a_warning_says_nothing_of_the_post(asker, moderator):
    post = begin(asker).posts.get()
    moderating.warn(actor=moderator, post=post)
    assert Notification.objects.get(user=asker, verb="conduct").key == ""
    assert "discussion.warned" in events()


def test_a_report_comes_to_the_desk_of_the_authors_region(asker, other, moderator, far):
    made = group(asker, other)
    topic = begin(asker, made.space, text="Kernbeisser is his name")
    post = topic.posts.get()
    with pytest.raises(NotAllowed):
        reporting.report(actor=asker, post=post, why="person")
    with pytest.raises(NotAllowed):
        reporting.report(actor=far, post=post, why="person")
    with pytest.raises(Invalid):
        reporting.report(actor=other, post=post, why="nonsense")
    row = reporting.report(actor=other, post=post, why="person", text="Please look")
    assert reporting.report(actor=other, post=post, why="label").pk == row.pk
    assert [list(reports_visible_to(who)) for who in (moderator, far)] == [[row], []]
    assert can_decide(moderator, row)
    assert not can_decide(far, row)
    browser = signed_in(moderator)
    case = reverse("moderation_case", args=[row.public_id])
    page = browser.get(case).content.decode()
    assert "Kernbeisser" in page, "the reported post, though she is not in the group"
    assert browser.get(reverse("moderation")).status_code == 200
    hide = reverse("moderation_post", args=[row.public_id])
    assert signed_in(far).get(hide).status_code == 404
    assert browser.get(hide).status_code == 200
    assert browser.post(hide, {"reason": "A name"}).status_code == 302
    assert Post.objects.get(pk=post.pk).hidden_by == moderator
    assert browser.post(case, {"choice": "warned", "note": "n", "seen": ""}).status_code == 302
    assert Report.objects.get().decision == "warned"
    assert browser.get(reverse("discussion_topic", args=[topic.public_id])).status_code == 404


def test_a_question_that_waits_comes_to_focal_points_once(asker, other, moderator, far):
    with clock.held() as now:
        waits, answered = begin(asker), begin(asker)
        answer(other, answered)
        begin(asker, kind="discussion")
        assert surfacing.tell() == 0
        now.advance(days=3, seconds=1)
        assert [row.pk for row in waiting_topics(moderator)] == [waits.pk]
        assert not waiting_topics(far)
        assert surfacing.tell() == 1
        assert surfacing.tell() == 0
        page = signed_in(moderator).get(reverse("discussion_waiting")).content.decode()
        assert "How is it marked?" in page
    told = Notification.objects.filter(verb="discussion-waiting")
    assert [row.user_id for row in told] == [moderator.pk]
    assert signed_in(other).get(reverse("discussion_waiting")).status_code == 404


def test_leaders_moderate_their_group_and_nobody_else_there(asker, other):
    leader = reader()
    made = group(asker, other, leads=leader)
    post = begin(asker, made.space).posts.get()
    with pytest.raises(NotAllowed):
        moderating.hide(actor=other, post=post, reason="x")
    moderating.hide(actor=leader, post=post, reason="Off the subject")
    made.members.filter(person=leader).update(leads=False)
    with pytest.raises(NotAllowed):
        moderating.restore(actor=leader, post=post)
    joined(made, verified(staff("administrator")))


def test_spaces_are_made_by_who_moderates_once_each(asker, moderator):
    with pytest.raises(NotAllowed):
        spaces.make(actor=asker, about="theme:cases")
    spaces.make(actor=moderator, about="region:SN")
    for wrong in ("region:GT", "region:nowhere", "group:x", "theme:none", ""):
        with pytest.raises(Invalid):
            spaces.make(actor=moderator, about=wrong)
    with pytest.raises(Conflict):
        spaces.make(actor=moderator, about="region:SN")
    assert spaces.begin() > 20
    assert spaces.begin() == 0
    browser = signed_in(moderator)
    assert browser.get(reverse("discussion_space_add")).status_code == 200
    assert signed_in(asker).get(reverse("discussion_space_add")).status_code == 404


def test_the_pages_of_moderators_open_and_do_what_they_say(asker, moderator, far):
    topic = begin(asker)
    post = topic.posts.get()
    browser = signed_in(moderator)
    moderate = reverse("discussion_moderate", args=[post.public_id])
    assert browser.get(moderate).status_code == 200
    assert browser.post(moderate, {"reason": ""}).status_code == 400
    assert browser.post(moderate, {"reason": "No"}).status_code == 302
    assert browser.get(moderate).status_code == 200
    assert browser.post(moderate, {"restore": "1"}).status_code == 302
    assert browser.post(moderate, {"warn": "1"}).status_code == 302
    page = reverse("discussion_topic_moderate", args=[topic.public_id])
    assert browser.get(page).status_code == 200
    target = space("theme", "guidance")
    assert browser.post(page, {"space": str(target.public_id)}).status_code == 302
    assert Topic.objects.get().space == target
    lock = reverse("discussion_topic_lock", args=[topic.public_id])
    assert browser.post(lock, {"lock": "1"}).status_code == 302
    assert Topic.objects.get().locked_at
    for address in (moderate, page):
        assert signed_in(far).get(address).status_code == 404
    report = reverse("discussion_report", args=[post.public_id])
    hers = signed_in(far)
    assert hers.get(report).status_code == 200
    assert hers.post(report, {"why": "label", "text": ""}).status_code == 302
    assert organisation() is not None
