"""What the course page, the result page and “My learning” show."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext

from courses import permissions
from courses.catalogue import kinds
from courses.catalogue.edition import Edition, edition
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment
from courses.player.reader import Reader
from courses.player.render import rich
from courses.player.services import missing_courses
from courses.player.skeleton import fill, mark
from courses.player.step_page import language_of
from courses.player.words import month
from portal.languages.table import BY_CODE
from portal.shared.clock import now


def course_page(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Answer with the course overview: kept for all readers, filled with this one's states."""
    shown, own = reader.edition, reader.enrolment
    missing = missing_courses(reader)
    newer = own is not None and reader.course.release_id != shown.id
    due_on = own.due_on if own else None
    state = own.state if own else "none"
    new = tuple(reader.summary.get("new", {}))
    key = (
        shown.id,
        shown.mark,
        state,
        newer,
        due_on,
        reader.why_not,
        tuple(missing),
        new,
        own is None,
    )
    pieces = {
        f"state:{lesson}": state_html(reader.state("lessons", lesson))
        for lesson in shown.lessons_by_id
    }
    pieces["progress"] = _progress_html(shown, reader.summary)
    pieces["resume"] = escape(resume_url(shown, own))
    return fill(
        request, "courses/player/course.html", key, lambda: _frame(reader, missing, newer), pieces
    )


def _frame(reader: Reader, missing: list[str], newer: bool) -> dict[str, Any]:
    """Return what is the same for all readers of a course in one language."""
    shown = reader.edition
    settings = shown.settings
    return {
        "reader": reader,
        "edition": shown,
        "settings": settings,
        "words": shown.course_words(reader.language),
        "description": rich(shown, shown.course_words(reader.language)["description"]),
        "edition_words": month(settings["edition"]) if settings["edition"] else "",
        "modules": [
            _module(reader, number, row) for number, row in enumerate(shown.manifest["modules"], 1)
        ],
        "progress": mark("progress"),
        "languages_offered": [BY_CODE[code] for code in shown.languages()],
        "level": dict(kinds.LEVELS)[settings["level"]],
        "delivery": dict(kinds.DELIVERIES)[settings["delivery"]],
        "access": dict(kinds.ACCESS)[settings["access"]],
        "pillars": [dict(kinds.PILLARS)[key] for key in settings["pillars"]],
        "missing": titles_of(missing, reader.language),
        "opens": titles_of(settings["opens"], reader.language),
        "why_not": reader.why_not,
        "resume_url": mark("resume"),
        "newer": newer,
        "label": settings["label"].removeprefix("TLP:"),
        "crumbs": crumbs(shown, reader.language, "")[:2],
        **language_of(reader, None),
    }


@lru_cache(maxsize=256)
def _state_html(state: str, language: str) -> str:
    return render_to_string("portal/components/task_state.html", {"state": task_state(state)})


def state_html(state: str) -> str:
    """Return the words for a stored state in the reader's language."""
    return _state_html(state, translation.get_language() or "en")


def _progress_html(shown: Edition, summary: dict[str, Any]) -> str:
    done, total = _steps_done(shown, summary), _steps_total(shown)
    text = gettext("%(done)s of %(total)s steps completed") % {"done": done, "total": total}
    context = {"id": "course-progress", "done": done, "total": total, "text": text}
    return render_to_string("portal/components/progress.html", context)


def titles_of(codes: list[str], language: str) -> list[dict[str, str]]:
    """Return code, title and address of courses; one that is not here yet has its code alone."""
    if not codes:
        return []
    found = {row.code: row for row in Course.objects.filter(code__in=codes, listed=True)}
    rows = []
    for code in codes:
        row = found.get(code)
        if row is None or row.release_id is None:
            rows.append({"code": code, "title": "", "url": ""})
            continue
        words = edition(row.release_id, row.mark).course_words(language)
        rows.append(
            {"code": code, "title": words["title"], "url": reverse("course", args=[row.slug])}
        )
    return rows


def _module(reader: Reader, number: int, module: dict[str, Any]) -> dict[str, Any]:
    shown, language = reader.edition, reader.language
    words = shown.words("modules", module["id"], language)
    lessons = [
        {
            "words": shown.words("lessons", lesson["id"], language),
            "lang": _other(shown.words("lessons", lesson["id"], language), language),
            "url": reverse("lesson", args=[shown.slug, lesson["slug"]]),
            "minutes": lesson["minutes"],
            "state": mark(f"state:{lesson['id']}"),
            "new": bool(reader.summary.get("new", {}).get(lesson["id"])),
        }
        for lesson in module["lessons"]
    ]
    return {
        "number": number,
        "slug": module["slug"],
        "id": module["id"],
        "words": words,
        "lang": _other(words, language),
        "lessons": lessons,
        "minutes": sum(lesson["minutes"] for lesson in module["lessons"]),
    }


def _other(words: dict[str, Any], language: str) -> str:
    shown = words.get("language") or ""
    return shown if shown != language else ""


def task_state(state: str) -> str:
    """Return the component's word for a stored state."""
    return {"none": "todo", "started": "started"}.get(state, "done")


def _steps_total(shown: Edition) -> int:
    return sum(len(placed.lesson["steps"]) for placed in shown.lessons.values())


def _steps_done(shown: Edition, summary: dict[str, Any]) -> int:
    states = summary.get("steps", {})
    return sum(
        states.get(step["id"]) in {"done", "passed"}
        for placed in shown.lessons.values()
        for step in placed.lesson["steps"]
    )


def resume_url(shown: Edition, enrolment: Enrolment | None) -> str:
    """Return the address of the exact block where the learner stopped, else of the first step."""
    bookmark = enrolment.bookmark if enrolment else {}
    found = shown.blocks.get(bookmark.get("block") or "") or shown.blocks.get(
        bookmark.get("step") or ""
    )
    if found:
        placed, number, entry = found
        path = reverse("step", args=[shown.slug, placed.lesson["slug"], number])
        return f"{path}#b-{entry['id']}" if entry["id"] == bookmark.get("block") else path
    placed = shown.lessons_by_id.get(bookmark.get("lesson") or "")
    first = placed or next(iter(shown.lessons.values()), None)
    return reverse("step", args=[shown.slug, first.lesson["slug"], 1]) if first else ""


def crumbs(shown: Edition, language: str, here: str) -> list[dict[str, str]]:
    """Return the path to a page below the course page."""
    return [
        {"title": gettext("Courses"), "url": reverse("catalogue")},
        {
            "title": shown.course_words(language)["title"],
            "url": reverse("course", args=[shown.slug]),
        },
        {"title": here, "url": ""},
    ]


def percent(score: float | None) -> int | None:
    """Round down, so that 69.9 is not shown as a pass of 70."""
    return None if score is None else int(score + 1e-9)


def learning_page(user: Any) -> dict[str, Any]:
    """Return everything “My learning” shows: resume, due, in progress, done."""
    language = translation.get_language() or "en"
    rows = [_learning_row(row, language) for row in permissions.enrolments_of(user)]
    open_rows = [row for row in rows if row["state"] not in {"done", "passed"}]
    due = sorted((row for row in open_rows if row["due_on"]), key=lambda row: row["due_on"])
    return {
        "resume": open_rows[0] if open_rows else None,
        "due": due,
        "open": open_rows,
        "done": [row for row in rows if row["state"] in {"done", "passed"}],
        "today": now().date(),
    }


def _learning_row(row: Enrolment, language: str) -> dict[str, Any]:
    shown = edition(row.release_id, row.course.mark)
    words = shown.course_words(language)
    bookmark = shown.lessons_by_id.get(row.bookmark.get("lesson") or "")
    total = _steps_total(shown)
    done = _steps_done(shown, row.summary)
    return {
        "words": words,
        "lang": _other(words, language),
        "url": reverse("course", args=[shown.slug]),
        "resume_url": resume_url(shown, row),
        "result_url": reverse("course_result", args=[shown.slug]),
        "place": shown.words("lessons", bookmark.lesson["id"], language)["title"]
        if bookmark
        else "",
        "state": row.state,
        "percent": percent(row.score),
        "done": done,
        "total": total,
        "due_on": row.due_on,
        "overdue": bool(row.due_on and row.due_on < now().date()),
        "last_at": row.last_at,
        "id": str(row.public_id),
    }
