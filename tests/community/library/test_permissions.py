"""Who sees a record: the question and the list are one rule, and both are closed by default."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.library import index, permissions
from community.library.models import Publication
from portal.markings.labels import Label
from portal.markings.models import Reader
from portal.permissions import forget
from portal.shared import clock, ids
from portal.shared.errors import NotAllowed
from portal.vetting.models import Membership
from tests.community.library.records import publication
from tests.markings.things import verified
from tests.people import member, organisation, person, staff

pytestmark = pytest.mark.django_db


def given_to(row: Publication, **reader) -> Reader:
    return Reader.objects.create(
        kind="community.publication", key=str(row.pk), given_at=clock.now(), **reader
    )


def seen(user) -> set[str]:
    return {row.title("en") for row in permissions.visible(user)}


def opened(user) -> set[str]:
    return {row.title("en") for row in permissions.openable(user)}


@pytest.fixture
def shelf():
    home = organisation()
    for label in ("", *Label):
        publication(label or "none", label, source=home)
        publication(f"{label or 'none'} asked", label, source=home, asked_for=True)
        publication(f"{label or 'none'} draft", label, source=home, asked_for=True, live=False)
    return home


PUBLIC = {"CLEAR", "CLEAR asked"}
GREEN = PUBLIC | {"GREEN", "GREEN asked"}


def test_a_visitor_and_a_learner_see_the_public_shelf(shelf):
    for user in (AnonymousUser(), verified(person()), verified(member(of=shelf, tier="courier"))):
        assert seen(user) == opened(user) == PUBLIC


def test_a_member_knows_of_amber_records_that_may_be_asked_for_and_opens_none(shelf):
    user = verified(member())
    assert seen(user) == GREEN | {"AMBER asked"}
    assert opened(user) == GREEN


def test_a_member_without_second_factor_sees_the_public_shelf(shelf):
    user = verified(member(of=shelf), yes=False)
    assert seen(user) == opened(user) == PUBLIC


def test_a_role_opens_nothing(shelf):
    assert opened(verified(staff("administrator"))) == GREEN


def test_the_source_sees_all_but_red_and_no_drafts(shelf):
    user = verified(member(of=shelf))
    labels = {"none", "CLEAR", "GREEN", "AMBER", "AMBER+STRICT"}
    assert seen(user) == opened(user) == labels | {f"{label} asked" for label in labels}


def test_an_unlabelled_record_is_never_merely_asked_for(shelf):
    assert "none asked" not in seen(verified(member()))


def test_a_grant_opens_until_its_end():
    user = verified(member())
    row = publication("x", "AMBER", source=organisation(), asked_for=True)
    with clock.held() as now:
        given_to(row, person=user, ends_at=now.moment + timedelta(hours=1))
        assert permissions.may_open(user, row)
        now.advance(seconds=3600)
        assert not permissions.may_open(user, row)
        assert permissions.may_see(user, row)


def test_who_leaves_knows_of_nothing_restricted(shelf):
    user = verified(member(of=shelf))
    Membership.objects.filter(user=user).update(state="ended")
    forget(user)
    assert seen(user) == PUBLIC


def test_missing_and_forbidden_are_the_same():
    row = publication("x", "RED")
    for public_id in (row.public_id, ids.uuid7()):
        with pytest.raises(NotAllowed):
            permissions.get_publication_for(AnonymousUser(), public_id)
        with pytest.raises(NotAllowed):
            permissions.get_openable_for(AnonymousUser(), public_id)


def test_who_may_ask_gets_the_record_and_not_the_file():
    user, row = verified(member()), publication("x", "AMBER", asked_for=True)
    assert permissions.get_publication_for(user, row.public_id) == row
    with pytest.raises(NotAllowed):
        permissions.get_openable_for(user, row.public_id)


@pytest.fixture
def cast():
    """Three organisations, and one person of every sort."""
    homes = [organisation() for _ in range(3)]
    people = [verified(member(of=home)) for home in homes]
    people.append(verified(member(of=homes[0]), yes=False))
    people.append(verified(member(of=homes[1], tier="courier")))
    people.append(verified(staff("administrator", of=homes[0])))
    return homes, [*people, verified(person())]


def draw_record(data, homes, people) -> None:
    """Store one record with any label, state, source and readers."""
    somebody, somewhere = st.sampled_from([None, *people]), st.sampled_from([None, *homes])
    ends = st.sampled_from([None, clock.now() - timedelta(1), clock.now() + timedelta(1)])
    row = publication(
        "any", data.draw(st.sampled_from(["", *Label])), source=data.draw(somewhere),
        marked_by=data.draw(somebody), live=data.draw(st.sampled_from([True, True, False])),
        asked_for=data.draw(st.booleans()),
    )  # fmt: skip
    for who in data.draw(st.lists(st.sampled_from(people), unique_by=id, max_size=2)):
        given_to(row, person=who, ends_at=data.draw(ends))
    for where in data.draw(st.lists(st.sampled_from(homes), unique_by=id, max_size=2)):
        given_to(row, organisation=where, ends_at=data.draw(ends))


def compare(people) -> None:
    """The list and the question say the same about every record, for everybody."""
    everything = list(Publication.objects.all())
    for user in (*people, AnonymousUser()):
        for listed, question in (
            (permissions.visible(user), permissions.may_see),
            (permissions.openable(user), permissions.may_open),
        ):
            found = list(listed)
            assert len(found) == len(set(found))
            assert set(found) == {row for row in everything if question(user, row)}
        assert set(permissions.openable(user)) <= set(permissions.visible(user))
        assert set(permissions.public()) <= set(permissions.openable(user))
    assert set(permissions.public()) == {row for row in everything if permissions.is_public(row)}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_question_and_list_agree_for_everybody(cast, data):
    """T2: may_see(user, x) exactly where x is in visible(user); likewise may_open, openable."""
    homes, people = cast
    with transaction.atomic():
        with index.held():
            for _number in range(data.draw(st.integers(1, 6))):
                draw_record(data, homes, people)
        compare(people)
        transaction.set_rollback(True)


def test_the_list_takes_one_query(django_assert_num_queries):
    user = verified(member())
    permissions.visible(user)  # the membership is read once
    with django_assert_num_queries(1):
        list(permissions.visible(user))
