"""Who may read what: the table of security.md 4.2, and the list that must say the same."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.files.models import StoredFile
from portal.markings.audience import in_audience, may_read, visible_to
from portal.markings.labels import Label
from portal.markings.models import Reader
from portal.permissions import forget
from portal.shared import clock
from portal.vetting.models import Membership
from tests.markings.things import named, thing, verified
from tests.people import member, organisation, person, staff

pytestmark = pytest.mark.django_db
ALL = [*Label]
NONE: list[str] = []


def readable(user, **fields) -> list[str]:
    """The labels under which the person may read a thing with these fields."""
    return [label for label in ALL if may_read(user, thing(label, **fields))]


def test_visitor_and_learner_read_clear_only():
    for user in (AnonymousUser(), verified(person())):
        assert readable(user) == ["CLEAR"]


def test_member_reads_green_and_nothing_stricter():
    assert readable(verified(member()), source=organisation()) == ["CLEAR", "GREEN"]


def test_member_without_second_factor_reads_clear_only_but_may_be_told():
    home = organisation()
    user = verified(member(of=home), yes=False)
    assert readable(user, source=home) == ["CLEAR"]
    assert in_audience(user, thing("AMBER", source=home))


def test_courier_reads_clear_only_even_in_the_source_organisation_and_as_owner():
    home = organisation(unit="courier")
    user = verified(member(of=home, tier="courier"))
    assert readable(user, source=home, owner=user, marked_by=user) == ["CLEAR"]


def test_source_organisation_reads_all_but_red():
    home = organisation()
    assert readable(verified(member(of=home)), source=home) == [
        "CLEAR",
        "GREEN",
        "AMBER",
        "AMBER+STRICT",
    ]


def test_who_marked_it_reads_all_but_the_strict_label_of_another_organisation():
    user = verified(member())
    assert readable(user, marked_by=user, source=organisation()) == [
        "CLEAR",
        "GREEN",
        "AMBER",
        "RED",
    ]
    assert readable(user, owner=user, source=None) == ALL


def test_named_person_reads_amber_and_red_not_strict():
    user, home = verified(member()), organisation()
    found = []
    for label in ALL:
        marked = thing(label, source=home)
        named(marked, person=user)
        found += [label] if may_read(user, marked) else []
    assert found == ["CLEAR", "GREEN", "AMBER", "RED"]


def test_named_organisation_reads_amber_only():
    client = organisation()
    user = verified(member(of=client))
    found = []
    for label in ALL:
        marked = thing(label, source=organisation())
        named(marked, organisation=client)
        found += [label] if may_read(user, marked) else []
    assert found == ["CLEAR", "GREEN", "AMBER"]


def test_what_was_given_ends_at_its_end():
    user = verified(member())
    with clock.held() as now:
        marked = thing("RED", source=organisation())
        named(marked, person=user, ends_at=now.moment + timedelta(hours=1))
        assert may_read(user, marked)
        now.advance(seconds=3600)
        assert not may_read(user, marked)
        assert not visible_to(user, StoredFile.objects.all()).exists()


@pytest.mark.parametrize("role", ["administrator", "focal-point", "trainer", "reviewer"])
def test_roles_override_no_label(role):
    assert readable(verified(staff(role)), source=organisation()) == ["CLEAR", "GREEN"]


@pytest.mark.parametrize(
    "change", [{"state": "suspended"}, {"state": "ended"}, {"lapses_at": clock.now()}]
)
def test_who_leaves_loses_everything_above_clear(change):
    home = organisation()
    user = verified(member(of=home))
    Membership.objects.filter(user=user).update(**change)
    forget(user)
    assert readable(user, source=home, owner=user) == ["CLEAR"]


def test_names_for_another_thing_do_not_count():
    user = verified(member())
    marked, other = thing("RED"), thing("RED")
    named(other, person=user)
    Reader.objects.create(
        kind="portal.other", key=str(marked.pk), person=user, given_at=clock.now()
    )
    assert not may_read(user, marked)
    assert list(visible_to(user, StoredFile.objects.all())) == [other]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_question_and_list_agree_for_everybody(db, data):
    """T2: may_read(user, x) exactly where x is in visible_to(user)."""
    StoredFile.objects.all().delete()
    Reader.objects.all().delete()
    homes = [organisation() for _ in range(3)]
    people = [
        verified(
            member(of=data.draw(st.sampled_from(homes)), tier=data.draw(st.sampled_from(["member", "member", "courier"]))),
            data.draw(st.sampled_from([True, True, True, False])),
        )
        for _ in range(3)
    ]  # fmt: skip
    people += [verified(person()), verified(staff("administrator", of=homes[0]))]
    somebody, somewhere = st.sampled_from([None, *people]), st.sampled_from([None, *homes])
    for _ in range(data.draw(st.integers(1, 6))):
        marked = thing(
            data.draw(st.sampled_from(["", *Label])), source=data.draw(somewhere),
            marked_by=data.draw(somebody), owner=data.draw(somebody),
        )  # fmt: skip
        ends = st.sampled_from([None, clock.now() - timedelta(1), clock.now() + timedelta(1)])
        for who in data.draw(st.lists(st.sampled_from(people), unique_by=id, max_size=2)):
            named(marked, person=who, ends_at=data.draw(ends))
        for where in data.draw(st.lists(st.sampled_from(homes), unique_by=id, max_size=2)):
            named(marked, organisation=where, ends_at=data.draw(ends))
    for user in (*people, AnonymousUser()):
        listed = list(visible_to(user, StoredFile.objects.all()))
        assert len(listed) == len(set(listed))
        assert set(listed) == {row for row in StoredFile.objects.all() if may_read(user, row)}


def test_list_takes_one_query(django_assert_num_queries):
    user = verified(member())
    visible_to(user, StoredFile.objects.all())  # the membership is read once
    with django_assert_num_queries(1):
        list(visible_to(user, StoredFile.objects.all()))
