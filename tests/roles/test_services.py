"""Granting roles: who, to whom, how far."""

from datetime import timedelta

import pytest

from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from portal.permissions import has_role
from portal.roles import services
from portal.roles.models import Role, RoleGrant
from portal.roles.scope import Scope
from portal.shared import clock
from portal.shared.errors import Invalid, NotAllowed
from portal.vetting.models import Membership
from tests import people
from tests.roles.granting import REASON, WEST, end, give

pytestmark = pytest.mark.django_db


def test_role_of_an_administrator_counts_at_once(admin, target):
    made = give(admin, target)
    assert has_role(target, Role.FOCAL_POINT)
    row = AuditRow.objects.get(event="role.granted")
    assert (row.actor, row.about) == (str(admin.public_id), str(target.public_id))
    assert REASON not in row.body
    assert Notification.objects.filter(user=target, verb="role").exists()
    assert made.confirmed_by == admin


def test_grant_without_a_fresh_factor_changes_nothing(admin, target):
    with pytest.raises(step_up.Needed):
        services.grant(actor=admin, user=target, role=Role.FOCAL_POINT, scope=WEST, reason=REASON)
    assert not RoleGrant.objects.filter(user=target).exists()


@pytest.mark.parametrize("role", ["trainer", "reviewer", "translator", "focal-point"])
def test_nobody_but_administrators_grants(target, role):
    actor = people.staff(role)
    with pytest.raises(NotAllowed):
        give(actor, target)


def test_member_cannot_grant_to_herself(target):
    with pytest.raises(NotAllowed):
        give(target, target)


def test_administrator_cannot_grant_to_himself(admin):
    with pytest.raises(Invalid):
        give(admin, admin)


def test_person_who_is_no_member_gets_no_role(admin):
    for user in (people.member(tier="courier"),):
        with pytest.raises(Invalid):
            give(admin, user)
    with pytest.raises(NotAllowed):  # nobody sees people without a membership
        give(admin, people.person())


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.FOCAL_POINT, Scope()),
        (Role.FOCAL_POINT, Scope(region_id="UA")),
        (Role.ADMINISTRATOR, Scope()),
        (Role.TRAINER, Scope()),
        (Role.REVIEWER, Scope(language="fr")),
    ],
)
def test_nobody_grants_more_than_he_holds(regional, target, role, scope):
    with pytest.raises(Invalid):
        give(regional, target, role=role, scope=scope)
    assert not RoleGrant.objects.filter(user=target).exists()


def test_regional_administrator_grants_within_his_region(regional, target):
    assert give(regional, target, scope=Scope(region_id="SN")).region_id == "SN"


def test_regional_administrator_does_not_reach_people_elsewhere(regional):
    stranger = people.member(of=people.organisation(country="UA"))
    with pytest.raises(NotAllowed):
        give(regional, stranger, scope=Scope(region_id="SN"))


def test_scope_of_an_organisation_lies_in_its_country(admin, target):
    place = target.membership.organisation
    made = give(admin, target, scope=Scope(organisation_id=place.pk))
    assert (made.region_id, made.organisation_id) == ("SN", place.pk)
    with pytest.raises(Invalid):
        give(admin, target, scope=Scope(region_id="UA", organisation_id=place.pk))


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.FOCAL_POINT, Scope(language="fr")),
        (Role.TRAINER, Scope(region_id="SN")),
        ("superuser", Scope()),
        ("member", Scope()),
    ],
)
def test_parts_and_roles_no_form_offers_are_refused(admin, target, role, scope):
    with pytest.raises(NotAllowed):
        give(admin, target, role=role, scope=scope)


def test_reason_is_needed(admin, target):
    for reason in ("", "   short  ", "\u202e" * 20):
        with pytest.raises(Invalid):
            give(admin, target, reason=reason)


def test_end_date_lies_ahead_and_for_administrators_within_two_years(admin, target):
    today = clock.now().date()
    for days, role in ((0, Role.FOCAL_POINT), (-1, Role.FOCAL_POINT), (800, Role.ADMINISTRATOR)):
        with pytest.raises(Invalid):
            give(admin, target, role=role, ends_on=today + timedelta(days=days))
    assert give(admin, target, ends_on=today + timedelta(days=800)).ends_on is not None


def test_same_role_and_scope_is_granted_once(admin, target):
    give(admin, target)
    with pytest.raises(Invalid):
        give(admin, target)
    assert RoleGrant.objects.filter(user=target).count() == 1


def test_ended_granter_grants_no_more(admin, second, target):
    assert has_role(admin, Role.ADMINISTRATOR)  # read and kept on the object
    end(second, admin.role_grants.get())
    with pytest.raises(NotAllowed):
        give(admin, target)


def test_suspended_or_held_granter_grants_no_more(admin, second, target):
    Membership.objects.filter(user=admin).update(state="suspended")
    with pytest.raises(NotAllowed):
        give(admin, target)
    Membership.objects.filter(user=admin).update(state="active")
    type(admin).objects.filter(pk=admin.pk).update(hold="suspended")
    with pytest.raises(NotAllowed):
        give(admin, target)
