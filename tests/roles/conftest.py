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


@pytest.fixture
def focal():
    return people.staff("focal-point", "Fatou", region_id="west-africa")


@pytest.fixture
def stranger():
    return people.member("Oksana Elsewhere", of=people.organisation(country="UA"))
