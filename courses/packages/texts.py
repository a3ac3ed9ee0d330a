"""Between one language file of a pack and the fields of one page. Writes no database."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from courses.catalogue.pages import CoursePage, LessonPage, ModulePage
from courses.packages.markdown import to_html, to_markdown
from courses.packages.model import Text
from courses.packages.streams import from_raw, to_raw

COURSE = (
    "slug", "level", "delivery", "minutes", "topics", "access", "label", "opens", "needs",
    "pass_mark", "edition", "review_due", "certificate_months",
)  # fmt: skip
EMPTY_AS_NONE = {"review_due", "edition"}


def fill_course(page: CoursePage, text: Text, source: Text, meta: dict[str, Any]) -> None:
    """Put a course file's content into a page; untranslated fields come from the source file."""
    words = source.fields | text.fields
    page.title, page.summary, page.audience = words["title"], words["summary"], words["audience"]
    page.outcomes = json.dumps(
        [
            {
                "type": "outcome",
                "id": _steady(meta["family"], row["id"]),
                "value": {"key": row["id"], "text": row["text"]},
            }
            for row in words["outcomes"]
        ]
    )
    page.description = to_html(text.body)
    for name in COURSE:
        value = source.fields[name]
        setattr(page, name, "" if value is None and name in EMPTY_AS_NONE else value)
    page.pillars = [str(number) for number in source.fields["pillars"]]
    page.code, page.licence = meta["code"], meta["licence"]
    page.regions, page.release_notes = meta["regions"], meta["release_notes"] or ""
    page.source_language = meta["source"]


def course_text(page: CoursePage, *, source: bool) -> Text:
    """Return a course page as its file; a translation has only its own words."""
    fields: dict[str, Any] = {
        "title": page.title,
        "summary": page.summary,
        "audience": page.audience,
        "outcomes": [
            {"id": raw["value"]["key"], "text": raw["value"]["text"]}
            for raw in page.outcomes.raw_data
        ],
    }
    if source:
        for name in COURSE:
            value = getattr(page, name)
            fields[name] = None if value == "" and name in EMPTY_AS_NONE else value
        fields["pillars"] = [int(number) for number in page.pillars]
    return _text(page, fields, body=to_markdown(page.description))


def fill_module(page: ModulePage, text: Text, source: Text, slug: str) -> None:
    """Put a module file's content into a page."""
    page.title, page.slug = text.fields["title"], slug
    page.description = to_html(text.body)
    page.outcomes = source.fields["outcomes"]
    page.rule = str(source.fields["rule"])


def module_text(page: ModulePage, *, source: bool) -> Text:
    """Return a module page as its file."""
    fields: dict[str, Any] = {"title": page.title}
    if source:
        rule = int(page.rule) if page.rule.isdigit() else page.rule
        fields |= {"outcomes": page.outcomes, "rule": rule}
    return _text(page, fields, body=to_markdown(page.description))


def fill_lesson(page: LessonPage, text: Text, source: Text, slug: str) -> None:
    """Put a lesson file's content into a page; a translation gets the source's question blocks."""
    page.title, page.slug = text.fields["title"], slug
    page.minutes, page.kind = source.fields["minutes"], source.fields["kind"]
    page.complete = source.fields["complete"]
    if text is source:
        page.body = json.dumps([to_raw(block) for block in source.blocks])
        return
    own = {block.id: block for block in text.blocks}
    rows = []
    for block in source.blocks:
        raw = to_raw(block)
        if block.id in own:
            rows.append(to_raw(own[block.id], source=raw))
        elif block.kind == "question":
            rows.append(raw)
    page.body = json.dumps(rows)


def lesson_text(page: LessonPage, *, source: bool) -> Text:
    """Return a lesson page as its file."""
    fields: dict[str, Any] = {"title": page.title}
    if source:
        fields |= {"minutes": page.minutes, "kind": page.kind, "complete": page.complete}
    blocks = [
        from_raw(raw, translation=not source)
        for raw in page.body.raw_data
        if source or raw["type"] != "question"
    ]
    text = _text(page, fields)
    text.blocks = blocks
    return text


def digest(text: Text | dict[str, Any]) -> str:
    """SHA-256 (hex) of a file's content, wherever it stands and however it is laid out."""
    content = asdict(text) if isinstance(text, Text) else dict(text)
    content.pop("path", None)
    for block in content.get("blocks", []):
        block.pop("line", None)
    raw = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(raw.encode()).hexdigest()


def _text(page: Any, fields: dict[str, Any], body: str = "") -> Text:
    return Text(path="", language=page.locale.language_code, region=None, fields=fields, body=body)


def _steady(family: str, key: str) -> str:
    from uuid import UUID, uuid5

    return str(uuid5(UUID(family), f"outcome:{key}"))
