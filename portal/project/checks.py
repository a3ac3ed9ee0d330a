"""The deployment gate as system checks (security.md 9): ``manage.py check --deploy``.

Production settings refuse faults of the environment before Django starts; these checks see what
is left: settings changed elsewhere, and with ``--database default`` the database itself.
"""

from collections.abc import Iterable, Sequence
from importlib import metadata
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Advice
from django.db import connections

from portal.shared import clock

PER_PROCESS_CACHES = ("locmem", "dummy", "filebased")
RISKY_APPS = ("allauth.mfa", "django.contrib.admin", "django_otp.plugins")
NEEDED_MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "portal.project.csp.SurfacePolicyMiddleware",
    "portal.project.middleware.HeadersMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
)
OLDEST_DAPHNE = (4, 2, 2)
MOST_SKEW_SECONDS = 2.0
USER_RIGHTS = ("add_user", "change_user", "delete_user")


@register(Tags.database)
def sqlite_locks_at_once(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """SQLite must begin transactions with IMMEDIATE, else concurrent writes fail."""
    return [
        Error(
            "SQLite is used without IMMEDIATE transactions: writing at the same time would fail.",
            hint='Set OPTIONS["transaction_mode"] to "IMMEDIATE".',
            id="portal.E001",
        )
        for alias in databases or ()
        if settings.DATABASES[alias].get("ENGINE", "").endswith("sqlite3")
        and settings.DATABASES[alias].get("OPTIONS", {}).get("transaction_mode") != "IMMEDIATE"
    ]


@register(Tags.security)
def no_risky_app(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A second door or a second store of factors must not be installed, in any environment."""
    return [
        Error(f"{config.name} must not be installed.", id="portal.E002")
        for config in apps.get_app_configs()
        if config.name.startswith(RISKY_APPS)
    ]


@register(Tags.security)
def daphne_is_new_enough(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Older Daphne does not bound the size of socket messages."""
    numbers = metadata.version("daphne").split(".")[:3]
    if tuple(int(part) for part in numbers if part.isdigit()) >= OLDEST_DAPHNE:
        return []
    return [Error("daphne is older than 4.2.2.", id="portal.E003")]


@register(Tags.security, deploy=True)
def shared_parts(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Cache, channel layer, database and tasks must be those that several processes share."""
    found = []
    cache = settings.CACHES["default"]["BACKEND"]
    if any(part in cache for part in PER_PROCESS_CACHES):
        found.append(
            Error("The cache belongs to one process: limits would not hold.", id="portal.E010")
        )
    if "InMemory" in settings.CHANNEL_LAYERS["default"]["BACKEND"]:
        found.append(Error("The channel layer belongs to one process.", id="portal.E011"))
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        found.append(Error("SQLite is for the embedded default only.", id="portal.E012"))
    if "Immediate" in settings.TASKS["default"]["BACKEND"]:
        found.append(Error("Tasks run inside requests.", id="portal.E013"))
    return found


@register(Tags.security, deploy=True)
def studio_apart(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The studio's pages need inline script: not where the keys of sealed messages are kept."""
    if settings.STUDIO_ORIGIN:
        return []
    text = "The studio shares its origin with sealed messages: set STUDIO_ORIGIN."
    return [Advice(text, id="portal.W026")]


@register(Tags.security, deploy=True)
def closed_door(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Origins, proxies, cookies and the middleware that protects pages."""
    found = []
    if "*" in "".join(settings.ALLOWED_HOSTS):
        found.append(Error("ALLOWED_HOSTS holds a wildcard.", id="portal.E020"))
    if not getattr(settings, "ALLOWED_ORIGINS", None):
        found.append(Error("ALLOWED_ORIGINS is empty: sockets have no origin.", id="portal.E021"))
    if not getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0):
        found.append(Error("The number of proxies is not set.", id="portal.E022"))
    found += [
        Error(f"The cookie {name} lacks the prefix __Host-.", id="portal.E023")
        for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
        if not name.startswith("__Host-")
    ]
    if settings.DEVELOPMENT:
        found.append(Error("Development settings are in use.", id="portal.E024"))
    found += [
        Error(f"{name} is missing from MIDDLEWARE.", id="portal.E025")
        for name in NEEDED_MIDDLEWARE
        if name not in settings.MIDDLEWARE
    ]
    return found


@register(Tags.database, deploy=True)
def database_role(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The role must not rule the database server, and both clocks must agree."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR rolcreaterole OR rolbypassrls, clock_timestamp()"
                " FROM pg_roles WHERE rolname = current_user"
            )
            strong, moment = cursor.fetchone()
        if strong:
            found.append(Error("The database role is too strong.", id="portal.E030"))
        if abs((moment - clock.now()).total_seconds()) > MOST_SKEW_SECONDS:
            found.append(Error("The clocks of site and database differ.", id="portal.E031"))
    return found


@register(Tags.database, deploy=True)
def record_is_append_only(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The site's role may add to the record and read it, nothing else (security.md 4.7)."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')"
                " OR pg_has_role(relowner, 'USAGE')"
                " FROM pg_class WHERE oid = to_regclass('portal_auditrow')"
            )
            row = cursor.fetchone()
        if row and row[0]:
            found.append(
                Error(
                    "The database role could change or delete the record of what happened.",
                    hint="Give the tables to another role: deploy/postgresql-roles.sql.",
                    id="portal.E033",
                )
            )
    return found


@register(Tags.database, deploy=True)
def nobody_manages_people_in_wagtail(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Only superusers may hold Wagtail's rights over accounts (architecture.md 6)."""
    from django.contrib.auth.models import Permission

    found: list[CheckMessage] = []
    for alias in databases or ():
        if Permission._meta.db_table not in connections[alias].introspection.table_names():
            continue
        rights = Permission.objects.using(alias).filter(
            content_type__app_label="portal", codename__in=USER_RIGHTS
        )
        held = rights.filter(group__isnull=False) | rights.filter(user__isnull=False)
        found += [
            Error(f"Somebody holds the right {name} over accounts.", id="portal.E032")
            for name in sorted(set(held.values_list("codename", flat=True)))
        ]
    return found
