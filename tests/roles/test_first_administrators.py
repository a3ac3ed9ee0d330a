"""The operator's command that makes the first two administrators."""

import pytest
from django.core.management import CommandError, call_command

from portal.permissions import has_role
from portal.roles.models import Role
from tests import people

pytestmark = pytest.mark.django_db
PLACE = {"organisation": "Secretariat", "country": "at"}


def test_first_two_are_made_once(capsys):
    one, two = people.person(), people.person()
    call_command("first_administrators", one.email, two.email.upper(), **PLACE)
    assert has_role(one, Role.ADMINISTRATOR)
    assert has_role(two, Role.ADMINISTRATOR)
    assert one.membership.organisation.country_id == "AT"
    with pytest.raises(CommandError, match="already"):
        call_command("first_administrators", people.person().email, people.person().email, **PLACE)


def test_one_person_twice_is_refused():
    one = people.person()
    with pytest.raises(CommandError, match="different"):
        call_command("first_administrators", one.email, one.email, **PLACE)
    assert not has_role(one, Role.ADMINISTRATOR)


def test_unknown_or_unproven_address_is_refused():
    one, two = people.person(), people.person()
    two.emailaddress_set.update(verified=False)
    for address in (two.email, "nobody@example.org"):
        with pytest.raises(CommandError, match="Sign up first"):
            call_command("first_administrators", one.email, address, **PLACE)


def test_somebody_whose_membership_is_over_is_refused():
    one, two = people.person(), people.member()
    two.membership.__class__.objects.filter(user=two).update(state="ended")
    with pytest.raises(CommandError):
        call_command("first_administrators", one.email, two.email, **PLACE)
    assert not hasattr(type(one).objects.get(pk=one.pk), "membership")
