"""The shipped site as a test fixture: made once for a folder of tests, then rolled back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from portal.pages.services import ship_site


@pytest.fixture(scope="package")
def shipped_site(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """Seven languages with all pages. Each test's own changes are rolled back by ``db``."""
    with django_db_blocker.unblock(), transaction.atomic():
        ship_site(base_url="http://testserver")
        yield
        transaction.set_rollback(True)
    with django_db_blocker.unblock():
        cache.clear()  # addresses of sites that are no longer there
