"""Administrators are appointed by two; roles end, expire, and the last administrator stays."""

from datetime import timedelta

import pytest

from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from portal.permissions import has_role
from portal.roles import services
from portal.roles.administrators import is_last_administrator, keep_last_administrator
from portal.roles.models import Role, RoleGrant
from portal.roles.scope import Scope
from portal.shared import clock
from portal.shared.errors import Conflict, NotAllowed
from portal.vetting.models import Membership
from tests import people
from tests.roles.granting import REASON, confirm, end, give

pytestmark = pytest.mark.django_db


def propose(admin, target, scope=Scope()):  # noqa: B008
    return give(admin, target, role=Role.ADMINISTRATOR, scope=scope)


def test_administrator_counts_after_a_second_one_confirmed(admin, second, target):
    proposal = propose(admin, target)
    assert not has_role(target, Role.ADMINISTRATOR)
    assert Notification.objects.filter(user=second, verb="role-confirm").exists()
    assert not Notification.objects.filter(user=admin, verb="role-confirm").exists()
    confirm(second, proposal)
    target.__dict__.pop("_roles", None)
    assert has_role(target, Role.ADMINISTRATOR)


def test_own_proposal_is_not_confirmed(admin, target):
    with pytest.raises(NotAllowed):
        confirm(admin, propose(admin, target))


def test_person_proposed_does_not_confirm_herself(admin, regional):
    proposal = propose(admin, regional)
    with pytest.raises(NotAllowed):
        confirm(regional, proposal)


def test_administrator_of_a_smaller_scope_does_not_confirm(admin, regional, target):
    with pytest.raises(NotAllowed):
        confirm(regional, propose(admin, target))


def test_focal_point_does_not_confirm(admin, target):
    with pytest.raises(NotAllowed):
        confirm(people.staff("focal-point"), propose(admin, target))


def test_proposal_of_somebody_who_lost_the_right_is_void(admin, second, target):
    third = people.staff("administrator")
    proposal = propose(admin, target)
    end(second, admin.role_grants.get())
    with pytest.raises(Conflict):
        confirm(third, proposal)


def test_proposal_is_confirmed_once(admin, second, target):
    third = people.staff("administrator")
    proposal = propose(admin, target)
    confirm(second, proposal)
    with pytest.raises(NotAllowed):
        confirm(third, proposal)


def test_old_proposal_is_void(admin, second, target):
    proposal = propose(admin, target)
    RoleGrant.objects.filter(pk=proposal.pk).update(granted_at=clock.now() - timedelta(days=31))
    with pytest.raises(Conflict):
        confirm(second, proposal)
    assert services.expire_roles() == 1


def test_refused_proposal_is_not_confirmed(admin, second, target):
    proposal = propose(admin, target)
    end(second, proposal)
    with pytest.raises(NotAllowed):
        confirm(second, proposal)


# Ending


def test_ending_takes_the_role_away_and_keeps_the_reason(admin, target):
    made = end(admin, give(admin, target))
    assert not has_role(target, Role.FOCAL_POINT)
    assert made.end_reason == REASON
    with pytest.raises(Conflict):
        end(admin, made)


def test_role_is_ended_by_its_holder_or_an_administrator_in_scope_only(admin, regional, target):
    made = give(admin, target, scope=Scope(region_id="eastern-europe"))
    for actor in (regional, people.staff("focal-point"), people.member()):
        with pytest.raises(NotAllowed):
            end(actor, made)
    assert end(target, made).ended_by == target


def test_last_administrator_stays(admin, regional):
    grant = admin.role_grants.get()
    with pytest.raises(Conflict):
        end(admin, grant)
    assert is_last_administrator(admin)
    assert not is_last_administrator(regional)


def test_one_of_two_administrators_goes_and_the_other_stays(admin, second):
    end(second, admin.role_grants.get())
    with pytest.raises(Conflict):
        end(second, second.role_grants.get())


def test_suspended_administrator_is_nobody_to_rely_on(admin, second):
    Membership.objects.filter(user=second).update(state="suspended")
    assert is_last_administrator(admin)
    with pytest.raises(Conflict):
        end(admin, admin.role_grants.get())


# Expiry


def test_role_past_its_last_day_ends(admin, target):
    made = give(admin, target, ends_on=clock.now().date() + timedelta(days=3))
    with clock.held() as moment:
        moment.advance(days=3)
        assert services.expire_roles() == 0
        moment.advance(days=1)
        target.__dict__.pop("_roles", None)
        assert not has_role(target, Role.FOCAL_POINT)  # even before anybody tidied up
        assert services.expire_roles() == 1
        assert services.expire_roles() == 0
    made.refresh_from_db()
    assert made.ended_at is not None
    assert AuditRow.objects.filter(event="role.expired").count() == 1


def test_role_of_the_last_administrator_loses_its_end_date(target):
    tomorrow = clock.now().date() + timedelta(days=1)
    one = people.staff("administrator", ends_on=tomorrow)
    two = people.staff("administrator", ends_on=clock.now().date())
    services.expire_roles()
    assert one.role_grants.get().ends_on is None
    assert two.role_grants.get().ends_on is not None
    assert AuditRow.objects.filter(event="role.kept").count() == 1
    assert keep_last_administrator() is None


def test_late_expiry_still_keeps_one_administrator():
    one = people.staff("administrator", ends_on=clock.now().date() - timedelta(days=9))
    services.expire_roles()
    grant = one.role_grants.get()
    assert (grant.ends_on, grant.ended_at) == (None, None)
