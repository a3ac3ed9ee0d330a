"""Two courses in three languages and site pages; people with each role, signed in with a factor."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from wagtail.models import Locale, Page, Site

from courses.catalogue.pages import CourseIndexPage, CoursePage, LessonPage, ModulePage
from courses.models import BlockAlternative, Question
from portal.accounts.models import User
from portal.pages.models import HomePage, StandardPage
from portal.roles.studio import sync_studio_rights
from portal.roles.studio_services import set_up
from tests import people

A, B = uuid.UUID(int=0xA), uuid.UUID(int=0xB)
LANGUAGES = ("en", "fr", "es")
ACTORS = (
    "none", "trainer_a", "trainer_b", "reviewer_fr", "translator_fr", "translator_es", "admin",
)  # fmt: skip


def key(*parts: object) -> uuid.UUID:
    return uuid.uuid5(A, "/".join(map(str, parts)))


def put(
    parent: Page, kind: type[Page], name: str, language: str, identity: uuid.UUID, **rest: Any
) -> Page:
    page = kind(
        title=f"SECRET {name} {language}", slug=name, locale=parent.locale if parent.depth > 1 else Locale.objects.get(language_code=language),
        translation_key=identity, **rest,
    )  # fmt: skip
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def build() -> None:
    """home → courses → course A, B → module → lesson, and a help page, in each language."""
    root = Page.objects.get(depth=1)
    Page.objects.filter(depth=2).delete()
    root = Page.objects.get(pk=root.pk)
    Site.objects.all().delete()
    for code in LANGUAGES:
        Locale.objects.get_or_create(language_code=code)
        home = put(root, HomePage, f"home-{code}", code, key("home"))
        if code == "en":
            Site.objects.create(hostname="testserver", root_page=home, is_default_site=True)
        put(home, StandardPage, "help", code, key("help"))
        index = put(home, CourseIndexPage, "courses", code, key("index"))
        for course, name in ((A, "alpha"), (B, "beta")):
            page = put(index, CoursePage, name, code, course, code=name.upper(), summary="S")
            module = put(page, ModulePage, f"{name}-module", code, key(name, "module"))
            put(module, LessonPage, f"{name}-lesson", code, key(name, "lesson"))
            Question.objects.create(
                code=f"{name.upper()}-1", kind="single", module=key(name, "module"),
                prompt=f"SECRET question {name} {code}", locale=page.locale, parts=[],
                translation_key=key(name, "question"),
            )  # fmt: skip
            BlockAlternative.objects.create(
                lesson=key(name, "lesson"), block=key(name, "block"), region_id="SN", language=code
            )


@dataclass
class Studio:
    """The people, their browsers, and what they may and may not touch."""

    people: dict[str, User]
    clients: dict[str, Client]

    def page(self, name: str, language: str) -> Page:
        return Page.objects.get(slug=name, locale__language_code=language).specific

    def question(self, name: str, language: str) -> Question:
        return Question.objects.get(code=f"{name.upper()}-1", locale__language_code=language)

    def alternative(self, name: str, language: str) -> BlockAlternative:
        return BlockAlternative.objects.get(lesson=key(name, "lesson"), language=language)


def make_people() -> dict[str, User]:
    found = {
        "none": people.member("None"),
        "trainer_a": people.staff("trainer", "Trainer A", course=A),
        "trainer_b": people.staff("trainer", "Trainer B", course=B),
        "reviewer_fr": people.staff("reviewer", "Reviewer", language="fr"),
        "translator_fr": people.staff("translator", "Translator fr", language="fr"),
        "translator_es": people.staff("translator", "Translator es", language="es"),
        "admin": people.staff("administrator", "Admin"),
    }
    for person in found.values():
        sync_studio_rights(person)
    return found


@pytest.fixture(scope="package")
def built(django_db_setup: Any, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    with django_db_blocker.unblock(), transaction.atomic():
        build()
        set_up()
        yield {name: person.pk for name, person in make_people().items()}
        transaction.set_rollback(True)


@pytest.fixture
def studio(built: dict[str, int], db: None) -> Studio:
    found = {name: User.objects.get(pk=pk) for name, pk in built.items()}
    return Studio(found, {name: people.signed_in(person) for name, person in found.items()})
