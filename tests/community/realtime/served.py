"""The site under Daphne on the tests' own database. Settings and application for tests only."""

import os

from portal.project.settings.test import *  # noqa: F403
from portal.project.settings.test import CACHES, CHANNEL_LAYERS, DATABASES

DATABASES["default"]["NAME"] = os.environ["SERVED_DATABASE"]
if os.environ.get("REDIS_URL"):  # the same keys as the test that started this
    CACHES["default"]["KEY_PREFIX"] = os.environ["SERVED_PREFIX"]
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = os.environ["SERVED_PREFIX"]
