"""What the page of one step shows: text pieces, question cards, place in the course."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from courses.catalogue.edition import Edition, Placed
from courses.player.outline import outline_html
from courses.player.questions import attempts_for, card
from courses.player.reader import Reader
from courses.player.render import step_pieces
from courses.player.services import next_place, previous_place
from courses.player.skeleton import NUL, fill, join, kept, mark
from portal.languages.table import BY_CODE, direction


def step_page(
    request: HttpRequest,
    reader: Reader,
    placed: Placed,
    number: int,
    refused: tuple[str, dict[str, Any]] | None = None,
) -> HttpResponse:
    """Answer with the page of a step; number counts from 1.

    ``refused`` is the block whose answer could not be read, and its card with the message.
    """
    step = placed.lesson["steps"][number - 1]
    cards = _cards(reader, step)
    if refused:
        cards[refused[0]] = refused[1]
    open_question = any(not shown["closed"] for shown in cards.values())
    done = reader.state("steps", step["id"]) in {"done", "passed"}
    new_here = step["id"] in reader.summary.get("new", {}).get(placed.lesson["id"], [])
    edition = reader.edition
    key = (
        edition.id,
        edition.mark,
        step["id"],
        reader.region,
        done,
        open_question,
        new_here,
        bool(refused),
    )
    pieces = {
        f"card:{block}": _card_html(request, edition, shown) for block, shown in cards.items()
    }
    pieces["outline"] = outline_html(edition, reader.summary, placed.lesson["id"])
    return fill(
        request,
        "courses/player/step.html",
        key,
        lambda: (
            _frame(reader, placed, number)
            | {
                "done": done,
                "open_question": open_question,
                "new_here": new_here,
                "refused": refused,
            }
        ),
        pieces,
    )


def _frame(reader: Reader, placed: Placed, number: int) -> dict[str, Any]:
    """Return what is the same for every reader of a step in one language and region."""
    step = placed.lesson["steps"][number - 1]
    total = len(placed.lesson["steps"])
    return {
        "edition": reader.edition,
        "placed": placed,
        "discussion_key": f"lesson:{reader.edition.slug}.{placed.lesson['slug']}",
        "number": number,
        "total": total,
        "step": step,
        "words": reader.edition.words("lessons", placed.lesson["id"], reader.language),
        "title": step_title(reader, placed, step),
        "pieces": [
            mark(f"card:{content['id']}") if kind == "question" else content
            for kind, content in step_pieces(reader.edition, step, reader.region)
        ],
        "outline": mark("outline"),
        "course_words": reader.edition.course_words(reader.language),
        "previous_url": _url(reader, previous_place(reader, placed, number)),
        "next_url": _url(reader, next_place(reader, placed, number)),
        "next_lesson": number == total,
        "visitor": not reader.user.is_authenticated,
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


def _cards(reader: Reader, step: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the question cards of a step by block; the first open one has the main button."""
    pieces = step_pieces(reader.edition, step, reader.region)
    asked = [entry for kind, entry in pieces if kind == "question"]
    attempts = attempts_for(reader.enrolment, [entry["id"] for entry in asked])
    cards: dict[str, dict[str, Any]] = {}
    primary = True
    for number, entry in enumerate(asked, start=1):
        attempt = attempts.get(entry["id"])
        shown = card(reader, entry, attempt, number=number, total=len(asked), primary=primary)
        primary = primary and shown["closed"]
        cards[entry["id"]] = shown
    return cards


def _card_html(request: HttpRequest, edition: Edition, shown: dict[str, Any]) -> str:
    """Return a card; one nobody has touched is the same for all who see its parts in one order."""
    code = translation.get_language() or "en"
    own = {"csrf": get_token(request), "key": shown["key"]}
    context = {
        "card": shown | {"key": mark("key")},
        "csrf_token": mark("csrf"),
        "interface": BY_CODE[code],
    }
    if shown["touched"]:
        return join(render_to_string("courses/player/question.html", context).split(NUL), own)
    key = (edition.id, edition.mark, code, shown["id"], shown["order"], shown["primary"])
    return join(kept(key, lambda: render_to_string("courses/player/question.html", context)), own)


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
