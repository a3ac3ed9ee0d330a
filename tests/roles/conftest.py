"""People who grant and are granted."""

import pytest

from tests import people


@pytest.fixture
def admin():
    return people.staff("administrator", "Ada")


@pytest.fixture
def second():
    return people.staff("administrator", "Ben")


@pytest.fixture
def regional():
    return people.staff("administrator", "Wim", region_id="west-africa")


@pytest.fixture
def target():
    return people.member("Tom")
