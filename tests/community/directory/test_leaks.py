"""What a person may not see is in no result, count, order, hit of a word, page or search.

Random people with random fields, groups and regions are looked at by random viewers. What each may
see is worked out here a second time, person by person, from what was chosen alone.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.directory import finding, memory, rows
from community.directory.asking import Asked
from community.directory.kinds import FIELDS, Sight
from community.directory.models import Profile
from community.directory.permissions import get_profile_for, shown_to, visible
from community.directory.search import find as search
from portal.organisations.regions import MEMBERS
from portal.shared import counting
from portal.shared.errors import NotAllowed
from tests.community.directory.entries import entry, focal_point, group, verified, viewer
from tests.people import organisation, person, signed_in

COUNTRIES = ("SN", "GH", "GT", "FR")
SIGHTS = st.sampled_from(list(Sight))
SECRETS = {
    "name": "Zaunkoenig", "organisation": "Rotkehlchen", "post": "Kleiber", "work": "Goldammer",
    "hours": "Amselzeit",
}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """One person: what she shows to whom, where she is, and in which of two groups."""

    sights: tuple[str, ...]
    country: str
    groups: frozenset[int]
    topics: tuple[str, ...]
    mentor: bool
    focal: bool
    listed: bool


PLANS = st.builds(
    Plan,
    sights=st.tuples(*[SIGHTS.filter(lambda one: one != Sight.NOBODY), *[SIGHTS] * 9]),
    country=st.sampled_from(COUNTRIES),
    groups=st.frozensets(st.integers(0, 1)),
    topics=st.sampled_from([(), ("cases",), ("cases", "research")]),
    mentor=st.booleans(),
    focal=st.booleans(),
    listed=st.sampled_from([True, True, True, False]),
)


def region(country: str) -> str:
    return next((group for group, codes in MEMBERS.items() if country in codes), country)


def sees(plan: Plan, me: Plan) -> set[str]:
    """The fields one person sees of another: the rule said once more."""
    found = set()
    for field, sight in zip(FIELDS, plan.sights, strict=True):
        if (
            sight == "everybody"
            or (sight == "region" and region(plan.country) == region(me.country))
            or (sight == "groups" and plan.groups & me.groups)
        ):
            found.add(field)
    return found if plan.listed and "name" in found else set()


def make(number: int, plan: Plan) -> Profile:
    office = organisation(f"{SECRETS['organisation']}{number}", plan.country, "police")
    sights = {f"show_{name}": sight for name, sight in zip(FIELDS, plan.sights, strict=True)}
    made = entry(
        f"{SECRETS['name']}{number}", of=office, post=f"{SECRETS['post']}{number}",
        work=f"{SECRETS['work']}{number}", hours=f"{SECRETS['hours']}{number}",
        topics=plan.topics, languages=["fr"], mentor=plan.mentor, mentor_topics=plan.topics,
        **sights,
    )  # fmt: skip
    if plan.focal:
        focal_point(made.person)
    if not plan.listed:
        from community.directory import services

        services.hide(actor=made.person)
    return made


def values(number: int, plan: Plan, made: Profile) -> dict[str, tuple[str, set[str]]]:
    """Facet → the field it belongs to, and the values of this person."""
    office = made.person.membership.organisation
    return {
        "country": ("country", {plan.country}),
        "region": ("country", {region(plan.country)}),
        "organisation": ("organisation", {str(office.public_id)}),
        "unit": ("organisation", {"police"}),
        "topic": ("expertise", set(plan.topics)),
        "language": ("languages", {"fr"}),
        "function": ("functions", {"tracing"} if plan.focal else set()),
        "mentor": ("mentoring", {"yes"} if plan.mentor else set()),
    }


class Leaks(TestCase):
    """Random worlds, each rolled back."""

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.lists(PLANS, min_size=2, max_size=5))
    def test_nothing_leaks(self, plans: list[Plan]) -> None:
        memory.forget()
        made = [make(number, plan) for number, plan in enumerate(plans)]
        for which in (0, 1):
            group(
                *(row.person for row, plan in zip(made, plans, strict=True) if which in plan.groups)
            )
        for at, me in enumerate(plans):
            self.look(verified(made[at].person), at, me, plans, made)

    def look(self, user: Any, at: int, me: Plan, plans: list[Plan], made: list[Profile]) -> None:
        allowed = {
            row.pk: (number, sees(plan, me))
            for number, (row, plan) in enumerate(zip(made, plans, strict=True))
            if number != at and sees(plan, me)
        }
        self.results(user, allowed, plans, made)
        self.words(user, allowed, made)
        self.spellings(user, allowed, made)
        self.pages(user, allowed, plans, made)

    def results(self, user: Any, allowed: Any, plans: list[Plan], made: list[Profile]) -> None:
        answer = finding.find(user, Asked())
        in_order = sorted(allowed, key=lambda key: allowed[key][0])
        assert answer.keys == in_order
        assert answer.total == len(allowed)
        assert set(visible(user).values_list("pk", flat=True)) == set(allowed)
        expected: dict[str, dict[str, set[int]]] = {facet: {} for facet in answer.counts}
        for key, (number, fields) in allowed.items():
            for facet, (field, chosen) in values(number, plans[number], made[number]).items():
                if field in fields:
                    for value in chosen:
                        expected[facet].setdefault(value, set()).add(key)
        counted = {facet: {v: len(k) for v, k in rows.items()} for facet, rows in expected.items()}
        assert answer.counts == counted
        assert set(answer.names) == set(counted["organisation"])
        every = {
            facet: {
                one for n, plan in enumerate(plans) for one in values(n, plan, made[n])[facet][1]
            }
            for facet in expected
        }
        for facet, known in every.items():
            for value in known:
                chosen = finding.find(user, Asked(chosen={facet: (value,)}))
                assert set(chosen.keys) == expected[facet].get(value, set()), (facet, value)
                assert chosen.total == len(chosen.keys)

    def words(self, user: Any, allowed: Any, made: list[Profile]) -> None:
        for field in ("name", "organisation", "post", "work"):
            for number, row in enumerate(made):
                word = f"{SECRETS[field]}{number}".casefold()
                hit = row.pk in allowed and field in allowed[row.pk][1]
                answer = finding.find(user, Asked(terms=(word,)))
                assert answer.keys == ([row.pk] if hit else []), (field, number)
                sorts = finding.find(user, Asked(terms=(word,), sort="confirmed"))
                assert sorts.keys == answer.keys
                totals = search([word], "en", user, 10, 0)
                assert totals.total == len(totals.hits) == (1 if hit and field == "name" else 0)

    def spellings(self, user: Any, allowed: Any, made: list[Profile]) -> None:
        """Another spelling comes from what she sees alone: the nearest of those words, or none."""
        for field in ("name", "organisation", "post", "work"):
            known = [
                f"{SECRETS[field]}{number}".casefold()
                for number, row in enumerate(made)
                if row.pk in allowed and field in allowed[row.pk][1]
            ]
            for number in range(len(made)):
                right = f"{SECRETS[field]}{number}".casefold()
                wrong = f"{right[:4]}{right[5]}{right[4]}{right[6:]}"
                for word in (right, wrong):
                    offered = finding.spelling(user, Asked(text=word, terms=(word,)))
                    near = get_close_matches(word, known, 1, finding.ALIKE)
                    expected = None if word in known or not near else near[0]
                    assert (offered and offered.text) == expected, (field, word)
                    assert offered is None or finding.find(user, offered).total

    def pages(self, user: Any, allowed: Any, plans: list[Plan], made: list[Profile]) -> None:
        for number, row in enumerate(made):
            if row.pk not in allowed:
                with pytest.raises(NotAllowed):
                    get_profile_for(user, row.public_id)
                continue
            _number, fields = allowed[row.pk]
            shown = get_profile_for(user, row.public_id)
            assert shown_to(user, shown) == fields
            card = rows.cards_of(user, [row.pk])[0]
            text = repr(card)
            for field, secret in SECRETS.items():
                assert (f"{secret}{number}" in text) == (field in fields), field
            assert bool(card.country) == ("country" in fields)
            assert bool(card.languages) == ("languages" in fields)
            assert bool(card.expertise) == ("expertise" in fields and bool(plans[number].topics))
            assert bool(card.functions) == ("functions" in fields and plans[number].focal)
            assert card.mentor == ("mentoring" in fields and plans[number].mentor)


# Addresses, as a browser asks them


def said(browser: Any, address: str) -> tuple[int, str]:
    cache.clear()
    counting.forget()
    answer = browser.get(address)
    return answer.status_code, answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("hidden", ["organisation", "post", "work", "hours"])
def test_no_page_says_a_field_she_may_not_see(hidden):
    row = entry(
        SECRETS["name"], of=organisation(SECRETS["organisation"], "GT"), post=SECRETS["post"],
        work=SECRETS["work"], hours=SECRETS["hours"], email="amsel@example.org",
        phone="+000 12345", **{f"show_{hidden}": Sight.NOBODY},
    )  # fmt: skip
    browser = signed_in(viewer())
    secret = SECRETS[hidden]
    for address in (
        reverse("members_directory"), f"{reverse('members_directory')}?q={SECRETS['name']}",
        reverse("members_person", args=[row.public_id]),
        reverse("members_ask", args=[row.public_id]), f"/en/search/?q={SECRETS['name']}",
    ):  # fmt: skip
        status, text = said(browser, address)
        assert status == 200
        assert SECRETS["name"] in text, address
        for word in (secret, "amsel@example.org", "12345", row.person.email):
            assert word not in text, (address, word)
    status, text = said(browser, f"{reverse('members_directory')}?q={secret}")
    assert str(row.public_id) not in text


@pytest.mark.django_db
def test_who_is_outside_finds_nobody():
    row = entry(SECRETS["name"])
    learner, unverified = signed_in(person()), signed_in(viewer(), verified=False)
    for browser in (learner, unverified):
        for address in (
            reverse("members_directory"), reverse("members_person", args=[row.public_id]),
            f"/en/search/?q={SECRETS['name']}", reverse("members_points"),
        ):  # fmt: skip
            _status, text = said(browser, address)
            assert str(row.public_id) not in text
            assert (
                finding.find(row.person.__class__.objects.get(pk=row.person_id), Asked()).total == 0
            )
