"""The world of the matrix, made once and rolled back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.authz import world as worlds
from tests.limits import forget_limits


@pytest.fixture(scope="package")
def world(django_db_setup: Any, django_db_blocker: Any) -> Iterator[worlds.World]:
    """One course, and a person for every role."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield worlds.build()
        transaction.set_rollback(True)
    with django_db_blocker.unblock():
        forget_limits()


@pytest.fixture
def no_limits(db: None) -> None:
    """Start without used-up limits."""
    forget_limits()
