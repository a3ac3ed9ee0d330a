"""Tests: quick hasher, files in a temporary folder, SQLite or the DATABASE_URL given."""

import os
import tempfile
from pathlib import Path

import environ

from portal.project.settings.base import *
from portal.project.settings.base import SQLITE_OPTIONS

SECRET_KEY = "only-for-tests"  # noqa: S105  tests hold no secrets
DEVELOPMENT = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
DATA_DIR = Path(os.environ.get("PORTAL_DATA") or tempfile.mkdtemp(prefix="portal-test-"))
MEDIA_ROOT = DATA_DIR / "media"
PRIVATE_ROOT = DATA_DIR / "private"
FIELD_KEYS = ["dGVzdHMtaG9sZC1uby1zZWNyZXRzLW9ubHktdGVzdHM="]
OTP_WEBAUTHN_RP_ID = "localhost"
ALLOWED_ORIGINS = ["http://localhost", "http://testserver"]
OTP_WEBAUTHN_ALLOWED_ORIGINS = ["http://localhost"]
# people.py signs people in by an app; the rule is tested in tests/accounts/test_guard.py
STAFF_NEED_PASSKEY = False
STEADY_ANSWER_SECONDS = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = "platform@localhost"
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

if os.environ.get("DATABASE_URL"):
    DATABASES = {"default": environ.Env().db("DATABASE_URL")}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "portal.sqlite3",
            "OPTIONS": SQLITE_OPTIONS,
            "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
        }
    }
if os.environ.get("REDIS_URL"):
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": os.environ["REDIS_URL"],
            "KEY_PREFIX": f"test-{os.getpid()}",
        }
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [os.environ["REDIS_URL"]], "prefix": f"test-{os.getpid()}"},
        }
    }
