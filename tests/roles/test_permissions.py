"""Predicate and list agree: people, and proposals to confirm."""

import pytest
from django.http import Http404
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from portal.accounts.models import User
from portal.permissions import forget
from portal.roles.models import RoleGrant
from portal.roles.permissions import (
    can_confirm,
    can_see_person,
    get_grant_for,
    get_person_for,
    people_visible_to,
    waiting_for,
)
from portal.shared import clock
from tests import people

REGIONS = [None, "west-africa", "eastern-europe", "SN", "UA"]


class Agreement(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.places = [people.organisation(country=code) for code in ("SN", "GH", "UA", "DE")]
        cls.people = [people.member(of=place) for place in cls.places for _ in range(2)]
        cls.people += [people.person(), people.member(of=cls.places[0], tier="courier")]

    def grants(self, reader, rows):
        RoleGrant.objects.filter(user=reader).delete()
        for role, region, organisation in rows:
            place = None if organisation is None else self.places[organisation]
            people.with_role(reader, role, region_id=region, organisation=place)
        forget(reader)

    scopes = st.lists(
        st.tuples(
            st.sampled_from(["focal-point", "administrator", "trainer"]),
            st.sampled_from(REGIONS),
            st.sampled_from([None, 0, 1, 2]),
        ),
        max_size=3,
    )

    @settings(max_examples=150)
    @given(rows=scopes)
    def test_people(self, rows):
        reader = self.people[0]
        self.grants(reader, rows)
        listed = set(people_visible_to(reader).values_list("pk", flat=True))
        for person in User.objects.all():
            assert can_see_person(reader, person) == (person.pk in listed)

    @settings(max_examples=150)
    @given(
        rows=scopes,
        proposed=st.lists(st.tuples(st.sampled_from(REGIONS), st.integers(0, 3)), max_size=4),
    )
    def test_proposals(self, rows, proposed):
        reader = self.people[0]
        self.grants(reader, rows)
        made = [
            RoleGrant.objects.create(
                user=self.people[number],
                granted_by=self.people[3 - number],
                role="administrator",
                region_id=region,
                reason="x",
                granted_at=clock.now(),
            )
            for region, number in proposed
        ]
        listed = set(waiting_for(reader).values_list("pk", flat=True))
        for grant in made:
            assert can_confirm(reader, grant) == (grant.pk in listed)


@pytest.mark.django_db
def test_unknown_and_foreign_people_are_the_same():
    reader = people.staff("focal-point", region_id="west-africa")
    foreign = people.member(of=people.organisation(country="UA"))
    for public_id in (foreign.public_id, people.person().public_id, "0" * 32):
        with pytest.raises(Http404):
            get_person_for(reader, public_id)
    with pytest.raises(Http404):
        get_grant_for(reader, people.with_role(foreign, "trainer").public_id)
