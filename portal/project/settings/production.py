"""Production: everything comes from the environment, and unsafe values stop the start.

README.md lists the variables. All faults are named at once.
"""

import os
from importlib import metadata
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.project.settings.base import *
from portal.project.settings.base import BASE_DIR, DATA_DIR, INSTALLED_APPS, STORAGES
from portal.project.settings.reading import Reader

_read = Reader(os.environ)

DEBUG = False
DEVELOPMENT = False
if os.environ.get("DEBUG", "0").lower() not in {"", "0", "false", "no", "off"} or (
    os.environ.get("PORTAL_DEBUG") == "1"
):
    _read.fault("DEBUG must not be set: error pages would show the inside of the program.")

SECRET_KEY = _read.secret("SECRET_KEY", why="the key that signs sessions and links")

# Addresses
ALLOWED_ORIGINS = _read.origins("ALLOWED_ORIGINS")
BASE_URL = ALLOWED_ORIGINS[0] if ALLOWED_ORIGINS else ""
STUDIO_ORIGIN = _read.origin_below("STUDIO_ORIGIN", BASE_URL)
_origins = [*ALLOWED_ORIGINS, *filter(None, [STUDIO_ORIGIN])]
ALLOWED_HOSTS = sorted({origin.partition("://")[2].partition(":")[0] for origin in _origins})
CSRF_TRUSTED_ORIGINS = ALLOWED_ORIGINS  # each host trusts its own pages anyway
WAGTAILADMIN_BASE_URL = BASE_URL

# Passkeys: the relying party is the host name, origins exact with their port.
OTP_WEBAUTHN_RP_ID = BASE_URL.partition("://")[2].partition(":")[0]
OTP_WEBAUTHN_ALLOWED_ORIGINS = _origins
FIELD_KEYS = _read.field_keys("FIELD_KEYS")

# The proxy in front (deploy/nginx.conf): how many there are, and that it says https.
TRUSTED_PROXY_COUNT = _read.number(
    "TRUSTED_PROXY_COUNT", None, 1, why="the number of proxies in front, so limits count readers"
)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
USE_X_FORWARDED_HOST = False

# Database: PostgreSQL
_database = _read.database("DATABASE_URL")
DATABASES = {
    "default": _database
    | {
        # Workers keep a connection; Daphne, which has a thread for each request, should not.
        "CONN_MAX_AGE": _read.number("CONN_MAX_AGE", 60, 0),
        "CONN_HEALTH_CHECKS": True,
    }
}

# Redis: one cache and one channel layer for all processes
REDIS_URL = _read.redis("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [REDIS_URL],
            "prefix": "portal",
            "symmetric_encryption_keys": [
                _read.secret(
                    "CHANNEL_LAYER_KEY", why="the key that seals what passes through Redis"
                )
            ],
        },
    }
}

# Tasks wait in the database for ``manage.py db_worker``.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Mail
globals().update(_read.mail("EMAIL_URL"))
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = _read.text("DEFAULT_FROM_EMAIL", why="the address that mail comes from")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if DEFAULT_FROM_EMAIL and "@" not in DEFAULT_FROM_EMAIL:
    _read.fault("DEFAULT_FROM_EMAIL is no mail address.")

# Files
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or BASE_DIR / ".cache" / "static")
_storage = _read.storage(
    "STORAGE_URL", origin=BASE_URL, private=[BASE_DIR, STATIC_ROOT.resolve(), DATA_DIR]
)
STORAGES = STORAGES | ({"default": _storage} if _storage else {})
MEDIA_ROOT = _storage.get("OPTIONS", {}).get("location", "")

PRIVATE_ROOT = Path(os.environ.get("PRIVATE_ROOT") or DATA_DIR / "private").resolve()
CLAMD_URL = os.environ.get("CLAMD_URL", "")
VAPID_PRIVATE_KEY = os.environ.get("VAPID_PRIVATE_KEY", "")
VAPID_CONTACT = os.environ.get("VAPID_CONTACT", "")
MEMBERSHIP_MONTHS = _read.number("MEMBERSHIP_MONTHS", 24, 1)
SYNC_WAITS = _read.number("SYNC_WAITS", 1, 0)
AUDIT_SIGNING_KEY = os.environ.get("AUDIT_SIGNING_KEY", "")
AUDIT_TRUSTEES = [a.strip() for a in os.environ.get("AUDIT_TRUSTEES", "").split(",") if a.strip()]

# Cookies only through TLS, and only for exactly this host
SESSION_COOKIE_NAME = "__Host-sessionid"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# TLS for a year, subdomains included. The preload list is the owner's own decision, as it
# cannot be undone quickly; so Django's advice to join it (W021) is not a fault.
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = False
SILENCED_SYSTEM_CHECKS = ["security.W021"]
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"

# What must not be installed (security.md 9)
_forbidden = {
    "allauth.mfa": "second factors are kept by django-otp alone",
    "django_otp.plugins.otp_totp": "its secrets are stored in plain text",
    "django_otp.plugins.otp_static": "its codes are stored in plain text",
    "django_otp.plugins.otp_email": "a mailbox is no second factor",
    "django.contrib.admin": "it would be a second door",
    "wagtail.contrib.styleguide": "it is for development",
}
for _app, _why in _forbidden.items():
    if _app in INSTALLED_APPS:
        _read.fault(f"{_app} must not be installed: {_why}.")


def _version(package: str) -> tuple[int, ...]:
    return tuple(int(part) for part in metadata.version(package).split(".")[:3] if part.isdigit())


if _version("daphne") < (4, 2, 2):
    _read.fault("daphne is older than 4.2.2, which does not bound the size of socket messages.")

if _read.faults:
    raise ImproperlyConfigured(
        "The site does not start, because its settings are not safe:\n"
        + "\n".join(f"- {fault}" for fault in _read.faults)
    )
