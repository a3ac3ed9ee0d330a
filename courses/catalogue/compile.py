"""Turns the pages of a course family into the manifest and the texts of a release.

Reads pages and writes nothing but question versions. Shapes:

``manifest``: ``{"course": {...settings}, "modules": [{"id", "slug", "rule", "outcomes", "lessons":
[{"id", "slug", "minutes", "kind", "complete", "steps": [{"id", "minutes", "optional", "blocks":
[{"id", "kind", "hash", "optional", "audience", "regional", "question", "version", ...}]}]}]}]}``

``content`` of one language: ``{"course": {...}, "modules": {id: {...}}, "lessons": {id: {...}},
"blocks": {id: {"kind", "value", "behind"}}, "alternatives": [...]}``.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from courses.catalogue.models import BlockAlternative
from courses.catalogue.pages import CoursePage, LessonPage, ModulePage
from courses.packages.hashes import block_hash
from courses.packages.streams import from_raw
from courses.questions.services import current_versions

COURSE_SETTINGS = (
    "code", "level", "delivery", "minutes", "pillars", "topics", "access", "label", "opens",
    "needs", "pass_mark", "edition", "review_due", "licence",
)  # fmt: skip


@dataclass
class Compiled:
    """A course ready to be released: one manifest, one content per language."""

    family: str
    slug: str
    code: str
    source: str
    notes: str
    manifest: dict[str, Any]
    contents: dict[str, dict[str, Any]]


def digest(value: Any) -> str:
    """SHA-256 (hex) of a JSON value in canonical form (sorted keys, no spaces)."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def compile_course(family: Any) -> Compiled | None:
    """Return the compiled course of a family, or None when its source page is not live."""
    versions = {
        page.locale.language_code: page
        for page in CoursePage.objects.live()
        .filter(translation_key=family)
        .select_related("locale")
    }
    if not versions:
        return None
    code = next(iter(versions.values())).source_language
    if code not in versions:
        return None
    source = versions[code]
    modules = list(ModulePage.objects.live().child_of(source).order_by("path"))
    lessons = {
        module.pk: list(LessonPage.objects.live().child_of(module).order_by("path"))
        for module in modules
    }
    everything = [lesson for group in lessons.values() for lesson in group]
    asked = [
        raw["value"]["question"]
        for lesson in everything
        for raw in lesson.body.raw_data
        if raw["type"] == "question"
    ]
    questions = current_versions(codes=asked)
    manifest = {
        "course": {name: getattr(source, name) for name in COURSE_SETTINGS}
        | {"id": str(source.translation_key), "complete": "modules"},
        "modules": [_module(module, lessons[module.pk], questions) for module in modules],
    }
    contents = {
        language: _content(page, modules, everything, source_language=code)
        for language, page in versions.items()
    }
    return Compiled(
        family=str(family),
        slug=source.slug,
        code=source.code,
        source=code,
        notes=source.release_notes,
        manifest=manifest,
        contents=contents,
    )


def _module(
    module: ModulePage, lessons: list[LessonPage], questions: dict[str, Any]
) -> dict[str, Any]:
    return {
        "id": str(module.translation_key),
        "slug": module.slug,
        "rule": int(module.rule) if module.rule.isdigit() else module.rule,
        "outcomes": module.outcomes,
        "lessons": [
            {
                "id": str(lesson.translation_key),
                "slug": lesson.slug,
                "minutes": lesson.minutes,
                "kind": lesson.kind,
                "complete": lesson.complete or "viewed",
                "steps": _steps(lesson, questions),
            }
            for lesson in lessons
        ],
    }


def _steps(lesson: LessonPage, questions: dict[str, Any]) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    for raw in lesson.body.raw_data:
        value = raw["value"]
        if raw["type"] == "step" or not steps:
            first = raw["type"] == "step"
            steps.append(
                {
                    "id": raw["id"] if first else str(lesson.translation_key),
                    "minutes": value.get("minutes", 0) if first else lesson.minutes,
                    "optional": bool(value.get("optional")) if first else False,
                    "hash": block_hash(from_raw(raw)) if first else "",
                    "blocks": [],
                }
            )
            if first:
                continue
        entry = {
            "id": raw["id"],
            "kind": raw["type"],
            "hash": block_hash(from_raw(raw)),
            "optional": bool(value.get("optional")),
            "audience": value.get("audience") or [],
            "regional": value.get("regional") or "no",
            "question": None,
        }
        if raw["type"] == "question":
            version = questions.get(value["question"])
            if version is None:
                continue
            entry |= {
                "question": value["question"],
                "version": version.pk,
                "explained_by": version.payload.get("explained_by"),
                "behaviour": value.get("behaviour") or "interactive",
                "tries": value.get("tries") or 2,
            }
        steps[-1]["blocks"].append(entry)
    return steps


def _content(
    course: CoursePage,
    modules: list[ModulePage],
    lessons: list[LessonPage],
    *,
    source_language: str,
) -> dict[str, Any]:
    language = course.locale.language_code
    in_language = {
        page.translation_key: page
        for model, originals in ((ModulePage, modules), (LessonPage, lessons))
        for page in model.objects.live().filter(
            locale=course.locale, translation_key__in=[page.translation_key for page in originals]
        )
    }
    content: dict[str, Any] = {
        "course": {
            "title": course.title,
            "summary": course.summary,
            "audience": course.audience,
            "outcomes": [block["value"] for block in course.outcomes.raw_data],
            "description": course.description,
        },
        "modules": {},
        "lessons": {},
        "blocks": {},
        "alternatives": _alternatives(lessons, language),
    }
    for module in modules:
        if translated := in_language.get(module.translation_key):
            content["modules"][str(module.translation_key)] = {
                "title": translated.title,
                "description": translated.description,
            }
    for lesson in lessons:
        translated = in_language.get(lesson.translation_key)
        if translated is None:
            continue
        content["lessons"][str(lesson.translation_key)] = {"title": translated.title}
        originals = {raw["id"]: raw for raw in lesson.body.raw_data}
        for raw in translated.body.raw_data:
            original = originals.get(raw["id"])
            if original is None or raw["type"] == "question":
                continue
            basis = raw["value"].get("basis") or ""
            behind = bool(
                language != source_language and basis and basis != block_hash(from_raw(original))
            )
            content["blocks"][raw["id"]] = {
                "kind": raw["type"], "value": raw["value"], "behind": behind,
            }  # fmt: skip
    return content


def _alternatives(lessons: list[LessonPage], language: str) -> list[dict[str, Any]]:
    rows = BlockAlternative.objects.filter(
        lesson__in=[lesson.translation_key for lesson in lessons], language=language
    ).exclude(state="draft")
    by_lesson: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.order_by("position", "pk"):
        raw = row.content.raw_data[0] if len(row.content.raw_data) else None
        by_lesson[row.lesson].append(
            {
                "block": str(row.block),
                "region": row.region_id,
                "mode": row.mode,
                "basis": row.basis,
                "id": raw["id"] if raw else str(row.block),
                "kind": raw["type"] if raw else "",
                "value": dict(raw["value"]) if raw else {},
            }
        )
    return [entry for lesson in lessons for entry in by_lesson[lesson.translation_key]]
