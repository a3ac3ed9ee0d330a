"""What the tests of the composition root share."""

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def _built_front_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages need the built manifest; run.py makes it before any test."""
    manifest = Path(settings.DJANGO_VITE["default"]["manifest_path"])
    assert manifest.exists(), "build the front end first: python3 run.py test"
