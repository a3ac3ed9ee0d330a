"""Limits that start anew with every test."""

import pytest

from tests.limits import forget_limits


@pytest.fixture(autouse=True)
def _own_limits(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    forget_limits()
