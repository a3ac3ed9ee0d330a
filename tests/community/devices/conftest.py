"""Two members with a set-up browser each, and nobody else."""

import pytest

from tests.community.paper import Paper
from tests.limits import forget_limits
from tests.people import member


@pytest.fixture
def anna(db) -> Paper:
    return Paper(member("Anna Kovac")).set_up()


@pytest.fixture
def bruno(db) -> Paper:
    return Paper(member("Bruno Diallo")).set_up()


@pytest.fixture(autouse=True)
def fresh_counters(request) -> None:
    """The table of counters is no model, so tests with real commits do not empty it."""
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        request.getfixturevalue("db")
        forget_limits()
