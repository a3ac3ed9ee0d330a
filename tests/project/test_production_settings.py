"""Production reads everything from the environment and names every fault before it starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.project.settings.reading import Reader

ROOT = Path(__file__).resolve().parents[2]
KEY = "aZ3-tPq9Lw_x7RfYbN2mKc8HdSvGjT5uEoXiQ1rWzB4nMl6pCy0FhDkU"
SAFE = {
    "PORTAL_ENV": "production",
    "SECRET_KEY": KEY,
    "CHANNEL_LAYER_KEY": KEY[::-1],
    "ALLOWED_ORIGINS": "https://portal.example.org, https://www.example.org:8443",
    "STUDIO_ORIGIN": "https://studio.portal.example.org",
    "TRUSTED_PROXY_COUNT": "1",
    "DATABASE_URL": "postgres://portal@%2Frun%2Fpostgresql/portal",
    "REDIS_URL": "unix:///run/redis/redis.sock?db=0",
    "EMAIL_URL": "smtp+tls://user:p%40ss@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "platform@example.org",
    "STORAGE_URL": "file:///srv/portal-media",
    "FIELD_KEYS": "dGVzdHMtaG9sZC1uby1zZWNyZXRzLW9ubHktdGVzdHM=",
}


def run(code: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    environ = {"PATH": os.environ["PATH"]} | SAFE | changes
    environ = {name: value for name, value in environ.items() if value}
    return subprocess.run(
        [sys.executable, *code.split("\n")] if code.startswith("manage") else [sys.executable, "-c", code],
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def show(expression: str, **changes: str) -> str:
    code = f"from portal.project.settings import production as s; print({expression})"
    done = run(code, **changes)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def faults(**changes: str) -> str:
    done = run("import portal.project.settings.production", **changes)
    assert done.returncode != 0, "these settings must not be accepted"
    return "\n".join(line for line in done.stderr.splitlines() if line.startswith("- "))


def test_safe_environment_starts_with_safe_settings() -> None:
    assert show("s.DEBUG, s.DEVELOPMENT, s.ALLOWED_HOSTS") == (
        "False False ['portal.example.org', 'studio.portal.example.org', 'www.example.org']"
    )
    assert show("s.CSRF_TRUSTED_ORIGINS[1], s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME") == (
        "https://www.example.org:8443 __Host-sessionid __Host-csrftoken"
    )
    assert show("s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT, s.EMAIL_USE_TLS") == (
        "31536000 True True"
    )
    assert show("s.EMAIL_HOST_PASSWORD, s.DATABASES['default']['HOST']") == "p@ss /run/postgresql"
    assert show("s.TASKS['default']['BACKEND']") == "django_tasks_db.DatabaseBackend"


def test_safe_environment_passes_djangos_deployment_check_without_a_warning() -> None:
    done = run("manage.py\ncheck\n--deploy\n--fail-level\nWARNING")
    assert done.returncode == 0, done.stderr


def test_every_missing_variable_is_named_at_once() -> None:
    empty = dict.fromkeys(set(SAFE) - {"PORTAL_ENV", "STUDIO_ORIGIN"}, "")
    named = faults(**empty)
    assert all(f"- {name} is missing" in named for name in empty)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY is too short or too simple"),
        ({"SECRET_KEY": f"django-insecure-{KEY}"}, "SECRET_KEY is a default value"),
        ({"CHANNEL_LAYER_KEY": "x"}, "CHANNEL_LAYER_KEY is too short"),
        ({"DEBUG": "1"}, "DEBUG must not be set"),
        ({"PORTAL_DEBUG": "1"}, "DEBUG must not be set"),
        ({"ALLOWED_ORIGINS": "*"}, "wildcard"),
        ({"ALLOWED_ORIGINS": "https://*.example.org"}, "wildcard"),
        ({"ALLOWED_ORIGINS": "http://portal.example.org"}, "must begin with https://"),
        ({"ALLOWED_ORIGINS": "portal.example.org"}, "is no origin"),
        ({"ALLOWED_ORIGINS": "https://portal.example.org/"}, "must end after the host"),
        ({"ALLOWED_ORIGINS": "https://localhost"}, "does not name a public host"),
        ({"STUDIO_ORIGIN": "https://studio.example.net"}, "must be below that of the site"),
        ({"STUDIO_ORIGIN": "https://portal.example.org"}, "must be below that of the site"),
        ({"STUDIO_ORIGIN": "http://studio.portal.example.org"}, "must begin with https://"),
        ({"TRUSTED_PROXY_COUNT": "0"}, "TRUSTED_PROXY_COUNT must be a whole number of 1"),
        ({"TRUSTED_PROXY_COUNT": "one"}, "TRUSTED_PROXY_COUNT must be a whole number"),
        ({"DATABASE_URL": "sqlite:////srv/x.sqlite3"}, "SQLite is refused"),
        ({"DATABASE_URL": "postgres://u@db.example.org/portal"}, "sslmode=verify-full"),
        ({"DATABASE_URL": "postgres://u@127.0.0.1/"}, "names no database"),
        ({"DATABASE_URL": "postgres://u@127.0.0.1:x/portal"}, "DATABASE_URL must be"),
        ({"REDIS_URL": "locmem://"}, "REDIS_URL must begin with"),
        ({"REDIS_URL": "redis://cache.example.org/0"}, "needs TLS"),
        ({"EMAIL_URL": "smtp://mail.example.org:25"}, "mail needs TLS"),
        ({"EMAIL_URL": "console://"}, "mail needs TLS"),
        ({"DEFAULT_FROM_EMAIL": "platform"}, "DEFAULT_FROM_EMAIL is no mail address"),
        ({"STORAGE_URL": "file:///"}, "full path"),
        ({"STORAGE_URL": f"file://{ROOT}/media"}, "must not share a folder"),
        ({"STORAGE_URL": "s3://bucket"}, "s3://key:secret@host/bucket"),
        ({"STORAGE_URL": "http://x"}, "STORAGE_URL must begin with"),
    ],
)
def test_unsafe_value_is_refused_in_plain_words(changes: dict[str, str], said: str) -> None:
    assert said in _named(changes)


def _named(changes: dict[str, str]) -> str:
    """Read the changed environment as production does, without starting Django each time."""
    if set(changes) & {"DEBUG", "PORTAL_DEBUG", "DEFAULT_FROM_EMAIL"}:
        return faults(**changes)
    reader = Reader(SAFE | changes)
    reader.secret("SECRET_KEY", why="")
    reader.secret("CHANNEL_LAYER_KEY", why="")
    origins = reader.origins("ALLOWED_ORIGINS")
    reader.origin_below("STUDIO_ORIGIN", origins[0] if origins else "")
    reader.number("TRUSTED_PROXY_COUNT", None, 1)
    reader.database("DATABASE_URL")
    reader.redis("REDIS_URL")
    reader.mail("EMAIL_URL")
    reader.storage("STORAGE_URL", origin="https://portal.example.org", private=[ROOT])
    return "\n".join(reader.faults)


def test_all_faults_are_named_together_and_no_secret_is() -> None:
    named = faults(
        SECRET_KEY="hunter2", EMAIL_URL="smtp://me:hunter3@mail", REDIS_URL="redis://:hunter4@far/0",
        DATABASE_URL="postgres://u:hunter5@far/x",
    )  # fmt: skip
    assert named.count("\n- ") == 3
    assert "hunter" not in named


def test_bucket_is_read_from_one_address_and_seen_through_the_proxy() -> None:
    reader = Reader({"STORAGE_URL": "s3://AKEY:se%2Fcret@s3.example.org:9000/files?region=eu-1"})
    store = reader.storage("STORAGE_URL", origin="https://portal.example.org", private=[])
    options = store["OPTIONS"]
    assert not reader.faults
    assert options["secret_key"] == "se/cret"
    assert options["endpoint_url"] == "https://s3.example.org:9000"
    assert (options["bucket_name"], options["region_name"]) == ("files", "eu-1")
    assert options["custom_domain"] == "portal.example.org/media"
    assert options["file_overwrite"] is False


def test_database_with_options_keeps_them() -> None:
    url = "postgres://u%40x:p@db.example.org:6432/portal?sslmode=verify-full"
    database = Reader({"DATABASE_URL": url}).database("DATABASE_URL")
    assert (database["USER"], database["PORT"]) == ("u@x", "6432")
    assert database["OPTIONS"] == {"sslmode": "verify-full"}
