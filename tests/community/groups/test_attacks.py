"""Whoever is not inside sees nothing of what is inside, by any address, whatever it names."""

from typing import Any

import pytest

from community.groups import commenting
from community.groups.models import GroupMember
from community.groups.paper_models import PaperComment, PaperVersion
from community.library import keeping
from community.library.models import ShelfItem
from portal.shared.errors import NotAllowed
from tests.community.groups.made import (
    at,
    group,
    inside,
    joining,
    leading,
    member,
    paper,
    papers,
    people,
    put,
    verified,
)  # fmt: skip
from tests.community.library.finds import record
from tests.community.library.shelf import end_membership

pytestmark = pytest.mark.django_db
SECRET = "Zaunkönig"


class Inside:
    """A group by invitation with a paper, a comment, a record on its shelf and two people."""

    def __init__(self, kind: str = "invitation") -> None:
        self.lead = member(f"{SECRET} Lead")
        self.group = group(kind, leader=self.lead, name=f"{SECRET} group", purpose=SECRET)
        self.person = inside(self.group, f"{SECRET} Member")
        self.paper = paper(self.group, self.lead, f"{SECRET} text", title=f"{SECRET} title")
        self.comment = commenting.say(
            actor=self.person, version=self.paper.versions.get(), text=f"{SECRET} comment"
        )
        self.record = record(f"{SECRET} study", "GREEN")
        keeping.put_for_group(actor=self.lead, group=self.group, publication=self.record)

    def inner(self) -> list[tuple[str, dict[str, Any]]]:
        """Every address of what is inside, with what a form there sends."""
        where, text, it = self.group, self.paper, self.comment
        return [
            (at("community_group_members", where), {}),
            (at("community_group_shelf", where), {}),
            (at("community_group_shelf_take", where, self.record), {}),
            (at("community_group_leave", where), {"x": "1"}),
            (at("community_group_papers", where), {}),
            (at("community_paper_new", where),
             {"title": "T", "language": "en", "label": "GREEN", "text": "T"}),
            (at("community_paper", where, text), {}),
            (at("community_paper_version", where, text, 1), {}),
            (at("community_paper_file", where, text, 1), {}),
            (at("community_paper_comment", where, text, 1), {"text": "T"}),
            (at("community_paper_write", where, text), {"base": "1", "text": "T"}),
            (at("community_paper_send", where, text), {"base": "1"}),
            (at("community_paper_state", where, text), {"choice": "agree"}),
            (at("community_paper_readers", where, text), {}),
            (at("community_paper_compare_choose", where, text), {}),
            (at("community_paper_compare", where, text, 1, 1), {}),
            (at("community_paper_answer", where, text, it), {"text": "T"}),
            (at("community_paper_settle", where, text, it), {"choice": "done"}),
            *self.of_leaders(),
        ]  # fmt: skip

    def of_leaders(self) -> list[tuple[str, dict[str, Any]]]:
        where = self.group
        return [
            (
                at("community_group_edit", where),
                {"name": "N", "purpose": "P", "kind": "drafting", "version": "1"},
            ),
            (
                at("community_group_door", where),
                {
                    "joining": "request" if where.joining == "invitation" else "invitation",
                    "version": "1",
                },
            ),
            (at("community_group_state", where), {"choice": "close"}),
            (at("community_group_invite", where), {"person": str(member("Any Body").public_id)}),
            *(
                (at(f"community_group_{deed}", where, self.person), {"reason": "R"})
                for deed in ("uninvite", "accept", "decline", "remove")
            ),
            (at("community_group_lead", where, self.person), {"choice": "name"}),
        ]

    def state(self) -> tuple[object, ...]:
        self.paper.refresh_from_db()
        self.group.refresh_from_db()
        return (
            self.group.name, self.group.kind, self.group.joining, self.group.closed_at, self.paper.latest, self.paper.agreed_at,
            list(GroupMember.objects.order_by("pk").values_list("person", "state", "leads")),
            PaperVersion.objects.count(), ShelfItem.objects.count(),
            list(PaperComment.objects.order_by("pk").values_list("text", "done_at")),
        )  # fmt: skip


def somebody(kind: str, where: Inside) -> Any:
    if kind == "courier":
        return verified(people.member(tier="courier"))
    her = member()
    if kind in {"asked", "invited"}:
        put(where.group, her, kind)
    elif kind == "left":
        put(where.group, her)
        joining.leave(actor=her, group=where.group)
    elif kind == "removed":
        row = put(where.group, her)
        leading.remove(actor=where.lead, group=where.group, place=row, reason="Reason.")
    elif kind in {"ended", "unverified"}:
        put(where.group, her, leads=kind == "unverified")
    if kind == "ended":
        end_membership(her)
    if kind == "administrator":
        her = verified(people.staff("administrator"))
    return her


@pytest.mark.parametrize("joining_kind", ["invitation", "request"])
@pytest.mark.parametrize(
    "kind",
    ["stranger", "courier", "asked", "invited", "left", "removed", "ended", "unverified",
     "administrator"],
)  # fmt: skip
def test_nobody_outside_reads_or_changes_what_is_inside(kind, joining_kind):
    where = Inside(joining_kind)
    her = somebody(kind, where)
    browser = people.signed_in(her, verified=kind != "unverified")
    before = where.state()
    for address, sent in where.inner():
        for answer in (browser.get(address), browser.post(address, sent)):
            assert answer.status_code in {302, 404, 405}, (kind, address, answer.status_code)
            if answer.status_code == 302:
                assert "/account/" in answer["Location"], (address, answer["Location"])
            for word in (f"{SECRET} text", f"{SECRET} title", f"{SECRET} Member"):
                assert word not in answer.content.decode(), (kind, address)
    assert where.state() == before
    knows = joining_kind == "request" and kind not in {"courier", "ended", "unverified"}
    answer = browser.get(at("community_group", where.group))
    assert (answer.status_code == 200) == (knows or kind == "invited"), kind
    assert f"{SECRET} Member" not in answer.content.decode()
    assert "section-nav-count" not in answer.content.decode()


def test_a_plain_member_does_nothing_of_leaders():
    where = Inside()
    browser, before = people.signed_in(where.person), where.state()
    for address, sent in where.of_leaders():
        for answer in (browser.get(address), browser.post(address, sent)):
            assert answer.status_code in {404, 405}, address
    assert where.state() == before


def test_things_of_another_group_are_not_there_below_ones_own():
    """A leader of one group, and a member of both: the address of one does not open the other."""
    mine, theirs = Inside(), Inside()
    browser, before = people.signed_in(mine.lead), theirs.state()
    put(theirs.group, mine.person)
    both = people.signed_in(mine.person)
    wrong = [
        (at("community_paper", mine.group, theirs.paper), {}),
        (at("community_paper_version", mine.group, theirs.paper, 1), {}),
        (at("community_paper_write", mine.group, theirs.paper), {"base": "1", "text": "T"}),
        (at("community_paper_state", mine.group, theirs.paper), {"choice": "agree"}),
        (at("community_paper_comment", mine.group, theirs.paper, 1), {"text": "T"}),
        (at("community_paper_settle", mine.group, theirs.paper, theirs.comment), {"choice": "done"}),
        (at("community_paper_settle", mine.group, mine.paper, theirs.comment), {"choice": "done"}),
        (at("community_paper_answer", mine.group, mine.paper, theirs.comment), {"text": "T"}),
        (at("community_paper_compare", mine.group, theirs.paper, 1, 1), {}),
        (at("community_group_remove", mine.group, theirs.person), {"reason": "R"}),
        (at("community_group_lead", mine.group, theirs.lead), {"choice": "end"}),
        (at("community_group_accept", mine.group, theirs.person), {}),
    ]  # fmt: skip
    before = theirs.state()
    for address, sent in wrong:
        for client in (browser, both):
            for answer in (client.get(address), client.post(address, sent)):
                assert answer.status_code in {404, 405}, address
    assert theirs.state() == before


def test_services_ask_again_what_the_door_asked():
    """Rights that end between the page and the deed end the deed."""
    where, her = Inside(), member()
    row = put(where.group, her)
    row.delete()
    for deed in (
        lambda: papers.write(actor=her, paper=where.paper, base=1, text="T"),
        lambda: papers.begin(actor=her, group=where.group, title="T", language="en",
                             label="GREEN", text="T"),
        lambda: papers.agree(actor=her, paper=where.paper),
        lambda: commenting.say(actor=her, version=where.paper.versions.get(), text="T"),
        lambda: commenting.settle(actor=her, comment=where.comment, done=True),
        lambda: keeping.put_for_group(actor=her, group=where.group, publication=where.record),
        lambda: keeping.take_for_group(actor=her, group=where.group, publication=where.record),
        lambda: leading.close(actor=her, group=where.group),
        lambda: leading.edit(actor=where.person, group=where.group, name="N", purpose="P",
                             kind="drafting", version=1),
        lambda: leading.change_door(actor=where.person, group=where.group, joining="request",
                                    version=1),
        lambda: joining.leave(actor=her, group=where.group),
        lambda: joining.invite(actor=where.person, group=where.group, person=her),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            deed()


def test_hostile_words_stay_words():
    lead = member('<script>alert("x")</script>')
    where = group(leader=lead, name="<b>bold</b>\u202egnp.exe", purpose="<img src=x onerror=y>")
    made = paper(where, lead, "<svg onload=x>", title="<i>title</i>")
    commenting.say(actor=lead, version=made.versions.get(), text="<u>said</u>")
    browser = people.signed_in(lead)
    for address in (
        at("community_groups"), at("community_group", where), at("community_group_members", where),
        at("community_group_papers", where), at("community_paper", where, made),
        at("community_paper_write", where, made),
    ):  # fmt: skip
        text = browser.get(address).content.decode()
        for bad in ("<script>alert", "<b>bold", "<img src=x", "<i>title", "<u>said", "<svg onload"):
            assert bad not in text, (address, bad)
