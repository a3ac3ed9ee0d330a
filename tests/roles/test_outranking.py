"""Nobody puts out, suspends or holds an administrator whose scope is wider than his own."""

import pytest

from portal.roles import permissions as roles
from portal.vetting import permissions as vetting
from portal.vetting.models import Membership
from tests import people

pytestmark = pytest.mark.django_db


def test_bounded_administrator_cannot_touch_a_wider_one() -> None:
    here = people.organisation("Customs", "SN")
    bounded = people.staff("administrator", of=here, region_id="SN")
    wider = people.staff("administrator", of=here)
    membership = Membership.objects.get(user=wider)
    assert not roles.can_manage_account(bounded, wider)
    assert not roles.can_manage_membership(bounded, wider)
    assert not vetting.can_manage_membership(bounded, membership)
    own = Membership.objects.get(user=bounded)
    assert roles.can_manage_account(wider, bounded)
    assert roles.can_manage_membership(wider, bounded)
    assert vetting.can_manage_membership(wider, own)


def test_focal_point_cannot_touch_an_administrator() -> None:
    here = people.organisation("Customs", "SN")
    focal = people.staff("focal-point", of=here, region_id="SN")
    administrator = people.staff("administrator", of=here, region_id="SN")
    plain = people.member(of=here)
    assert not roles.can_manage_membership(focal, administrator)
    assert roles.can_manage_membership(focal, plain)
