"""What the tests of organisations share."""

import pytest

from portal.organisations.models import Organisation
from tests import people


@pytest.fixture
def customs() -> Organisation:
    """An organisation of Senegal."""
    return people.organisation("Direction générale des douanes", country="SN", unit="customs")


@pytest.fixture
def keeper(customs):
    """A focal point for West Africa."""
    return people.staff("focal-point", "Keeper", of=customs, region_id="west-africa")


@pytest.fixture
def administrator():
    """An administrator of the whole site."""
    return people.staff("administrator", "Admin")
