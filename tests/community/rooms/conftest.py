"""People of the rooms' tests."""

import pytest

from tests import people
from tests.community.rooms.world import sealed


@pytest.fixture
def ana():
    return sealed("Ana")


@pytest.fixture
def ben():
    return sealed("Ben")


@pytest.fixture
def boss():
    return sealed("Boss", user=people.staff("administrator"))
