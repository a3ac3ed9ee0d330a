"""Development and the embedded default: one process, SQLite, local files, mail on the console."""

import base64
import os
import secrets
from collections.abc import Callable

from portal.project.settings.base import *
from portal.project.settings.base import DATA_DIR, INSTALLED_APPS

DEBUG = os.environ.get("PORTAL_DEBUG") == "1"
PORT = int(os.environ.get("PORTAL_PORT", "8000"))
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = [f"http://localhost:{PORT}", f"http://127.0.0.1:{PORT}"]
WAGTAILADMIN_BASE_URL = f"http://localhost:{PORT}"
EMAIL_BACKEND = "portal.project.mail.ReadableConsoleBackend"
DEFAULT_FROM_EMAIL = "platform@localhost"
DEVELOPMENT = True


# Passkeys need this very name: browsers refuse them for 127.0.0.1.
OTP_WEBAUTHN_RP_ID = "localhost"
OTP_WEBAUTHN_ALLOWED_ORIGINS = [f"http://localhost:{PORT}"]
ALLOWED_ORIGINS = [f"http://localhost:{PORT}", f"http://127.0.0.1:{PORT}"]
# The demo people of every role sign in with an app code; in production staff need a passkey.
STAFF_NEED_PASSKEY = False


def _local(name: str, make: Callable[[], str]) -> str:
    """A secret of this data folder, made on first use; never part of the repository."""
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    path = DATA_DIR / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(make(), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


SECRET_KEY = _local("secret-key", lambda: secrets.token_urlsafe(48))
FIELD_KEYS = [_local("field-key", lambda: base64.b64encode(secrets.token_bytes(32)).decode())]
INSTALLED_APPS = [*INSTALLED_APPS, "wagtail.contrib.styleguide"]
