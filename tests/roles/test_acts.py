"""Membership and account are changed on the page of a person."""

import pytest

from portal.vetting.models import Membership
from tests import people
from tests.roles.addresses import url
from tests.roles.granting import REASON

pytestmark = pytest.mark.django_db


@pytest.fixture
def target():
    return people.member("Tom Target")


def test_membership_is_suspended_and_restored_on_the_page(focal, target):
    client = people.signed_in(focal)
    suspend, restore = (url("person_act", target.public_id, act) for act in ("suspend", "restore"))
    assert client.get(restore).status_code == 404
    assert client.get(suspend).status_code == 200
    assert client.post(suspend, {"reason": "no"}).status_code == 200
    assert client.post(suspend, {"reason": REASON}).status_code == 302
    assert Membership.objects.get(user=target).state == "suspended"
    assert client.post(suspend, {"reason": REASON}).status_code == 404
    assert client.post(restore, {"reason": REASON}).status_code == 302
    assert Membership.objects.get(user=target).state == "active"


def test_account_is_held_and_released_by_an_administrator(admin, target):
    client, theirs = people.signed_in(admin), people.signed_in(target)
    hold, release = (url("person_act", target.public_id, act) for act in ("hold", "release"))
    assert client.get(hold).status_code == 200
    assert client.post(hold).status_code == 302
    target.refresh_from_db()
    assert target.hold == "suspended"
    assert theirs.get(url("my_roles")).status_code != 200
    assert client.post(hold).status_code == 404
    assert client.post(release).status_code == 302
    target.refresh_from_db()
    assert target.hold == ""


def test_nobody_suspends_himself_or_the_last_administrator(admin):
    client = people.signed_in(admin)
    regional = people.signed_in(people.staff("administrator", region_id="west-africa"))
    for act in ("suspend", "end", "hold"):
        own = url("person_act", admin.public_id, act)
        assert client.post(own, {"reason": REASON}).status_code == 404
        assert regional.post(own, {"reason": REASON}).status_code == 404
    admin.refresh_from_db()
    assert admin.hold == ""
    assert Membership.objects.get(user=admin).state == "active"
