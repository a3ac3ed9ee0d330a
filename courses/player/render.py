"""Blocks to HTML. The outcome depends on edition, step, interface language and region alone, so it
is kept with the edition."""

import re
from itertools import zip_longest
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString
from wagtail.images import get_image_model
from wagtail.rich_text import expand_db_html

from courses.catalogue import kinds
from courses.catalogue.edition import Edition, Shown
from courses.catalogue.models import CourseMedia
from courses.packages import figures
from courses.packages.markdown import inline_html
from courses.player.words import source
from portal.languages.table import BY_CODE, direction
from portal.shared.html import without_markup

LIMIT = 4096
_ANCHOR = re.compile(r'href="#([0-9a-f-]{36})"')


def step_pieces(edition: Edition, step: dict[str, Any], region: str) -> list[tuple[str, Any]]:
    """Return a step as pieces: ``("html", text)`` or ``("question", manifest entry)``."""
    language = translation.get_language() or "en"
    key = (step["id"], language, region)
    if key not in edition.rendered:
        if len(edition.rendered) > LIMIT:
            edition.rendered.clear()
        edition.rendered[key] = list(_pieces(edition, step, language, region))
    return edition.rendered[key]


def _pieces(edition: Edition, step: dict[str, Any], language: str, region: str) -> Any:
    for entry in step["blocks"]:
        if entry.get("question"):
            yield "question", entry
            continue
        for shown in edition.shown(entry, language, region):
            yield "html", block_html(edition, shown, language)


def block_html(edition: Edition, shown: Shown, language: str) -> str:
    """Return one block as HTML in the words chosen for it."""
    kind = "no_regional_text" if shown.missing_region else shown.kind
    other = shown.language != language
    context = {
        "id": shown.id,
        "value": _prepared(edition, shown, language),
        "entry": shown.entry,
        "lang": shown.language if other else "",
        "dir": direction(shown.language) if other else "",
        "language_name": BY_CODE[shown.language].name if other else "",
        "behind": shown.behind,
        "foreign": shown.foreign,
        "sources": [source(item) for item in _items(shown.value.get("sources"))],
    }
    return render_to_string(f"courses/blocks/{kind}.html", context)


def rich(edition: Edition, html: str) -> str:
    """Return stored rich text for a page: links to blocks lead to their step."""

    def address(match: re.Match[str]) -> str:
        found = edition.blocks.get(match[1])
        if not found:
            return match[0]
        placed, number, _ = found
        path = reverse("step", args=[edition.slug, placed.lesson["slug"], number])
        return f'href="{path}#b-{match[1]}"'

    # Rich text as the store has it: our Markdown or the studio's editor wrote it, cleaned.
    return SafeString(expand_db_html(_ANCHOR.sub(address, html or "")))


def _items(raw: Any) -> list[Any]:
    """Return the values of a stored ListBlock, in its new or old form."""
    return [
        item["value"] if isinstance(item, dict) and "value" in item and "type" in item else item
        for item in raw or []
    ]


def _prepared(edition: Edition, shown: Shown, language: str) -> dict[str, Any]:
    value = dict(shown.value)
    for name in ("text", "description", "transcript"):
        if isinstance(value.get(name), str):
            value[name] = rich(edition, value[name])
    for name in ("items", "steps"):
        if name in value:
            value[name] = [
                item | {"text": rich(edition, item["text"])} for item in _items(value[name])
            ]
    if shown.kind == "table":
        value |= _table(value)
    if shown.kind == "callout":
        value["tone_name"] = dict(kinds.TONES).get(value.get("tone", "note"))
    if shown.kind == "image":
        value |= _picture(edition, shown, value)
    if shown.kind == "video":
        value |= _film(edition, value)
    return value


def _table(value: dict[str, Any]) -> dict[str, Any]:
    """Cut a table into headings and rows; on phones every cell bears the heading of its column."""
    # Cells are Markdown of one line; inline_html escapes everything else.
    rows = [
        [SafeString(inline_html(cell)) for cell in _items(row["cells"])]
        for row in _items(value["rows"])
    ]
    head = rows.pop(0) if value.get("header") in {"row", "both"} else []
    labels = [without_markup(cell) for cell in head]
    return {
        "head": head,
        "rows": [list(zip_longest(row, labels[: len(row)], fillvalue="")) for row in rows],
        "head_column": value.get("header") in {"column", "both"},
    }


def _picture(edition: Edition, shown: Shown, value: dict[str, Any]) -> dict[str, Any]:
    if value.get("figure"):
        media = CourseMedia.objects.filter(
            family=edition.family, name=f"{value['figure']}.svg"
        ).first()
        drawing = figures.clean(bytes(media.content)) if media else None
        if isinstance(drawing, figures.Figure):
            labels = {item["key"]: item["text"] for item in _items(value.get("labels"))}
            svg = figures.render(
                drawing, labels, direction(shown.language), value.get("alt", ""), ""
            )
            # Built by figures.render from a drawing that passed its allow-list, labels escaped.
            return {"svg": SafeString(svg), "credit": media.credit if media else ""}
        return {}
    if value.get("file"):
        url = reverse("course_media", args=[edition.slug, value["file"]])
        media = CourseMedia.objects.filter(family=edition.family, name=value["file"]).first()
        return {"file_url": url, "credit": media.credit if media else ""}
    image = get_image_model().objects.filter(pk=value.get("image")).first()
    return {"picture": image, "credit": getattr(image, "credit", "")}


def _film(edition: Edition, value: dict[str, Any]) -> dict[str, Any]:
    """Return addresses of film, sound, captions and still picture, and the film's size in bytes."""
    names = {name: value.get(name) for name in ("file", "audio", "captions", "poster")}
    film = CourseMedia.objects.filter(family=edition.family, name=names["file"] or "").first()
    urls = {
        f"{name}_url": reverse("course_media", args=[edition.slug, file])
        for name, file in names.items()
        if file
    }
    return urls | {"bytes": len(film.content) if film else 0}
