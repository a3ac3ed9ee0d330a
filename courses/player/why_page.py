"""“Why / why not”: each rule with the event that met it, or what is missing with a link."""

from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from courses.catalogue.edition import Edition
from courses.player.course_page import crumbs, task_state
from courses.player.reader import Reader
from courses.progress.leaves import Met, Missing
from courses.progress.rules import Result
from courses.progress.services import evaluation, preview


def why_page(reader: Reader) -> dict[str, Any]:
    """Return the rules of course, modules and lessons with proof or gap."""
    shown = reader.edition
    found = evaluation(reader.enrolment) if reader.enrolment else preview(shown.manifest)
    modules = []
    for number, module in enumerate(shown.manifest["modules"], 1):
        modules.append(
            {
                "number": number,
                "words": shown.words("modules", module["id"], reader.language),
                "state": task_state(found.modules[module["id"]].state),
                "lessons": [
                    _lesson(reader, lesson, found.lessons[lesson["id"]])
                    for lesson in module["lessons"]
                ],
            }
        )
    return {
        "reader": reader,
        "edition": shown,
        "words": shown.course_words(reader.language),
        "modules": modules,
        "state": found.course.state,
        "score": None if found.course.score is None else int(found.course.score),
        "pass_mark": shown.settings["pass_mark"],
        "unanswered": _unanswered(reader),
        "crumbs": crumbs(shown, reader.language, gettext("How this is counted")),
    }


def _lesson(reader: Reader, lesson: dict[str, Any], result: Result) -> dict[str, Any]:
    return {
        "title": reader.edition.words("lessons", lesson["id"], reader.language)["title"],
        "url": reverse("lesson", args=[reader.edition.slug, lesson["slug"]]),
        "state": task_state(result.state),
        "met": [_met(reader.edition, proof) for proof in result.met],
        "missing": [_missing(reader.edition, gap) for gap in result.missing],
    }


def _place(edition: Edition, key: str) -> dict[str, Any]:
    """Return the step number and address of a step or block; a lesson has neither."""
    found = edition.blocks.get(key)
    if not found:
        return {"number": None, "url": ""}
    placed, number, entry = found
    path = reverse("step", args=[edition.slug, placed.lesson["slug"], number])
    return {"number": number, "url": path + (f"#b-{entry['id']}" if entry.get("kind") else "")}


def _met(edition: Edition, proof: Met) -> dict[str, Any]:
    return _place(edition, str(proof.object)) | {
        "words": _leaf(proof.leaf, True),
        "date": parse_datetime(proof.date),
    }


def _missing(edition: Edition, gap: Missing) -> dict[str, Any]:
    return _place(edition, str(gap.object)) | {"words": _leaf(gap.leaf, False)}


def _leaf(leaf: Any, met: bool) -> str:
    name = leaf if isinstance(leaf, str) else next(iter(leaf))
    words = {
        "viewed": (gettext("read"), gettext("not read yet")),
        "marked": (gettext("marked as complete"), gettext("not marked as complete yet")),
        "time": (gettext("enough reading time"), gettext("more reading time needed")),
        "score": (gettext("enough right answers"), gettext("more right answers needed")),
        "attempt": (gettext("test passed"), gettext("test not passed yet")),
        "done": (gettext("completed"), gettext("not completed yet")),
        "answered": (gettext("answered"), gettext("not answered yet")),
        "rule_met": (gettext("completed in an earlier edition"), gettext("not completed yet")),
        "withdrawn": (gettext("withdrawn"), gettext("withdrawn by an authorised person")),
    }
    pair = words.get(name, (gettext("completed"), gettext("not completed yet")))
    return pair[0] if met else pair[1]


def _unanswered(reader: Reader) -> list[dict[str, Any]]:
    scores = reader.summary.get("questions", {})
    return [
        _place(reader.edition, entry["id"])
        | {"title": reader.edition.words("lessons", placed.lesson["id"], reader.language)["title"]}
        for placed, _, entry in reader.edition.blocks.values()
        if entry.get("question") and entry["id"] not in scores
    ]
