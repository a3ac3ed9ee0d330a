"""What the page of one step shows: text pieces, question cards, place in the course."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from courses.catalogue.edition import Placed
from courses.player.outline import outline_html
from courses.player.questions import attempts_for, card
from courses.player.reader import Reader
from courses.player.render import step_pieces
from courses.player.services import next_place, previous_place
from portal.languages.table import BY_CODE, direction


def step_page(reader: Reader, placed: Placed, number: int) -> dict[str, Any]:
    """Return the template context of a step; number counts from 1."""
    step = placed.lesson["steps"][number - 1]
    total = len(placed.lesson["steps"])
    pieces = _pieces(reader, step)
    return {
        "reader": reader,
        "edition": reader.edition,
        "placed": placed,
        "number": number,
        "total": total,
        "step": step,
        "words": reader.edition.words("lessons", placed.lesson["id"], reader.language),
        "title": step_title(reader, placed, step),
        "pieces": pieces,
        "open_question": any(not p["card"]["closed"] for p in pieces if "card" in p),
        "outline": outline_html(reader.edition, reader.summary, placed.lesson["id"]),
        "course_words": reader.edition.course_words(reader.language),
        "previous_url": _url(reader, previous_place(reader, placed, number)),
        "next_url": _url(reader, next_place(reader, placed, number)),
        "next_lesson": number == total,
        "state": reader.state("steps", step["id"]),
        "new_here": step["id"] in reader.summary.get("new", {}).get(placed.lesson["id"], []),
        "crumbs": _crumbs(reader, placed),
        "label": reader.edition.settings["label"].removeprefix("TLP:"),
        **language_of(reader, placed.lesson["id"]),
    }


def step_title(reader: Reader, placed: Placed, step: dict[str, Any]) -> str:
    """Return a step's title in the reader's language or the nearest."""
    language = reader.edition.language_for(reader.language, placed.lesson["id"])
    block = reader.edition.texts[language]["blocks"].get(step["id"])
    words = reader.edition.words("lessons", placed.lesson["id"], reader.language)
    return block["value"].get("title") or words["title"] if block else words["title"]


def language_of(reader: Reader, lesson: str | None) -> dict[str, Any]:
    """Return which language the content is in, and the notice if it is not the reader's."""
    shown = reader.edition.language_for(reader.language, lesson)
    if shown == reader.language:
        return {"content_language": "", "content_direction": "", "language_missing": None}
    return {
        "content_language": shown,
        "content_direction": direction(shown),
        "language_missing": {
            "wanted": BY_CODE[reader.language].name,
            "shown": BY_CODE[shown].name,
        },
    }


def _pieces(reader: Reader, step: dict[str, Any]) -> list[dict[str, Any]]:
    pieces = step_pieces(reader.edition, step, reader.region)
    asked = [entry["id"] for kind, entry in pieces if kind == "question"]
    attempts = attempts_for(reader.enrolment, asked)
    result: list[dict[str, Any]] = []
    primary = True
    for kind, content in pieces:
        if kind == "html":
            result.append({"html": content})
            continue
        attempt = attempts.get(content["id"])
        number = asked.index(content["id"]) + 1
        shown = card(
            reader, content, attempt, number=number, total=len(asked), primary=primary
        )  # fmt: skip
        primary = primary and shown["closed"]
        result.append({"card": shown})
    return result


def _url(reader: Reader, place: tuple[Placed, int] | None) -> str:
    if place is None:
        return ""
    return reverse("step", args=[reader.edition.slug, place[0].lesson["slug"], place[1]])


def _crumbs(reader: Reader, placed: Placed) -> list[dict[str, str]]:
    words = reader.edition.course_words(reader.language)
    lesson = reader.edition.words("lessons", placed.lesson["id"], reader.language)
    return [
        {"title": gettext("Courses"), "url": reverse("catalogue")},
        {"title": words["title"], "url": reverse("course", args=[reader.edition.slug])},
        {"title": lesson["title"], "url": ""},
    ]
