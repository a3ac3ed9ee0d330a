"""Lets tests with real transactions be emptied: the record refuses to be, so its guard steps aside.

The places, kinds of content and permissions that migrations have put in stay for the next test.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase

STAY = {"portal_region", "django_content_type", "auth_permission"}


def _guarding() -> Any:
    return import_module("portal.migrations.0005_audit_append_only")


@contextmanager
def unguarded() -> Iterator[None]:
    """Take the triggers of the record away for the length of a block, as a database's owner can."""
    with connection.schema_editor() as editor:
        _guarding().unguard(None, editor)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            _guarding().guard(None, editor)


def _filled() -> list[str]:
    """Return the tables that hold rows, without those that stay."""
    quote = connection.ops.quote_name
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    asked = [
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quote(table)})"  # names are our own
        for table in sorted(set(tables) - STAY)
    ]
    found: list[str] = []
    with connection.cursor() as cursor:
        for start in range(0, len(asked), 100):  # SQLite joins at most 500
            cursor.execute(" UNION ALL ".join(asked[start : start + 100]))
            found += [row[0] for row in cursor.fetchall()]
    return sorted(found)


def _empty(_case: Any) -> None:
    """Delete all rows but those of the tables that stay: quicker than Django's ``flush``, which
    empties each of the 200 tables and then writes the kinds of content and the permissions anew.

    References are checked when all is gone. Enrolments go before their events, which the database
    lets nobody delete while there is an enrolment: so by name.
    """
    with unguarded(), transaction.atomic(), connection.cursor() as cursor:
        for table in _filled():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def let_tests_flush() -> None:
    """Empty the database in our way after a test with real transactions."""
    TransactionTestCase._fixture_teardown = _empty
