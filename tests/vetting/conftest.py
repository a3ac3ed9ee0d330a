"""Limits that start anew with every test."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _own_limits(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
