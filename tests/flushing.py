"""Lets tests with real transactions be emptied: the record refuses to be, so its guard steps aside."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.db import connection
from django.test import TransactionTestCase


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


def let_tests_flush() -> None:
    """Make Django's emptying of the database after a test work."""
    teardown = TransactionTestCase._fixture_teardown

    def unguarded_teardown(self: Any) -> None:
        with unguarded():
            teardown(self)

    TransactionTestCase._fixture_teardown = unguarded_teardown
