"""Development and the embedded default: one process, SQLite, local files, mail on the console."""

import os
import secrets

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


def _local_secret() -> str:
    """The key of this data folder, made on first use; never part of the repository."""
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    path = DATA_DIR / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="utf-8")
    return path.read_text(encoding="utf-8")


SECRET_KEY = _local_secret()
INSTALLED_APPS = [*INSTALLED_APPS, "wagtail.contrib.styleguide"]
