"""Lessons and questions go through wagtail-localize: cut into segments, translated, published."""

from typing import Any

from django.test import Client
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from courses.catalogue.models import Course
from courses.catalogue.pages import CourseIndexPage, CoursePage, LessonPage, ModulePage
from courses.models import Question
from tests.courses import minipack
from tests.courses.player.steps import answer, url


def translate(instance: Any, locale: Locale) -> Translation:
    """Translate every segment of an object by putting "ES " before it."""
    source, _ = TranslationSource.update_or_create_from_instance(instance)
    translation = Translation.objects.create(source=source, target_locale=locale)
    for segment in source.stringsegment_set.select_related("string", "context"):
        StringTranslation.objects.create(
            translation_of=segment.string,
            locale=locale,
            context=segment.context,
            data=f"ES {segment.string.data}",
        )
    translation.save_target(publish=True)
    return translation


def segments(instance: Any) -> list[str]:
    source, _ = TranslationSource.update_or_create_from_instance(instance)
    return [s.string.data for s in source.stringsegment_set.select_related("string")]


def lesson(name: str) -> LessonPage:
    return LessonPage.objects.get(translation_key=minipack.key(name), locale__language_code="en")


def test_only_words_are_given_to_translators(mini: Course) -> None:
    found = segments(lesson("one"))
    assert "At the border" in found
    assert "An officer meets <b>a parcel</b>." in found
    assert not [text for text in found if text in {"002", "¶11", "secretariat", "2014-05", "M-Q01"}]
    question = Question.objects.get(code="M-Q05", locale__language_code="en")
    assert sorted(set(segments(question)))[0] == "Choice x EN"
    assert not {"x", "r1"} & set(segments(question))


def test_a_course_is_translated_into_a_new_language_and_joins_the_release(
    mini: Course, visitor: Client, signed_in: Client, django_capture_on_commit_callbacks: Any
) -> None:
    answer(signed_in, "M-Q01")
    spanish, _ = Locale.objects.get_or_create(language_code="es")
    english = {"locale__language_code": "en"}
    with django_capture_on_commit_callbacks(execute=True):
        translate(CourseIndexPage.objects.get(**english), spanish)
        translate(CoursePage.objects.get(**english), spanish)
        translate(ModulePage.objects.get(translation_key=minipack.key("m1"), **english), spanish)
        translate(lesson("one"), spanish)
    mini.refresh_from_db()
    assert mini.release.number == 1
    page = visitor.get(url("one", 1, "es")).content.decode()
    assert "ES An officer meets" in page
    assert '<html lang="es"' in page
    assert 'data-state="right"' in signed_in.get(url("one", 2, "es")).content.decode()
    missing = visitor.get(url("two", 1, "es")).content.decode()
    assert "language-notice" in missing


def test_blocks_keep_their_identity_in_translation(mini: Course) -> None:
    spanish, _ = Locale.objects.get_or_create(language_code="es")
    english = {"locale__language_code": "en"}
    for page in (
        CourseIndexPage.objects.get(**english), CoursePage.objects.get(**english),
        ModulePage.objects.get(translation_key=minipack.key("m1"), **english), lesson("one"),
    ):  # fmt: skip
        translate(page, spanish)
    translated = LessonPage.objects.get(translation_key=minipack.key("one"), locale=spanish)
    ids = [raw["id"] for raw in translated.body.raw_data]
    assert ids == [raw["id"] for raw in lesson("one").body.raw_data]
    assert translated.slug == "one"
