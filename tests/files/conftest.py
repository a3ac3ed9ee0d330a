"""An own private store for each test, and a purpose that leaves the decision to the label."""

import pytest

from tests.files import uploads


@pytest.fixture(autouse=True)
def private_root(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"
    uploads.register()
    return settings.PRIVATE_ROOT
