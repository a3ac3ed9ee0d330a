"""A private store of its own for each test, and limits that start from nothing."""

from io import StringIO

import pytest
from django.core.management import call_command

from portal.shared import clock
from tests.limits import forget_limits


@pytest.fixture(autouse=True)
def private_root(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    forget_limits()
    return settings.PRIVATE_ROOT


@pytest.fixture
def now():
    with clock.held() as held:
        yield held


@pytest.fixture
def run(django_capture_on_commit_callbacks):
    """The command as the timer calls it."""

    def once(*arguments):
        out = StringIO()
        with django_capture_on_commit_callbacks(execute=True):
            call_command("purge_messages", *arguments, stdout=out)
        return {name: int(count) for count, name in map(str.split, out.getvalue().splitlines())}

    return once
