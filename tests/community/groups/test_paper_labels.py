"""The label of a paper: raised by source and leaders, lowered by the source, from RED by two."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from community.groups import (
    commenting,
    joining,
    leading,
    paper_labels,
    paper_permissions,
    papers,
    readers,
    rights,
)
from community.groups.paper_models import Paper
from community.groups.paper_permissions import papers_in, papers_visible_to
from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.markings.models import LoweringRequest
from portal.notifications.models import Notification
from portal.permissions import forget
from portal.shared.errors import Conflict, Invalid, NotAllowed
from tests import people
from tests.community.groups.made import at, group, inside, member, paper, put
from tests.files import made as files

pytestmark = pytest.mark.django_db
WHY = "It was published."


@pytest.fixture
def lead():
    return member("Lena Leads")


@pytest.fixture
def where(lead):
    return group(leader=lead)


@pytest.fixture
def author(where):
    return inside(where, "Amina Author")


def relabel(actor: Any, made: Paper, label: str, **sent: Any) -> None:
    """Change a label as somebody who saw the present one and confirmed her factor lately."""
    seen = Paper.objects.get(pk=made.pk).label
    with step_up.confirmed(actor):
        paper_labels.relabel(
            actor=actor, paper=made, label=label, **{"seen": seen, "reason": WHY} | sent
        )


def label_of(made: Paper) -> str:
    return Paper.objects.get(pk=made.pk).label


def colleague(where: Any, author: Any, made: Paper | None = None) -> Any:
    """Somebody of the author's organisation in the group, named as a reader of a paper."""
    found = member(of=author.membership.organisation)
    put(where, found)
    if made is not None:
        with step_up.confirmed(author):
            readers.choose(actor=author, paper=made, people=[found.public_id])
    return found


def test_all_that_belongs_to_a_paper_follows_its_label(where, author):
    other = inside(where, "Otto Other")
    made = paper(where, author)
    said = commenting.say(actor=other, version=made.versions.get(), text="Why?")
    upload = SimpleUploadedFile("a.pdf", files.pdf(), "application/pdf")
    papers.send_file(actor=author, paper=made, base=1, upload=upload)
    stored = made.versions.get(number=2).file
    browser = people.signed_in(other)
    pages = [
        at("community_paper", where, made), at("community_paper_version", where, made, 1),
        at("community_paper_file", where, made, 2), at("community_paper_write", where, made),
        at("community_paper_answer", where, made, said),
        reverse("stored_file", args=[stored.public_id]),
    ]  # fmt: skip
    assert {browser.get(page).status_code for page in pages} == {200}
    relabel(author, made, "AMBER", reason="")
    stored.refresh_from_db()
    assert stored.label == "AMBER"
    assert {browser.get(page).status_code for page in pages} == {404}
    assert made.title not in browser.get(at("community_group_papers", where)).content.decode()
    assert not papers_in(other, where).exists()
    relabel(author, made, "GREEN")
    stored.refresh_from_db()
    assert stored.label == "GREEN"
    assert {browser.get(page).status_code for page in pages} == {200}
    rows = AuditRow.objects.filter(event__startswith="label.").order_by("pk")
    assert [row.event for row in rows] == ["label.set", "label.lowered"]
    assert json.loads(rows[1].body)["facts"] == {"old": "AMBER", "label": "GREEN"}
    assert WHY not in rows[1].body
    text = browser.get(pages[0]).content.decode()
    assert "TLP:GREEN since" in text
    assert "Amina Author" in text
    assert WHY in text


def test_leaders_raise_and_lose_sight_but_never_lower(where, author, lead):
    made = paper(where, author)
    browser = people.signed_in(lead)
    address = at("community_paper_label", where, made)
    text = browser.get(address).content.decode()
    assert 'value="AMBER"' in text
    assert 'value="CLEAR"' not in text
    sent = {"seen": "GREEN", "reason": WHY}
    assert browser.post(address, sent | {"label": "CLEAR"}).status_code == 400
    with pytest.raises(NotAllowed):
        relabel(lead, made, "CLEAR")
    answer = browser.post(address, sent | {"label": "AMBER"})
    assert answer["Location"] == at("community_group_papers", where), "she reads it no more"
    assert label_of(made) == "AMBER"
    assert browser.get(address).status_code == 404
    with pytest.raises(NotAllowed):
        relabel(lead, made, "RED")


def test_lowering_wants_a_reason_and_a_fresh_factor(where, author):
    made = paper(where, author, label="AMBER")
    known = {"actor": author, "paper": made, "label": "GREEN", "seen": "AMBER"}
    with pytest.raises(step_up.Needed):
        paper_labels.relabel(**known, reason=WHY)
    for reason in ("", "  ", "x" * 501):
        with step_up.confirmed(author), pytest.raises(Invalid):
            paper_labels.relabel(**known, reason=reason)
    address = at("community_paper_label", where, made)
    sent = {"label": "GREEN", "seen": "AMBER", "reason": WHY}
    assert people.signed_in(author, fresh=False).post(address, sent).status_code == 302
    assert label_of(made) == "AMBER"
    people.signed_in(author).post(address, sent)
    assert label_of(made) == "GREEN"


def asked(where: Any, author: Any) -> tuple[Paper, Any]:
    """A RED paper whose author wishes it GREEN, and the colleague who may confirm."""
    made = paper(where, author, label="RED")
    second = colleague(where, author, made)
    relabel(author, made, "GREEN")
    assert label_of(made) == "RED"
    return made, second


def test_red_stays_until_a_second_reader_of_the_source_confirms(where, author, lead):
    made, second = asked(where, author)
    address = at("community_paper_lowering", where, made)
    stranger = inside(where, "Stella Stranger")
    with step_up.confirmed(author):
        readers.choose(actor=author, paper=made, people=[second.public_id, stranger.public_id])
    unnamed = colleague(where, author)
    for who in (author, lead, stranger, unnamed, member(of=author.membership.organisation)):
        browser = people.signed_in(who)
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"choice": "confirm"}).status_code == 404
    told = Notification.objects.filter(verb="group-paper").values_list("user", flat=True)
    assert set(told) == {second.pk}
    browser = people.signed_in(second)
    assert address in browser.get(at("community_paper", where, made)).content.decode()
    assert WHY in browser.get(address).content.decode()
    assert browser.post(address, {"choice": "nonsense"}).status_code == 200
    assert (
        people.signed_in(second, fresh=False).post(address, {"choice": "confirm"}).status_code
        == 302
    )
    assert label_of(made) == "RED"
    assert browser.post(address, {"choice": "confirm"}).status_code == 302
    assert label_of(made) == "GREEN"
    assert papers_in(lead, where).exists()
    assert Paper.objects.get().labelled_by == author
    assert Notification.objects.filter(verb="group-paper", user=author).exists()
    assert browser.get(address).status_code == 404


def test_refused_it_stays_and_decided_is_decided(where, author):
    made, second = asked(where, author)
    with pytest.raises(Conflict):
        relabel(author, made, "CLEAR")  # one wish at a time
    wish = LoweringRequest.objects.get()
    with step_up.confirmed(second):
        paper_labels.decide(actor=second, paper=made, asked=wish, granted=False)
        with pytest.raises(Conflict):
            paper_labels.decide(actor=second, paper=made, asked=wish, granted=True)
    assert label_of(made) == "RED"
    relabel(author, made, "AMBER")
    assert LoweringRequest.objects.filter(decided_at=None).get().label == "AMBER"


@pytest.mark.parametrize("who", ["asker", "second"])
@pytest.mark.parametrize("how", ["left", "ended"])
def test_who_is_gone_neither_asks_nor_confirms(who, how, where, author):
    made, second = asked(where, author)
    wish, gone = LoweringRequest.objects.get(), author if who == "asker" else second
    if how == "left":
        joining.leave(actor=gone, group=where)
    else:
        gone.membership.state = "ended"
        gone.membership.save()
        forget(gone)
    with step_up.confirmed(second), pytest.raises((NotAllowed, Conflict)):
        paper_labels.decide(actor=second, paper=made, asked=wish, granted=True)
    address = at("community_paper_lowering", where, made)
    assert people.signed_in(second).get(address).status_code == 404
    assert label_of(made) == "RED"


def test_no_paper_is_made_red_out_of_everybodys_reach(where, author, lead):
    made = paper(where, author)
    joining.leave(actor=author, group=where)
    with pytest.raises(Invalid):
        relabel(lead, made, "RED")
    text = people.signed_in(lead).get(at("community_paper_label", where, made)).content.decode()
    assert 'value="RED"' not in text
    relabel(lead, made, "AMBER")


def test_closed_and_agreed_papers_are_raised(where, author, lead):
    made = paper(where, author)
    papers.agree(actor=author, paper=made)
    relabel(author, made, "AMBER")
    leading.close(actor=lead, group=where)
    with pytest.raises(Conflict):
        relabel(author, made, "GREEN")
    relabel(author, made, "AMBER+STRICT")
    assert label_of(made) == "AMBER+STRICT"


def test_nobody_writes_further_than_she_saw(where, author):
    made = paper(where, author, label="AMBER")
    other = colleague(where, author)
    browser = people.signed_in(other)
    form = browser.get(at("community_paper_write", where, made)).content.decode()
    assert 'name="seen_label" value="AMBER"' in form
    assert (
        'name="seen_label" value="AMBER"'
        in browser.get(at("community_paper", where, made)).content.decode()
    )
    relabel(author, made, "GREEN")
    kept = "For my organisation alone"
    sent = {"base": "1", "text": kept, "seen_label": "AMBER"}
    for address in (
        at("community_paper_write", where, made), at("community_paper_comment", where, made, 1),
    ):  # fmt: skip
        answer = browser.post(address, sent)
        text = answer.content.decode()
        assert answer.status_code == 409
        assert "lowered to TLP:GREEN" in text
        assert kept in text
        assert 'name="seen_label" value="GREEN"' in text
    upload = SimpleUploadedFile("a.pdf", files.pdf(), "application/pdf")
    with pytest.raises(Conflict):
        papers.send_file(actor=other, paper=made, base=1, upload=upload, seen_label="AMBER")
    assert Paper.objects.get().latest == 1
    assert (
        browser.post(
            at("community_paper_write", where, made), sent | {"seen_label": "GREEN"}
        ).status_code
        == 302
    )


STRANGERS = ("visitor", "outsider", "same_office", "inside", "ended", "left", "courier",
             "unverified", "leader_elsewhere", "focal_point")  # fmt: skip


def stranger(kind: str, where: Any, author: Any, made: Paper) -> Any:
    """Somebody who may not change the label of an AMBER paper, or not now."""
    if kind == "visitor":
        return None
    if kind == "inside":
        return colleague(where, author)
    if kind in {"ended", "unverified", "left"}:
        if kind == "ended":
            author.membership.state = "ended"
            author.membership.save()
        if kind == "left":
            joining.leave(actor=author, group=where)
        return author
    found = people.member(
        of=author.membership.organisation, tier="courier" if kind == "courier" else "member"
    )
    if kind == "courier":
        put(where, found)
    if kind == "leader_elsewhere":
        group(leader=found)
    if kind == "focal_point":
        found = people.staff("administrator", of=author.membership.organisation)
    return found


@pytest.mark.parametrize("label", ["GREEN", "AMBER", "RED"])
@pytest.mark.parametrize("kind", STRANGERS)
def test_nobody_else_changes_a_label_or_hears_of_the_paper(kind, label, where, author, client):
    made = paper(where, author, label=label)
    who = stranger(kind, where, author, made)
    browser = client if who is None else people.signed_in(who, verified=kind != "unverified")
    sent = {"label": "AMBER+STRICT", "seen": label, "reason": WHY, "choice": "confirm"}
    for name in ("community_paper_label", "community_paper_lowering"):
        for wanted in ("AMBER+STRICT", "CLEAR"):
            for reply in (
                browser.get(at(name, where, made)),
                browser.post(at(name, where, made), sent | {"label": wanted}),
            ):
                gone = {302} if kind in {"visitor", "unverified"} else {404}
                assert reply.status_code in gone
                assert made.title not in reply.content.decode()
    if who is not None:
        forget(who)
        who.is_verified = lambda: kind != "unverified"
        for wanted in ("AMBER+STRICT", "CLEAR"):
            with pytest.raises(NotAllowed):
                relabel(who, made, wanted)
    assert label_of(made) == label
    assert not LoweringRequest.objects.exists()


@pytest.mark.parametrize("label", ["", "amber", "TLP:RED", "nonsense", "GREEN"])
def test_unknown_labels_and_stale_forms_change_nothing(label, where, author):
    made = paper(where, author)
    browser = people.signed_in(author)
    address = at("community_paper_label", where, made)
    assert (
        browser.post(address, {"label": label, "seen": "GREEN", "reason": WHY}).status_code == 400
    )
    with pytest.raises(Invalid):
        relabel(author, made, label)
    for seen in ("AMBER", "", "nonsense"):
        answer = browser.post(address, {"label": "AMBER", "seen": seen})
        assert answer.status_code == 409
        assert "The label was changed meanwhile." in answer.content.decode()
        assert 'name="seen" value="GREEN"' in answer.content.decode()
    assert label_of(made) == "GREEN"
    assert browser.post(address, {"label": "AMBER", "seen": "GREEN"}).status_code == 302


def test_a_paper_of_another_group_is_not_reached_through_ones_own(where, author):
    made, own = paper(where, author), group(leader=member())
    leader = own.members.get().person
    for name in ("community_paper_label", "community_paper_lowering"):
        assert people.signed_in(leader).get(at(name, own, made)).status_code == 404
    with pytest.raises(NotAllowed):
        paper_permissions.get_labelled_for(leader, own.public_id, made.public_id)


def test_with_the_account_go_name_and_reason(where, author, lead):
    made = paper(where, author)
    relabel(author, made, "CLEAR")
    assert any(row["kind"] == "label of a paper" for row in rights.give(author))
    rights.erase(author)
    made.refresh_from_db()
    assert (made.labelled_by, made.label_why) == (None, "")
    text = people.signed_in(lead).get(at("community_paper", where, made)).content.decode()
    assert "A person whose account was deleted" in text
    assert papers_visible_to(lead).exists()
