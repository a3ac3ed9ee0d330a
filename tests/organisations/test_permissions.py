"""Predicate and list agree; nobody reaches beyond the scope of a role."""

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser

from portal.organisations import permissions
from portal.shared.errors import NotAllowed
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisations():
    return [
        people.organisation(country=country, state=state)
        for country, state in itertools.product(("SN", "GH", "UA", "XK"), ("active", "proposed"))
    ]


def scopes(organisations):
    yield {}
    for region in ("west-africa", "SN", "western-balkans", "FR"):
        yield {"region_id": region}
    yield {"organisation": organisations[0]}
    yield {"organisation": organisations[0], "region_id": "west-africa"}
    yield {"organisation": organisations[0], "region_id": "UA"}
    yield {"language": "fr"}


@pytest.mark.parametrize("role", ["focal-point", "administrator", "trainer", "reviewer"])
def test_predicate_and_list_agree_for_every_scope(organisations, role):
    for scope in scopes(organisations):
        user = people.staff(role, of=organisations[0], **scope)
        listed = set(permissions.organisations_kept_by(user))
        alone = {row for row in organisations if permissions.can_keep(user, row)}
        assert listed & set(organisations) == alone, (role, scope)
        assert bool(listed) <= permissions.is_keeper(user)


def test_scope_reaches_what_it_names(organisations):
    user = people.staff("focal-point", of=organisations[0], region_id="west-africa")
    assert {row.country_id for row in permissions.organisations_kept_by(user)} == {"SN", "GH"}
    assert set(permissions.countries_of(user)) == {
        "BJ", "BF", "CI", "CV", "GM", "GH", "GN", "GW", "LR", "ML", "MR", "NE", "NG", "SN", "SL",
        "TG",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["visitor", "learner", "courier", "member"])
def test_others_keep_nothing(organisations, kind):
    user = {
        "visitor": AnonymousUser,
        "learner": people.person,
        "courier": lambda: people.member(tier="courier"),
        "member": people.member,
    }[kind]()
    assert not permissions.is_keeper(user)
    assert not permissions.organisations_kept_by(user).exists()
    with pytest.raises(NotAllowed):
        permissions.get_kept_organisation_for(user, organisations[0].public_id)


def test_courier_with_a_grant_keeps_nothing(organisations):
    user = people.member(tier="courier")
    people.with_role(user, "administrator")
    assert not permissions.organisations_kept_by(user).exists()


@pytest.mark.parametrize("kind", ["visitor", "learner", "courier"])
def test_directory_is_for_members(organisations, kind):
    user = {
        "visitor": AnonymousUser,
        "learner": people.person,
        "courier": lambda: people.member(tier="courier"),
    }[kind]()
    assert not permissions.organisations_visible_to(user).exists()
    with pytest.raises(NotAllowed):
        permissions.get_organisation_for(user, organisations[0].public_id)


def test_directory_shows_accepted_ones_only_and_predicate_agrees(organisations):
    user = people.member()
    for row in organisations:
        listed = permissions.organisations_visible_to(user).filter(pk=row.pk).exists()
        assert listed == (row.state == "active")
        if not listed:
            with pytest.raises(NotAllowed):
                permissions.get_organisation_for(user, row.public_id)


def test_merged_one_leads_only_to_what_may_be_seen(organisations):
    senegal, ukraine = organisations[0], organisations[4]
    merged = people.organisation(country="SN", state="merged", merged_into=ukraine)
    keeper = people.staff("focal-point", of=senegal, region_id="west-africa")
    with pytest.raises(NotAllowed):
        permissions.get_kept_organisation_for(keeper, merged.public_id)
    assert permissions.get_organisation_for(people.member(), merged.public_id) == ukraine
