"""The course outline: every row is rendered once per edition and language, in each state."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString

from courses.catalogue.edition import Edition

STATES = ("none", "started", "done", "passed")


def outline_html(edition: Edition, states: dict[str, Any], current: str) -> str:
    """Return the outline with the learner's states; ``current`` is a lesson UUID."""
    lessons = states.get("lessons", {})
    parts: list[str] = []
    for module in _rows(edition):
        done = sum(lessons.get(key) in {"done", "passed"} for key, _ in module["lessons"])
        inside = any(key == current for key, _ in module["lessons"])
        parts.append(module["opened" if inside or not current else "folded"][done])
        parts.extend(
            row["current" if key == current else lessons.get(key, "none")]
            for key, row in module["lessons"]
        )
        parts.append("</ol></details></li>")
    # Joined from rendered templates and nothing else.
    return SafeString("".join(parts))


def _rows(edition: Edition) -> list[dict[str, Any]]:
    key = ("outline", translation.get_language())
    if key not in edition.rendered:
        edition.rendered[key] = [
            _module(edition, number, module)
            for number, module in enumerate(edition.manifest["modules"], start=1)
        ]
    return edition.rendered[key]


def _module(edition: Edition, number: int, module: dict[str, Any]) -> dict[str, Any]:
    language = translation.get_language() or "en"
    words = edition.words("modules", module["id"], language)
    total = len(module["lessons"])
    heads = {
        name: [
            render_to_string(
                "courses/player/outline_module.html",
                {
                    "module": module, "words": words, "number": number, "open": name == "opened",
                    "done": done, "total": total, "interface_language": language,
                },
            )
            for done in range(total + 1)
        ]
        for name in ("opened", "folded")
    }  # fmt: skip
    return heads | {
        "lessons": [
            (lesson["id"], _lesson(edition, lesson, language)) for lesson in module["lessons"]
        ]
    }


def _lesson(edition: Edition, lesson: dict[str, Any], language: str) -> dict[str, str]:
    context = {
        "words": edition.words("lessons", lesson["id"], language),
        "url": reverse("lesson", args=[edition.slug, lesson["slug"]]),
        "interface_language": language,
    }
    return {
        state: render_to_string("courses/player/outline_item.html", context | {"state": state})
        for state in (*STATES, "current")
    }
