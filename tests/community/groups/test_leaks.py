"""Random people, groups, ways to join, labels: nobody sees or counts what she may not."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.groups import asking, group_page, list_page, paper_page, permissions
from community.groups.asking import Asked
from community.groups.models import Group, GroupMember
from community.groups.paper_models import Paper, PaperVersion
from community.groups.paper_permissions import may_read, papers_in, papers_visible_to
from community.groups.sections import sections_for
from community.library import keeping_page
from community.library.models import Shelf, ShelfItem
from community.library.permissions import may_see
from portal.accounts import step_up
from portal.markings.audience import may_read as label_lets
from portal.markings.models import Reader
from portal.shared import clock
from tests import people
from tests.community.groups.made import verified
from tests.community.library.finds import record

KINDS, JOINING = ("region", "theme", "drafting"), ("open", "request", "invitation")
LABELS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED", "")
PEOPLE = ("member", "member", "member", "unverified", "courier", "ended")
place = st.sampled_from(["", "", "in", "leads", "asked", "invited"])
drawn_groups = st.lists(
    st.tuples(
        st.sampled_from(KINDS), st.sampled_from(JOINING), st.booleans(),
        st.lists(place, min_size=len(PEOPLE), max_size=len(PEOPLE)),
        st.lists(
            st.tuples(st.sampled_from(LABELS), st.integers(0, 3), st.integers(-1, 3)), max_size=3
        ),
        st.lists(st.sampled_from(LABELS), max_size=2),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


def crowd() -> list[Any]:
    """Three members of two offices, one without second factor, a courier, one who left."""
    offices = [people.organisation(), people.organisation()]
    found = []
    for number, kind in enumerate(PEOPLE):
        person = people.member(
            of=offices[number % 2], tier="courier" if kind == "courier" else "member"
        )
        if kind == "ended":
            person.membership.state = "ended"
            person.membership.save()
        found.append(person if kind == "unverified" else verified(person))
    return found


def build(crowd: list[Any], drawn: Any) -> list[Group]:
    made = []
    for number, (kind, joining, closed, places, papers, records) in enumerate(drawn):
        group = Group.objects.create(
            name=f"group{number}", purpose=f"purpose{number}", kind=kind, joining=joining,
            topic="cases", created_at=clock.now(), closed_at=clock.now() if closed else None,
        )  # fmt: skip
        for person, state in zip(crowd, places, strict=True):
            if state and not (state == "asked" and joining != "request"):
                GroupMember.objects.create(
                    group=group, person=person, since=clock.now(), leads=state == "leads",
                    state="in" if state == "leads" else state,
                )  # fmt: skip
        for label, author, named in papers:
            _paper(group, crowd, label, author, named)
        shelf = Shelf.objects.create(group=group) if records else None
        for label in records:
            row = record(f"record of {group.name}", label, marked_by=crowd[0],
                         source=crowd[0].membership.organisation)  # fmt: skip
            ShelfItem.objects.create(shelf=shelf, publication=row)
        made.append(group)
    return made


def _paper(group: Group, crowd: list[Any], label: str, author: int, named: int) -> None:
    paper = Paper.objects.create(
        group=group, title=f"paper of {group.name}", language="en", label=label, latest=1,
        marked_by=crowd[author], source=crowd[author].membership.organisation,
        created_at=clock.now(), changed_at=clock.now(),
    )  # fmt: skip
    PaperVersion.objects.create(paper=paper, number=1, text="x", html="x", at=clock.now())
    if named >= 0:
        Reader.objects.create(
            kind=Paper._meta.label_lower, key=str(paper.pk), person=crowd[named],
            given_at=clock.now(),
        )  # fmt: skip


def counts_inside(person: Any, row: GroupMember | None, kind: str) -> bool:
    """By hand: a member in force, with a second factor, whose row says that she is in."""
    return kind == "member" and row is not None and row.state == "in"


class Leaks(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(drawn_groups)
    def test_lists_counts_and_pages_hold_what_a_person_may_see_and_nothing_else(
        self, drawn: Any
    ) -> None:
        found = crowd()
        groups = build(found, drawn)
        rows = {(row.group_id, row.person_id): row for row in GroupMember.objects.all()}
        for person, kind in zip(found, PEOPLE, strict=True):
            known, inside = set(), set()
            for group in groups:
                row = rows.get((group.pk, person.pk))
                if counts_inside(person, row, kind):
                    inside.add(group.pk)
                invited = row is not None and row.state != "asked"
                if kind == "member" and (group.joining != "invitation" or invited):
                    known.add(group.pk)
            self._knows(person, groups, known)
            self._is_inside(person, groups, inside, found, rows)

    def _knows(self, person: Any, groups: list[Group], known: set[int]) -> None:
        assert set(permissions.visible(person).values_list("pk", flat=True)) == known
        seen: list[Any] = []
        for asked in (
            Asked(), Asked(terms=("group0",), text="group0"),
            Asked(chosen={asking.KIND: ("theme",)}),
        ):  # fmt: skip
            page = list_page.page(person, asked)
            lists = [page[name] for name in ("mine", "invited", "waiting", "rows")]
            shown = [row for rows in lists for row in rows]
            assert {row.group.pk for row in shown} <= known
            seen += [row.group.pk for row in page["rows"]]
            own = {row.group.pk for name in ("mine", "invited", "waiting") for row in page[name]}
            closed = {row.group.pk for row in shown if row.way == "closed"}
            # An invitation to a group that closed meanwhile stands in none of the lists.
            others = [g for g in groups if g.pk in known - own]
            assert page["others"] <= len(others)
            counted = sum(o["count"] for f in page["facets"] if f["name"] == "kind"
                          for o in f["options"])  # fmt: skip
            assert counted <= len(others), (counted, closed)
        assert set(seen) <= known

    def _is_inside(
        self, person: Any, groups: list[Group], inside: set[int], crowd: list[Any], rows: Any
    ) -> None:
        assert set(permissions.inside(person).values_list("pk", flat=True)) == inside
        allowed = set()
        for group in groups:
            there = group.pk in inside
            members = {
                one.pk for one, kind in zip(crowd, PEOPLE, strict=True)
                if kind in {"member", "unverified"}
                and getattr(rows.get((group.pk, one.pk)), "state", "") == "in"
            } if there else set()  # fmt: skip
            shown = permissions.members_of(person, group)
            assert set(shown.values_list("person", flat=True)) == members
            assert not permissions.waiting_in(person, group).exists() or permissions.leads(
                person, group
            )
            readable = {
                paper.pk for paper in group.papers.all() if there and label_lets(person, paper)
            }
            allowed |= readable
            assert set(papers_in(person, group).values_list("pk", flat=True)) == readable
            for paper in group.papers.all():
                assert may_read(person, paper) == (paper.pk in readable)
            if there:
                self._pages(person, group, members, readable)
        assert set(papers_visible_to(person).values_list("pk", flat=True)) == allowed

    def _pages(self, person: Any, group: Group, members: set[int], readable: set[int]) -> None:
        on_shelf = ShelfItem.objects.filter(shelf__group=group).select_related("publication")
        seen = [item for item in on_shelf if may_see(person, item.publication)]
        counts = {row.name: row.count for row in sections_for(person, group)}
        assert counts["members"] == len(members)
        assert counts["papers"] == len(readable)
        assert counts["shelf"] == len(seen)
        assert len(group_page.shelf(person, group, "en")["rows"]) == len(seen)
        with step_up.confirmed(person):
            listed = paper_page.listed(person, group, 1)
        assert {row.pk for row in listed["rows"]} == readable
        assert listed["total"] == len(readable)
        places = keeping_page.places(person)["group_shelves"]
        assert group.closed_at is None or group.pk not in {row.pk for row in places}
