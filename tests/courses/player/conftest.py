"""The mini course, imported and published once for this folder; each test is rolled back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from wagtail.models import Locale, Page, Site

from courses.catalogue.models import Course
from courses.packages import canonical, writer
from courses.packages.importing import import_pack
from courses.packages.reader import read_files
from portal.accounts.models import User
from portal.pages.models import HomePage
from tests.courses import minipack


def make_homes(*codes: str) -> None:
    """Make the site with a home page in each language."""
    root = Page.objects.get(depth=1)
    Page.objects.filter(depth=2).delete()
    root = Page.objects.get(pk=root.pk)
    first = None
    for code in codes:
        locale, _ = Locale.objects.get_or_create(language_code=code)
        home = HomePage(title=f"Home {code}", slug=f"home-{code}", locale=locale)
        if first is not None:
            home.translation_key = first.translation_key
        root.add_child(instance=home)
        first = first or home
    Site.objects.all().delete()
    Site.objects.create(hostname="testserver", root_page=first, is_default_site=True)


def import_mini(files: dict[str, bytes] | None = None, **options: Any) -> Any:
    """Import the mini pack (or these files) and return the report."""
    pack, findings = read_files(files or minipack.files())
    assert pack is not None, findings
    return import_pack(canonical.resolve(pack), **options)


def canonical_files() -> dict[str, bytes]:
    """Return the mini pack as ``course_pack format`` writes it, without checksums."""
    pack, _ = read_files(minipack.files())
    assert pack is not None
    files = writer.files(canonical.resolve(pack))
    return {path: content for path, content in files.items() if path != "checksums.txt"}


@pytest.fixture(scope="package")
def mini_data(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        make_homes("en", "fr")
        import_mini(publish=True)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def mini(mini_data: None, db: None) -> Course:
    return Course.objects.get(code="M1")


@pytest.fixture
def learner(mini: Course) -> User:
    return User.objects.create_user("learner@example.org", "a-long-password-1")


@pytest.fixture
def signed_in(learner: User) -> Client:
    client = Client()
    client.force_login(learner)
    return client


@pytest.fixture
def visitor(mini: Course) -> Client:
    return Client()
