"""An own private store and own limits for each test, which begins in English."""

import pytest
from django.utils import translation

from tests.limits import forget_limits


@pytest.fixture(autouse=True)
def private_root(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.STAFF_NEED_PASSKEY = False
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    forget_limits()
    translation.deactivate()  # a page asked for by another test leaves its language behind
    return settings.PRIVATE_ROOT
