"""The deployment gate sees what settings of the environment cannot."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import override_settings

from portal.project import checks


def ids(found: Any) -> set[str]:
    return {message.id for message in found}


def test_sqlite_without_immediate_is_refused() -> None:
    plain = {"default": {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}}}
    safe = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "OPTIONS": {"transaction_mode": "IMMEDIATE"},
        }
    }
    for databases, wanted in ((plain, {"portal.E001"}), (safe, set())):
        with override_settings():
            from django.conf import settings

            settings.DATABASES = databases
            assert ids(checks.sqlite_locks_at_once(None, ["default"])) == wanted


def test_embedded_parts_are_refused_in_production() -> None:
    with override_settings(
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
        TASKS={"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}},
    ):
        assert {"portal.E010", "portal.E011", "portal.E013"} <= ids(checks.shared_parts(None))


def test_open_door_is_refused_in_production() -> None:
    with override_settings(
        ALLOWED_HOSTS=["*"], ALLOWED_ORIGINS=[], ALLAUTH_TRUSTED_PROXY_COUNT=0,
        DEVELOPMENT=True, MIDDLEWARE=[],
    ):  # fmt: skip
        assert ids(checks.closed_door(None)) == {f"portal.E02{number}" for number in range(6)}


def test_studio_beside_the_messages_is_advised_against() -> None:
    with override_settings(STUDIO_ORIGIN=""):
        assert ids(checks.studio_apart(None)) == {"portal.W026"}
    with override_settings(STUDIO_ORIGIN="https://studio.portal.example.org"):
        assert not checks.studio_apart(None)


@pytest.mark.django_db
def test_right_over_accounts_in_wagtail_is_refused() -> None:
    assert not checks.nobody_manages_people_in_wagtail(None, ["default"])
    group = Group.objects.create(name="helpers")
    group.permissions.add(Permission.objects.get(codename="change_user"))
    assert ids(checks.nobody_manages_people_in_wagtail(None, ["default"])) == {"portal.E032"}


@pytest.mark.django_db
def test_strong_database_role_is_refused() -> None:
    found = ids(checks.database_role(None, ["default"]))
    if connection.vendor != "postgresql":
        assert not found
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        strong = cursor.fetchone()[0]
    assert ("portal.E030" in found) == strong


def test_installed_apps_hold_no_second_door() -> None:
    assert not checks.no_risky_app(None)
    assert not checks.daphne_is_new_enough(None)
