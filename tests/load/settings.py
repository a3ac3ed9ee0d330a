"""The site as it is served, plus the floors to measure against (never part of the product)."""

from pathlib import Path

from portal.project.settings.dev import *
from portal.project.settings.dev import TEMPLATES

ROOT_URLCONF = "tests.load.urls"
TEMPLATES = [TEMPLATES[0] | {"DIRS": [Path(__file__).parent / "templates"]}]
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
