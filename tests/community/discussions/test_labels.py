"""The label of a topic: raised at once, lowered by its source alone, and all that follows it."""

import json

import pytest
from asgiref.sync import sync_to_async
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from community.discussions import editing, finding, labelling, moderating, rights, writing
from community.discussions.models import Topic
from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.files.models import StoredFile
from portal.shared.errors import Conflict, Invalid, NotAllowed
from tests.community.discussions.talk import answer, begin, group, reader, space, verified
from tests.community.library.finds import record
from tests.files.made import pdf
from tests.people import signed_in, staff
from tests.sockets.test_sockets import opened

pytestmark = pytest.mark.django_db
WHY = "The text was published."


def relabel(actor, topic, label, **sent):
    """Change a label as somebody who saw the present one and confirmed her factor lately."""
    seen = Topic.objects.get(pk=topic.pk).label
    with step_up.confirmed(actor):
        return labelling.relabel(
            actor=actor, topic=topic, label=label, **{"seen": seen, "reason": WHY} | sent
        )


def label_of(topic):
    return Topic.objects.get(pk=topic.pk).label


def page(topic, name="topic_label"):
    return reverse(f"discussion_{name}", args=[topic.public_id])


def test_its_author_raises_at_once_and_lowers_with_reason_and_factor(asker):
    topic = begin(asker, label="CLEAR")
    labelling.relabel(actor=asker, topic=topic, label="GREEN", seen="CLEAR")
    assert label_of(topic) == "GREEN"
    known = {"actor": asker, "topic": topic, "label": "CLEAR", "seen": "GREEN"}
    with pytest.raises(step_up.Needed):
        labelling.relabel(**known, reason=WHY)
    for reason in ("", "  ", "x" * 501):
        with step_up.confirmed(asker), pytest.raises(Invalid):
            labelling.relabel(**known, reason=reason)
    assert label_of(topic) == "GREEN"
    relabel(asker, topic, "CLEAR")
    rows = AuditRow.objects.filter(event__startswith="label.").order_by("pk")
    assert [row.event for row in rows] == ["label.set", "label.lowered"]
    assert {row.thing for row in rows} == {f"community.topic:{topic.public_id}"}
    assert json.loads(rows[1].body)["facts"] == {"old": "GREEN", "label": "CLEAR"}
    assert WHY not in rows[1].body, "the record holds no text of a person"


def test_the_change_stands_in_the_topic(asker, other):
    topic = begin(asker, label="CLEAR")
    browser = signed_in(asker)
    assert page(topic) in browser.get(page(topic, "topic")).content.decode()
    text = browser.get(page(topic)).content.decode()
    assert "Raise to TLP:GREEN" in text
    sent = {"label": "GREEN", "seen": "CLEAR"}
    assert browser.post(page(topic), sent)["Location"] == page(topic, "topic")
    assert "Lower to TLP:CLEAR" in browser.get(page(topic)).content.decode()
    sent = {"label": "CLEAR", "seen": "GREEN", "reason": WHY}
    assert browser.post(page(topic), sent).status_code == 302
    for who in (asker, other):
        text = signed_in(who).get(page(topic, "topic")).content.decode()
        assert "TLP:CLEAR since" in text
        assert 'set by <bdi dir="auto">Awa Asks</bdi>' in text
        assert WHY in text
        assert "TLP:CLEAR" in text
    assert page(topic) not in signed_in(other).get(page(topic, "topic")).content.decode()


def test_a_lowering_by_page_asks_for_a_fresh_factor(asker):
    topic = begin(asker)
    sent = {"label": "CLEAR", "seen": "GREEN", "reason": WHY}
    assert signed_in(asker, fresh=False).post(page(topic), sent).status_code == 302
    assert label_of(topic) == "GREEN"
    raised = begin(asker, label="CLEAR")
    signed_in(asker, fresh=False).post(page(raised), {"label": "GREEN", "seen": "CLEAR"})
    assert label_of(raised) == "GREEN", "raising is open at once"


def test_moderators_in_reach_raise_and_never_lower(asker):
    near = verified(staff("focal-point", region_id="west-africa"))
    topic = begin(asker, label="CLEAR")
    relabel(near, topic, "GREEN", reason="")
    assert label_of(topic) == "GREEN"
    row = AuditRow.objects.get(event="label.set")
    assert (row.actor, row.about) == (str(near.public_id), str(asker.public_id))
    with pytest.raises(NotAllowed):
        relabel(near, topic, "CLEAR")
    text = signed_in(near).get(page(topic)).content.decode()
    assert "Only who began the topic may lower its label." in text
    answer_ = signed_in(near).post(page(topic), {"label": "CLEAR", "seen": "GREEN", "reason": WHY})
    assert answer_.status_code == 404
    leader = reader()
    inside = begin(asker, group(asker, leads=leader).space, label="CLEAR")
    relabel(leader, inside, "GREEN")
    with pytest.raises(NotAllowed):
        relabel(leader, inside, "CLEAR")
    assert label_of(inside) == "GREEN"


def test_what_others_wrote_under_green_is_lowered_by_nobody(asker, other):
    made = group(asker, other, leads=reader())
    topic = begin(asker, made.space, label="CLEAR")
    early = answer(other, topic, "Written for anyone")
    relabel(asker, topic, "GREEN")
    relabel(asker, topic, "CLEAR")
    relabel(asker, topic, "GREEN")
    late = answer(other, topic, "Written for the community")
    with pytest.raises(Conflict, match="Others have written here under TLP:GREEN"):
        relabel(asker, topic, "CLEAR")
    moderating.hide_reported(actor=asker, post=late, reason="A name")
    with pytest.raises(Conflict):
        relabel(asker, topic, "CLEAR")  # a hidden post can be shown again
    sentence = "must not go further than they chose"
    assert sentence in signed_in(asker).get(page(topic)).content.decode()
    moderating.restore_reported(actor=asker, post=late)
    editing.delete(actor=other, post=late)
    editing.edit(actor=other, post=early, text="Edited for the community", seen=0)
    with pytest.raises(Conflict):
        relabel(asker, topic, "CLEAR")
    editing.delete(actor=other, post=early)
    relabel(asker, topic, "CLEAR")
    assert label_of(topic) == "CLEAR"


def test_locked_and_closed_topics_are_raised_but_not_lowered(asker):
    leader = reader()
    made = group(asker, leads=leader)
    topic = begin(asker, made.space)
    moderating.lock(actor=leader, topic=topic, on=True)
    with pytest.raises(Conflict):
        relabel(asker, topic, "CLEAR")
    open_one = begin(asker, made.space, label="CLEAR")
    moderating.lock(actor=leader, topic=open_one, on=True)
    relabel(asker, open_one, "GREEN")
    assert [label_of(one) for one in (topic, open_one)] == ["GREEN", "GREEN"]


def test_a_stale_form_changes_nothing_and_may_be_sent_again(asker):
    topic = begin(asker, label="CLEAR")
    browser = signed_in(asker)
    relabel(asker, topic, "GREEN")
    answer_ = browser.post(page(topic), {"label": "GREEN", "seen": "CLEAR"})
    text = answer_.content.decode()
    assert answer_.status_code == 409
    assert "The label was changed meanwhile." in text
    assert 'name="seen" value="GREEN"' in text
    assert 'name="label" value="CLEAR"' in text
    assert label_of(topic) == "GREEN"


@pytest.mark.parametrize("label", ["", "AMBER", "AMBER+STRICT", "RED", "green", "TLP:GREEN", "x"])
def test_unknown_and_stricter_labels_are_refused_in_a_sentence(label, asker):
    for now in ("CLEAR", "GREEN"):
        topic = begin(asker, label=now)
        sent = {"label": label, "seen": now, "reason": WHY}
        answer_ = signed_in(asker).post(page(topic), sent)
        assert answer_.status_code == 400
        strict = label in {"AMBER", "AMBER+STRICT", "RED"}
        sentence = "stricter belongs into a sealed room" if strict else "Choose a label."
        assert sentence in answer_.content.decode()
        assert label_of(topic) == now
    assert not AuditRow.objects.filter(event__startswith="label.").exists()


def test_nobody_writes_further_than_she_saw(asker, other):
    topic = begin(asker)
    browser = signed_in(other)
    text = browser.get(page(topic, "topic")).content.decode()
    assert 'name="seen_label" value="GREEN"' in text
    relabel(asker, topic, "CLEAR")
    sent = {"text": "For the community alone", "seen_label": "GREEN"}
    answer_ = browser.post(page(topic, "reply"), sent)
    text = answer_.content.decode()
    assert "lowered to TLP:CLEAR" in text
    assert "For the community alone" in text
    assert 'name="seen_label" value="CLEAR"' in text
    assert topic.posts.count() == 1
    assert browser.post(page(topic, "reply"), sent | {"seen_label": "CLEAR"}).status_code == 302
    mine = topic.posts.get(author=other)
    with pytest.raises(Conflict):
        editing.edit(actor=other, post=mine, text="More", seen=0, seen_label="GREEN")
    relabel(asker, topic, "GREEN")
    writing.reply(actor=other, topic=topic, text="Raised is no reason", seen_label="CLEAR")


def test_a_topic_is_not_wider_than_what_it_is_about(asker):
    green, clear = record("Wiesel study", "GREEN"), record("Marder study", "CLEAR")
    first = begin(asker, about=f"publication:{green.public_id}")
    second = begin(asker, about=f"publication:{clear.public_id}")
    with pytest.raises(Conflict, match="is not TLP:CLEAR"):
        relabel(asker, first, "CLEAR")
    relabel(asker, second, "CLEAR")
    type(green).objects.filter(pk=green.pk).update(label="AMBER", source=None)
    with pytest.raises(Conflict):
        relabel(asker, first, "CLEAR")  # she sees it no more


def test_moves_search_and_files_follow_the_label(asker, other, settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"
    leader = reader()
    made = group(asker, other, leads=leader)
    upload = SimpleUploadedFile("x.pdf", pdf(), "application/pdf")
    topic = begin(asker, made.space, label="CLEAR", text="Goldammer", uploads=[upload])
    stored = StoredFile.objects.get(purpose="discussion")
    file = reverse("stored_file", args=[stored.public_id])
    relabel(asker, topic, "GREEN")
    stored.refresh_from_db()
    assert stored.label == "GREEN"
    with pytest.raises(Invalid):
        moderating.move(actor=leader, topic=topic, space=space())
    for who, seen in ((other, True), (reader(), False)):
        found = finding.page(who, finding.Asked(terms=("goldammer",)))
        assert [row["label"] for row in found["rows"]] == (["GREEN"] if seen else [])
        assert (signed_in(who).get(file).status_code == 200) is seen
    facts = json.loads(AuditRow.objects.get(event="file.read").body)["facts"]
    assert facts == {"label": "GREEN"}
    relabel(asker, topic, "CLEAR")
    stored.refresh_from_db()
    assert stored.label == "CLEAR"
    moderating.move(actor=leader, topic=topic, space=space())
    outside = reader()
    found = finding.page(outside, finding.Asked(terms=("goldammer",)))
    assert [row["label"] for row in found["rows"]] == ["CLEAR"]


def test_with_the_account_go_name_and_reason(asker, other):
    topic = begin(asker)
    relabel(asker, topic, "CLEAR")
    assert any(row["kind"] == "label of a topic" for row in rights.give(asker))
    rights.erase(asker)
    topic.refresh_from_db()
    assert (topic.labelled_by, topic.label_why) == (None, "")
    assert topic.labelled_at is not None
    text = signed_in(other).get(page(topic, "topic")).content.decode()
    assert WHY not in text
    assert "Awa Asks" not in text


@pytest.mark.django_db(transaction=True)
def test_open_pages_hear_of_it_and_show_the_label(asker, other):
    topic = begin(asker, label="CLEAR")

    async def scene(communicator):
        await sync_to_async(relabel)(asker, topic, "GREEN")
        assert json.loads(await communicator.receive_from(timeout=5)) == {"v": 1, "t": "changed"}

    opened(signed_in(other), scene, path=f"/ws/discussions/{topic.public_id}/")
    newer = page(topic, "newer") + "?after=1&label="
    browser = signed_in(other)
    assert (
        "The label of this topic is TLP:GREEN now." in browser.get(newer + "CLEAR").content.decode()
    )
    for same in ("GREEN", "", "<x>"):
        assert "is TLP:GREEN now" not in browser.get(newer + same).content.decode()
