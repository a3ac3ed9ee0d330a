"""Who may not change the label of a topic tries to; lists, search and unread agree throughout."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.discussions import finding, labelling, search, topic_page, unread, writing
from community.discussions.models import Topic
from community.discussions.permissions import may_read, spaces_visible_to, visible
from community.groups.models import GroupMember
from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.markings.labels import Label
from portal.permissions import forget
from portal.shared.errors import Conflict, Invalid, NotAllowed
from tests.community.discussions.talk import answer, begin, group, joined, reader, space, verified
from tests.community.library.finds import record
from tests.people import member, person, signed_in, staff

pytestmark = pytest.mark.django_db
WHY = "It was published."
STRANGERS = (
    "visitor", "learner", "courier", "unverified", "outsider", "asked", "left", "ended", "member",
    "far", "near", "held",
)  # fmt: skip


def stranger(kind, made, topic):
    """Somebody who may not change the label of a topic in a group."""
    if kind == "visitor":
        return None
    if kind == "learner":
        return person()
    if kind in {"far", "near"}:
        region = "latin-america" if kind == "far" else "west-africa"
        found = staff("focal-point", region_id=region)
        if kind == "far":
            joined(made, found)
        return found
    found = member(tier="courier" if kind == "courier" else "member")
    if kind in {"unverified", "ended", "held", "left"}:
        Topic.objects.filter(pk=topic.pk).update(author=found)
    if kind in {"courier", "unverified", "member", "ended", "held"}:
        joined(made, found)
    if kind == "asked":
        GroupMember.objects.create(group=made, person=found, state="asked", since=made.created_at)
    return found


def ended(kind, who):
    """What happens to her after she signed in."""
    if kind == "ended":
        who.membership.state = "ended"
        who.membership.save()
    if kind == "held":
        who.hold = "suspended"
        who.save()
    if who is not None:
        forget(who)


@pytest.mark.parametrize("label", ["CLEAR", "GREEN"])
@pytest.mark.parametrize("kind", STRANGERS)
def test_nobody_else_changes_a_label_or_hears_of_the_topic(kind, label, asker, client):
    made = group(asker)
    topic = begin(asker, made.space, label=label, title="Zaunkonig")
    who = stranger(kind, made, topic)
    browser = client if who is None else signed_in(who, verified=kind != "unverified")
    ended(kind, who)
    address = reverse("discussion_topic_label", args=[topic.public_id])
    sent = {"label": "GREEN" if label == "CLEAR" else "CLEAR", "seen": label, "reason": WHY}
    for reply in (browser.get(address), browser.post(address, sent)):
        assert reply.status_code in ({302} if kind in {"visitor", "unverified", "held"} else {404})
        assert "Zaunkonig" not in reply.content.decode()
    if who is not None:
        who.is_verified = lambda: kind != "unverified"
        with step_up.confirmed(who), pytest.raises(NotAllowed):
            labelling.relabel(actor=who, topic=topic, **sent)
    assert Topic.objects.get().label == label
    assert not AuditRow.objects.filter(event__startswith="label.").exists()


def test_a_topic_that_left_her_sight_meanwhile(asker):
    made = group(asker, leads=reader())
    topic = begin(asker, made.space, label="CLEAR")
    stale = Topic.objects.select_related("space__group").get(pk=topic.pk)
    made.members.filter(person=asker).delete()
    with pytest.raises(NotAllowed):
        labelling.relabel(actor=asker, topic=stale, label="GREEN", seen="CLEAR")
    assert Topic.objects.get().label == "CLEAR"


def test_a_get_changes_nothing(asker):
    topic = begin(asker, label="CLEAR")
    address = reverse("discussion_topic_label", args=[topic.public_id])
    signed_in(asker).get(address + "?label=GREEN&seen=CLEAR")
    assert Topic.objects.get().label == "CLEAR"


def test_cards_of_a_relabelled_topic_stay_per_viewer(asker, other):
    hidden = record("Marder study", "AMBER", source=None, marked_by=asker)
    shown = record("Wiesel study", "GREEN")
    text = " ".join(f"[it](/en/community/library/{row.public_id}/)" for row in (hidden, shown))
    topic = begin(asker, text=text)
    with step_up.confirmed(asker):
        labelling.relabel(actor=asker, topic=topic, label="CLEAR", seen="GREEN", reason=WHY)
    address = reverse("discussion_topic", args=[topic.public_id])
    page = signed_in(other).get(address).content.decode()
    assert "Marder study" not in page
    assert "Wiesel study" in page


AUTHOR, OTHER = -1, "other"  # whoever began the topic; the label it does not bear
steps = st.lists(
    st.tuples(
        st.sampled_from([AUTHOR, AUTHOR, AUTHOR, 0, 1, 2, 3, 4, 5]),
        st.sampled_from([0, 0, 1, 2]),
        st.sampled_from([OTHER] * 12 + [*Label, "", "nonsense"]),
        st.sampled_from(["relabel", "relabel", "answer"]),
        st.sampled_from([False, False, False, True]),
    ),
    min_size=8,
    max_size=16,
)


@pytest.mark.slow
class TestRandom(TestCase):
    """Random people give random labels to topics here and there, while others write."""

    @settings(max_examples=10, suppress_health_check=list(HealthCheck), deadline=None)
    @given(
        steps=steps, starts=st.lists(st.sampled_from(["CLEAR", "GREEN"]), min_size=3, max_size=3)
    )
    def test_list_and_question_agree_and_nobody_lowers_what_others_wrote(self, steps, starts):
        writing.pace = lambda actor: None
        cache.clear()
        people = [reader(f"Person {number}") for number in range(3)]
        people += [verified(member(tier="courier")), member("No factor"),
                   verified(staff("administrator"))]  # fmt: skip
        made = group(people[0], people[1], people[4])
        places = (space(), made.space, made.space)
        topics = [
            begin(people[number % 2], place, label=label, text="Goldammer sings")
            for number, (place, label) in enumerate(zip(places, starts, strict=True))
        ]
        under = {topic.pk: {} for topic in topics}  # the strictest label each other wrote under
        for one, which, label, deed, is_stale in steps:
            topic = Topic.objects.select_related("space__group", "author").get(pk=topics[which].pk)
            who = topic.author if one == AUTHOR else people[one]
            who = next(row for row in people if row.pk == who.pk)
            if label == OTHER:
                label = "CLEAR" if topic.label == "GREEN" else "GREEN"
            if deed == "answer":
                _answers(who, topic, under)
            else:
                _relabels(who, topic, label, is_stale, under)
            check(people)


def _answers(who, topic, under):
    try:
        answer(who, topic, "Goldammer answers")
    except NotAllowed:
        return
    if who.pk != topic.author_id and topic.label == "GREEN":
        under[topic.pk][who.pk] = "GREEN"


def _relabels(who, topic, label, is_stale, under):
    before, reads = topic.label, may_read(who, topic.space)
    seen = ("CLEAR" if before == "GREEN" else "GREEN") if is_stale else before
    known = {"actor": who, "topic": topic, "label": str(label), "seen": seen, "reason": WHY}
    try:
        with step_up.confirmed(who):
            labelling.relabel(**known)
    except (NotAllowed, Conflict, Invalid):
        assert Topic.objects.get(pk=topic.pk).label == before
        return
    assert reads
    assert not is_stale
    assert Topic.objects.get(pk=topic.pk).label == label in {"CLEAR", "GREEN"}
    if before == "GREEN":
        assert topic.author_id == who.pk
        assert not under[topic.pk], "others wrote under GREEN"
    else:
        assert topic.author_id == who.pk or topic.space.group_id is None


def check(people):
    """The rule once more, as plain as can be, and whatever shows topics."""
    for user in people:
        forget(user)
        verified_now = bool(getattr(user, "is_verified", lambda: False)())
        hers = {
            row.pk
            for row in Topic.objects.select_related("space__group")
            if user.membership.tier == "member" and verified_now and (
                row.space.group is None
                or row.space.group.members.filter(person=user, state="in").exists()
            )
        }  # fmt: skip
        assert set(visible(user).values_list("pk", flat=True)) == hers
        for row in Topic.objects.select_related("space__group"):
            assert may_read(user, row.space) == (row.pk in hers)
        found = finding.find(user, finding.Asked(terms=("goldammer",)))
        rows = finding.rows_of(user, found.keys, ("goldammer",))
        assert {row["topic"].pk for row in rows} == hers
        assert all(row["label"] == Topic.objects.get(pk=row["topic"].pk).label for row in rows)
        assert search.find(["goldammer"], "en", user, 0, 0).total == len(rows)
        known = unread.known_to(user)
        assert set(unread.topics(user, known).values_list("pk", flat=True)) <= hers
        assert set(unread.counts(user, known)) <= {row.pk for row in spaces_visible_to(user)}
        for row in visible(user):
            page = topic_page.page(user, row, 1)
            assert page["row"].label == row.label
