"""The result of a course: marks by module, and what to revisit with the block that explains it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from courses.player.course_page import crumbs, percent, resume_url, task_state
from courses.player.questions import load_versions, version_of
from courses.player.reader import Reader
from courses.player.step_page import language_of
from courses.questions.kinds import say


def result_page(reader: Reader) -> dict[str, Any]:
    """Return scores by module and what to revisit, each with the block that explains it."""
    shown = reader.edition
    load_versions(shown)
    scores = reader.summary.get("questions", {})
    modules = []
    for number, module in enumerate(shown.manifest["modules"], 1):
        rows = [
            _asked(reader, lesson, entry, scores)
            for lesson in module["lessons"]
            for step in lesson["steps"]
            for entry in step["blocks"]
            if entry.get("question")
        ]
        modules.append(
            {
                "number": number,
                "slug": module["slug"],
                "words": shown.words("modules", module["id"], reader.language),
                "state": task_state(reader.state("modules", module["id"])),
                "asked": len(rows),
                "right": sum(row["percent"] == 100 for row in rows),
                "percent": percent(reader.summary.get("module_scores", {}).get(module["id"])),
                "revisit": [row for row in rows if row["percent"] != 100],
            }
        )
    return {
        "reader": reader,
        "edition": shown,
        "words": shown.course_words(reader.language),
        "modules": modules,
        "state": reader.enrolment.state if reader.enrolment else "none",
        "percent": percent(reader.enrolment.score if reader.enrolment else None),
        "answered": bool(scores),
        "pass_mark": shown.settings["pass_mark"],
        "resume_url": resume_url(shown, reader.enrolment),
        "label": shown.settings["label"].removeprefix("TLP:"),
        "crumbs": crumbs(shown, reader.language, gettext("Result")),
        **language_of(reader, None),
    }


def _asked(
    reader: Reader, lesson: dict[str, Any], entry: dict[str, Any], scores: dict[str, float]
) -> dict[str, Any]:
    shown = reader.edition
    _, number, _ = shown.blocks[entry["id"]]
    path = reverse("step", args=[shown.slug, lesson["slug"], number])
    explained = shown.blocks.get(entry.get("explained_by") or "")
    read = ""
    if explained:
        placed, step, target = explained
        read = (
            reverse("step", args=[shown.slug, placed.lesson["slug"], step]) + f"#b-{target['id']}"
        )
    payload = version_of(shown, entry).payload
    return {
        "prompt": say(payload["prompt"], reader.language),
        "percent": percent(scores.get(entry["id"])),
        "lesson": shown.words("lessons", lesson["id"], reader.language)["title"],
        "question_url": f"{path}#b-{entry['id']}",
        "read_url": read,
    }
