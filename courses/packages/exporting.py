"""From pages and questions back to a pack: what was imported comes out the same."""

from collections import defaultdict
from typing import Any

from courses.catalogue.models import BlockAlternative, CourseMedia, CoursePackText
from courses.catalogue.pages import CoursePage, LessonPage, ModulePage
from courses.packages import texts
from courses.packages.model import Block, Lesson, Module, Pack, Question, Text
from courses.packages.streams import from_raw
from courses.questions.models import Question as QuestionRow
from courses.questions.payload import build
from portal.languages.table import CODES
from portal.shared.errors import Invalid


def export_pack(family: Any) -> Pack:
    """Return the pack of a course family as its newest drafts stand. Raises Invalid if unknown."""
    versions = _versions(CoursePage, [family])[str(family)]
    if not versions:
        raise Invalid("There is no such course.")
    source_code = next(iter(versions.values())).source_language
    source = versions[source_code]
    extras = dict(CoursePackText.objects.filter(family=family).values_list("name", "content"))
    noted = extras.get("languages", source_code).split()
    languages = [*noted, *[code for code in CODES if code in versions and code not in noted]]
    media = list(CourseMedia.objects.filter(family=family).order_by("name"))
    pack = Pack(
        meta={
            "pack": 1,
            "family": str(family),
            "code": source.code,
            "source": source_code,
            "languages": languages,
            "regions": source.regions,
            "licence": source.licence,
            "release_notes": source.release_notes or None,
        },
        id=extras.get("course-id", str(family)),
        texts={
            code: texts.course_text(versions[code], source=code == source_code)
            for code in languages
            if code in versions
        },
        modules=_modules(CoursePage.objects.get(pk=source.pk), source_code),
        questions={},
        media={row.name: bytes(row.content) for row in media},
        media_meta={row.name: {"credit": row.credit, "licence": row.licence} for row in media},
        glossary=extras.get("glossary.csv"),
    )
    pack.questions = _questions(pack, source_code)
    return pack


def _versions(model: Any, keys: list[Any]) -> dict[str, dict[str, Any]]:
    """Return key → language → newest draft of each page."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for page in model.objects.filter(translation_key__in=keys).select_related(
        "locale", "latest_revision"
    ):
        draft = page.get_latest_revision_as_object()
        found[str(page.translation_key)][page.locale.language_code] = draft
    return found


def _modules(course: CoursePage, source: str) -> list[Module]:
    pages = list(ModulePage.objects.child_of(course).order_by("path"))
    versions = _versions(ModulePage, [page.translation_key for page in pages])
    modules = []
    for number, page in enumerate(pages, start=1):
        own = versions[str(page.translation_key)]
        modules.append(
            Module(
                id=str(page.translation_key),
                number=number,
                slug=page.slug,
                texts=_ordered(own, texts.module_text, source),
                lessons=_lessons(page, source),
            )
        )
    return modules


def _lessons(module: ModulePage, source: str) -> list[Lesson]:
    pages = list(LessonPage.objects.child_of(module).order_by("path"))
    versions = _versions(LessonPage, [page.translation_key for page in pages])
    return [
        Lesson(
            id=str(page.translation_key),
            number=number,
            slug=page.slug,
            texts=_ordered(versions[str(page.translation_key)], texts.lesson_text, source),
            alternatives=alternatives_of(page.translation_key),
        )
        for number, page in enumerate(pages, start=1)
    ]


def _ordered(versions: dict[str, Any], back: Any, source: str) -> dict[str, Text]:
    codes = [source, *[code for code in CODES if code != source]]
    return {code: back(versions[code], source=code == source) for code in codes if code in versions}


def alternatives_of(lesson: Any) -> list[Text]:
    """Return the regional texts of a lesson, one file per region and language."""
    files: dict[tuple[str, str], Text] = {}
    for row in BlockAlternative.objects.filter(lesson=lesson).order_by(
        "region", "language", "position"
    ):
        text = files.setdefault(
            (row.region_id, row.language),
            Text(path="", language=row.language, region=row.region_id, fields={}),
        )
        if row.mode == "hide":
            block = Block(kind="text", id=str(row.block), attributes={"mode": "hide"})
        else:
            block = from_raw(row.content.raw_data[0])
            block.attributes["mode"] = row.mode
            if row.mode == "insert-after":
                block.attributes["after"] = str(row.block)
        block.basis = row.basis or None
        text.blocks.append(block)
    return list(files.values())


def _questions(pack: Pack, source: str) -> dict[str, Question]:
    codes = {
        block.attributes["question"]
        for module in pack.modules
        for lesson in module.lessons
        for block in lesson.texts[source].blocks
        if block.kind == "question"
    }
    groups: dict[Any, list[QuestionRow]] = defaultdict(list)
    for row in QuestionRow.objects.filter(code__in=codes).select_related("locale"):
        groups[row.translation_key].append(row)
    order = {code: place for place, code in enumerate([source, *[c for c in CODES if c != source]])}
    found = {}
    for key, rows in groups.items():
        rows.sort(key=lambda row: order[row.locale.language_code])
        data = build(rows)
        found[data["code"]] = Question(id=str(key), code=data["code"], path="", data=data)
    return dict(sorted(found.items()))
