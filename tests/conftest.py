"""What every test starts from: nothing kept in memory from another test's database."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from hypothesis import settings

from community.directory import memory as people_memory
from community.library import memory
from courses.catalogue import edition, listing
from courses.player import skeleton
from portal.shared import counting
from tests import migrated
from tests.flushing import let_tests_flush

# The same examples on every run where a red build would stop people; new ones everywhere else.
settings.register_profile("house", deadline=None)
settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "house")
let_tests_flush()

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup"}


def _asks_the_database(item: pytest.Item) -> bool:
    names = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(names & DATABASE_FIXTURES)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On the second database of a run, leave out what the first one has answered for good.

    That is: tests that ask no database, and those marked ``first_database``: walks over all pages,
    hostile files.
    """
    if os.environ.get("SECOND_DATABASE") != "1":
        return
    once = [
        item
        for item in items
        if not _asks_the_database(item) or item.get_closest_marker("first_database")
    ]
    config.hook.pytest_deselected(items=once)
    items[:] = [item for item in items if item not in set(once)]


@pytest.fixture(scope="session")
def quick_commits() -> None:
    """Nobody pulls the plug while tests run: SQLite need not wait for the disk at each commit."""
    if connection.vendor == "sqlite":
        options = connection.settings_dict["OPTIONS"]
        options["init_command"] += "PRAGMA synchronous=OFF;"


@pytest.fixture(scope="session")
def django_db_keepdb(
    request: pytest.FixtureRequest, quick_commits: None, django_db_blocker: Any
) -> bool:
    """Begin with a copy of a migrated database where there is one (see ``migrated``)."""
    if request.config.getvalue("reuse_db"):
        return True
    with django_db_blocker.unblock():
        return migrated.bring(connection)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_keepdb: bool, django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[None]:  # fmt: skip
    if request.config.getvalue("reuse_db"):
        yield
        return
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            migrated.keep(connection)
    yield
    if django_db_keepdb:  # pytest-django lets it stand
        with django_db_blocker.unblock():
            migrated.drop(connection)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    counting.forget()
    edition.forget()
    listing.forget()
    skeleton.forget()
    memory.forget()
    people_memory.forget()
