"""Random people give random labels to a paper: list, question, counts and files agree throughout."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.groups import paper_labels, paper_page, papers
from community.groups.models import Group
from community.groups.paper_models import Paper
from community.groups.paper_permissions import (
    lowering_of,
    may_read,
    papers_in,
    papers_visible_to,
)
from community.groups.sections import sections_for
from portal.accounts import step_up
from portal.files.permissions import may_read as may_read_file
from portal.markings.labels import Label, is_lower
from portal.markings.models import Reader
from portal.permissions import forget
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from tests import people
from tests.community.groups.made import group, paper, put, verified
from tests.files.made import pdf

LABELS = [*Label, "", "nonsense"]
steps = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(LABELS), st.sampled_from(["set", "set", "decide"])),
    max_size=8,
)  # fmt: skip


def crowd() -> tuple[list[Any], Group]:
    """The source, a colleague, a leader and a named person of other offices; and who may nothing:
    one who has left the group, a courier, a sign-in without second factor."""
    home = people.organisation()
    found = [verified(people.member(of=home)) for _ in range(2)]
    found += [verified(people.member()) for _ in range(2)]
    found += [verified(people.member(of=home)), verified(people.member(of=home, tier="courier"))]
    found.append(people.member(of=home))
    made = group(leader=found[2])
    for number in (0, 1, 3, 5, 6):
        put(made, found[number])
    return found, made


def reads(user: Any, number: int, made: Paper) -> bool:
    """The rule once more, by hand, for this crowd."""
    label = made.label
    if number > 3:
        return False
    if label in {"CLEAR", "GREEN"} or number == 0:
        return True
    named = Reader.objects.filter(key=str(made.pk), person=user).exists()
    if label == "RED":
        return named
    return number == 1 or (label == "AMBER" and named)


@pytest.mark.slow
class Random(TestCase):
    @settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
    @given(steps=steps, start=st.sampled_from(list(Label)), named=st.sets(st.sampled_from([1, 3])))
    def test_every_change_leaves_list_and_question_at_one(self, steps, start, named):
        found, where = crowd()
        upload = SimpleUploadedFile("a.pdf", pdf(), "application/pdf")
        made = paper(where, found[0], label=start)
        papers.send_file(actor=found[0], paper=made, base=1, upload=upload)
        for number in named:
            Reader.objects.create(
                kind=Paper._meta.label_lower, key=str(made.pk), person=found[number],
                given_at=clock.now(),
            )  # fmt: skip
        check(found, where)
        for who, label, deed in steps:
            (change if deed == "set" else decide)(found, who, str(label))
            check(found, where)


def change(found: list[Any], who: int, label: str) -> None:
    made = Paper.objects.select_related("group").get()
    before, saw = made.label, reads(found[who], who, made)
    try:
        with step_up.confirmed(found[who]):
            paper_labels.relabel(
                actor=found[who], paper=made, label=label, seen=before, reason="Why not"
            )
    except (NotAllowed, Conflict, Invalid):
        assert Paper.objects.get().label == before
        return
    assert saw
    assert who in {0, 2}
    after = Paper.objects.get().label
    if is_lower(label, before):
        assert who == 0
        assert after == ("RED" if before == "RED" else label)
    else:
        assert after == label


def decide(found: list[Any], who: int, label: str) -> None:
    made = Paper.objects.select_related("group").get()
    asked = lowering_of(found[who], made)
    if asked is None or not may_read(found[who], made):
        return
    assert who == 1
    with step_up.confirmed(found[who]):
        paper_labels.decide(actor=found[who], paper=made, asked=asked, granted=label != "GREEN")
    assert (Paper.objects.get().label == "RED") is (label == "GREEN")


def check(found: list[Any], where: Group) -> None:
    made = Paper.objects.select_related("group").get()
    stored = made.versions.get(number=2).file
    assert stored.label == made.label
    for number, user in enumerate(found):
        forget(user)
        hers = reads(user, number, made)
        assert may_read(user, made) is hers
        assert papers_visible_to(user).exists() is hers
        assert papers_in(user, where).exists() is hers
        assert may_read_file(user, stored) is hers
        if number < 4:
            counts = {row.name: row.count for row in sections_for(user, where)}
            assert counts["papers"] == int(hers)
            assert paper_page.listed(user, where, 1)["total"] == int(hers)
