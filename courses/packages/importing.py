"""From a pack to pages and questions, in one transaction: everything or nothing.

Nothing is published unless asked, enrolments are never touched, and a text that a person has
changed since the last import stays as it is without ``overwrite``.
"""

from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from wagtail.models import Locale, Page

from courses.catalogue.models import CourseMedia, CoursePackText, ImportedText
from courses.catalogue.pages import CourseIndexPage, CoursePage, LessonPage, ModulePage
from courses.catalogue.receivers import bulk
from courses.catalogue.releases import publish_release
from courses.packages import texts
from courses.packages.import_regions import import_alternatives
from courses.packages.import_run import Report, Run, mark_imported
from courses.packages.model import Lesson, Module, Pack, Question, Text
from courses.questions.models import Question as QuestionRow
from courses.questions.payload import LISTS, build, split
from portal.pages.models import HomePage
from portal.shared.errors import Invalid

TITLES = {
    "en": "Courses", "fr": "Cours", "es": "Cursos", "ru": "Курсы", "ar": "الدورات",
    "zh-hans": "课程", "uk": "Курси",
}  # fmt: skip


@transaction.atomic
def import_pack(pack: Pack, *, overwrite: bool = False, publish: bool = False) -> Report:
    """Bring a checked, resolved pack into the database and return what was done.

    Raises Invalid when the site has no home page in one of the pack's languages.
    """
    run = Run(pack, overwrite, publish, Report())
    family = pack.meta["family"]
    _keep_extras(pack)
    for question in pack.questions.values():
        _import_question(run, question)
    for language in pack.meta["languages"]:
        locale, _ = Locale.objects.get_or_create(language_code=language)
        _import_language(run, locale, family)
    import_alternatives(run)
    _report_absent(run)
    if publish:
        token = bulk.set(True)
        try:
            for page in run.pages:
                revision = page.latest_revision
                if revision is not None and (not page.live or page.has_unpublished_changes):
                    revision.publish()
        finally:
            bulk.reset(token)
        publish_release(family=family)
    return run.report


def _import_language(run: Run, locale: Locale, family: str) -> None:
    language = locale.language_code
    pack = run.pack
    text = pack.texts.get(language)
    if text is None:
        return
    source = pack.texts[pack.meta["source"]]
    course = _write(
        run, CoursePage, UUID(family), locale, _index(locale), "course", text,
        lambda page: texts.fill_course(page, text, source, pack.meta), texts.course_text,
    )  # fmt: skip
    for module in pack.modules:
        _import_module(run, module, locale, course)


def _import_module(run: Run, module: Module, locale: Locale, course: Page) -> None:
    language, first = locale.language_code, run.pack.meta["source"]
    text = module.texts.get(language)
    if text is None:
        return
    source = module.texts[first]
    page = _write(
        run, ModulePage, UUID(module.id), locale, course, "module", text,
        lambda page: texts.fill_module(page, text, source, module.slug), texts.module_text,
    )  # fmt: skip
    for lesson in module.lessons:
        _import_lesson(run, lesson, locale, page)


def _import_lesson(run: Run, lesson: Lesson, locale: Locale, module: Page) -> None:
    language, first = locale.language_code, run.pack.meta["source"]
    text = lesson.texts.get(language)
    if text is None:
        return
    source = lesson.texts[first]
    _write(
        run, LessonPage, UUID(lesson.id), locale, module, "lesson", text,
        lambda page: texts.fill_lesson(page, text, source, lesson.slug), texts.lesson_text,
    )  # fmt: skip


def _index(locale: Locale) -> Page:
    """Return the root of all courses of a language, made below the home page if need be."""
    index = CourseIndexPage.objects.filter(locale=locale).first()
    if index is not None:
        return index
    home = HomePage.objects.filter(locale=locale).first()
    if home is None:
        raise Invalid(f"There is no home page in {locale.language_code}. Run ship_content first.")
    index = CourseIndexPage(
        title=TITLES.get(locale.language_code, "Courses"), slug="courses", locale=locale
    )
    other = CourseIndexPage.objects.first()
    if other is not None:
        index.translation_key = other.translation_key
    return home.add_child(instance=index)


def _write(
    run: Run, model: Any, key: UUID, locale: Locale, parent: Page, kind: str, text: Text,
    fill: Any, back: Any,
) -> Page:  # fmt: skip
    """Create or update one page as a draft; return it as it stands."""
    source = locale.language_code == run.pack.meta["source"]
    stored = model.objects.filter(translation_key=key, locale=locale).first()
    page = (
        stored.get_latest_revision_as_object()
        if stored
        else model(translation_key=key, locale=locale)
    )
    mark = ImportedText.objects.filter(
        kind=kind, key=key, language=locale.language_code, region=""
    ).first()
    before = texts.digest(back(page, source=source)) if stored else ""
    if stored and mark and before != mark.digest and not run.overwrite:
        run.report.note("kept", f"{kind} {locale.language_code} {page.title}")
        return stored
    fill(page)
    after = texts.digest(back(page, source=source))
    run.pages.append(page)
    mark_imported(kind, key, locale.language_code, after)
    if stored and before == after:
        run.report.note("unchanged", page.title)
        return stored
    if stored is None:
        page.live = False
        page.draft_title = page.title
        page = parent.add_child(instance=page)
        run.pages[-1] = page
    page.save_revision(changed=True, clean=False)
    run.report.note("changed" if stored else "new", page.title)
    return page


def _import_question(run: Run, question: Question) -> None:
    data, key = question.data, UUID(question.id)
    ids = _part_ids(key, data)
    rows = list(
        QuestionRow.objects.filter(translation_key=key).select_related("locale").order_by("pk")
    )
    mark = ImportedText.objects.filter(kind="question", key=key).first()
    before = texts.digest(build(_source_first(rows, run))) if rows else ""
    if rows and mark and before != mark.digest and not run.overwrite:
        run.report.note("kept", f"question {question.code}")
        return
    for language in data["prompt"]:
        locale, _ = Locale.objects.get_or_create(language_code=language)
        row = next((r for r in rows if r.locale_id == locale.pk), None) or QuestionRow(
            translation_key=key, locale=locale
        )
        for name, value in split(data, language, ids).items():
            setattr(row, name, value)
        row.parts = list(split(data, language, ids)["parts"])
        row.save()
    fresh = list(
        QuestionRow.objects.filter(translation_key=key).select_related("locale").order_by("pk")
    )
    after = texts.digest(build(_source_first(fresh, run)))
    mark_imported("question", key, "", after)
    run.report.note(
        "new" if not rows else "unchanged" if before == after else "changed", question.code
    )


def _source_first(rows: list[Any], run: Run) -> list[Any]:
    first = run.pack.meta["source"]
    return sorted(rows, key=lambda row: row.locale.language_code != first)


def _part_ids(key: UUID, data: dict[str, Any]) -> dict[str, str]:
    ids = {"otherwise:": str(uuid5(key, "otherwise:"))}
    for name in LISTS.values():
        for entry in data.get(name, []):
            ids[f"{name}:{entry['id']}"] = str(uuid5(key, f"{name}:{entry['id']}"))
    return ids


def _keep_extras(pack: Pack) -> None:
    family = pack.meta["family"]
    for name, content in pack.media.items():
        about = pack.media_meta.get(name, {})
        CourseMedia.objects.update_or_create(
            family=family,
            name=name,
            defaults={
                "content": content,
                "credit": about.get("credit", ""),
                "licence": about.get("licence", ""),
            },
        )
    languages = " ".join(pack.meta["languages"])
    kept = (("glossary.csv", pack.glossary), ("course-id", pack.id), ("languages", languages))
    for name, content in kept:
        if content:
            CoursePackText.objects.update_or_create(
                family=family, name=name, defaults={"content": content}
            )


def _report_absent(run: Run) -> None:
    """Name lessons that are on the site and no longer in the pack; they stay."""
    wanted = {lesson.id for module in run.pack.modules for lesson in module.lessons}
    course = CoursePage.objects.filter(
        translation_key=run.pack.meta["family"], locale__language_code=run.pack.meta["source"]
    ).first()
    if course is not None:
        for lesson in LessonPage.objects.descendant_of(course):
            if str(lesson.translation_key) not in wanted:
                run.report.absent.append(lesson.title)
