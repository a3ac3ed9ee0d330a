"""Random people, groups, labels and registrations: what an event says reaches nobody else."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.events import asking, calendars, pages, registering, search
from community.events.permissions import fits, managed, visible
from portal.markings.audience import key_of
from portal.markings.models import Reader
from portal.notifications.models import Notification
from portal.permissions import forget
from portal.shared import clock
from portal.shared.errors import Conflict, NotAllowed
from tests import people
from tests.community.events.meetings import group, meeting, place, verified

LABELS = st.sampled_from(["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED", ""])
STATES = st.sampled_from(["in", "waiting", "asked", "declined"])
EVENTS = st.lists(
    st.tuples(LABELS, st.booleans(), st.booleans(), st.one_of(st.none(), STATES), st.booleans()),
    min_size=1, max_size=5,
)  # fmt: skip


class Leaks(TestCase):
    """Each event: label, of a group or not, of her organisation or not, her state, named or not."""

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(EVENTS, st.booleans(), st.sampled_from(["member", "gone", "person"]))
    def test_nothing_reaches_who_may_not_know(self, rows, is_inside, kind):
        person = people.person() if kind == "person" else people.member()
        verified(person)
        circle = group(*([person] if is_inside else []))
        made = [self._make(number, row, circle, person, kind) for number, row in enumerate(rows)]
        secret = calendars.renew_feed(actor=person) if kind != "person" else ""
        if kind == "gone":
            person.membership.state = "suspended"
            person.membership.save()
            forget(person)
        allowed = {row.pk for row in made if fits(person, row)}
        assert {row.pk for row in visible(person)} == allowed
        assert {row.pk for row in managed(person)} <= allowed
        assert (kind == "member") or not allowed
        page = pages.list_page(person, asking.Asked())
        shown = {row.title for row in page["rows"]}
        assert shown == {row.title for row in made if row.pk in allowed}
        found = search.find(["canary"], "en", person, 50, 0)
        assert found.total == len(allowed)
        assert {hit.title for hit in found.hits} == shown
        self._feed(secret, kind, made, allowed)
        self._links(person, made, allowed)
        assert not Notification.objects.filter(user=person).exists()

    def _make(self, number, row, circle, person, kind):
        label, of_group, is_own, state, is_named = row
        made = meeting(
            title=f"Canary{number}", label=label, kind="case", group=circle if of_group else None,
            join_link=f"https://meet.example/link{number}",
        )  # fmt: skip
        if is_own and kind != "person":
            made.source = person.membership.organisation
            made.save()
        if is_named:
            Reader.objects.create(**key_of(made), person=person, given_at=clock.now())
        if state:
            place(made, person, state)
        return made

    def _feed(self, secret, kind, made, allowed):
        if kind != "member":
            with pytest.raises(NotAllowed):
                calendars.feed(secret, str)
            return
        text = calendars.feed(secret, str)
        for row in made:
            told = row.label in ("CLEAR", "GREEN")
            has_place = row.registrations.filter(state="in").exists()
            assert (row.title in text) == (row.pk in allowed and told and has_place)
            assert (str(row.public_id) in text) == (row.pk in allowed and has_place)
            assert row.join_link not in text

    def _links(self, person, made, allowed):
        for row in made:
            may = row.pk in allowed and row.registrations.filter(state="in").exists()
            with clock.held(row.starts_at - timedelta(minutes=5)):
                try:
                    assert registering.join(actor=person, meeting=row) == row.join_link
                    assert may
                except (NotAllowed, Conflict):
                    assert not may
