"""A draft as a learner would read it, for the studio's preview. Nothing is stored."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from wagtail.models import Page

from courses.catalogue.edition import Edition, Shown
from courses.catalogue.pages import LessonPage
from courses.player.questions import preview_card
from courses.player.render import block_html, rich
from portal.languages.table import direction


def preview_page(request: HttpRequest, page: Page) -> HttpResponse:
    """Answer with the draft of a course, module or lesson page, all steps below one another."""
    language = page.locale.language_code
    edition = Edition(
        id=0, mark=0, family="", slug="preview", number=0, source=language,
        manifest={"course": {}, "modules": []}, texts={},
    )  # fmt: skip
    context: dict[str, Any] = {
        "page": page,
        "content_language": language,
        "content_direction": direction(language),
        "pieces": _pieces(edition, page) if isinstance(page, LessonPage) else [],
        "description": rich(edition, getattr(page, "description", "")),
    }
    return HttpResponse(render_to_string("courses/player/preview.html", context, request))


def _pieces(edition: Edition, page: LessonPage) -> list[dict[str, Any]]:
    language = page.locale.language_code
    found: list[dict[str, Any]] = []
    for raw in page.body.get_prep_value():
        value = raw["value"]
        if raw["type"] == "step":
            found.append({"title": value.get("title") or ""})
        elif raw["type"] == "question":
            found.append({"card": preview_card(value.get("question") or "", language, raw["id"])})
        else:
            entry = {"optional": value.get("optional"), "regional": "no"}
            shown = Shown(raw["id"] or "", raw["type"], language, value, entry)
            found.append({"html": block_html(edition, shown, get_language() or language)})
    return found
