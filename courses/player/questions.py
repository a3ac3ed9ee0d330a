"""What a question card shows: before an answer, after one, and when it is closed."""

import uuid
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from courses.attempts.models import Attempt, Response
from courses.attempts.services import open_attempt
from courses.catalogue.edition import Edition
from courses.enrolment.models import Enrolment
from courses.player.reader import Reader
from courses.questions.draw import option_order
from courses.questions.kinds import Answer, Fault, feedback, shown
from courses.questions.models import Question, QuestionVersion
from courses.questions.payload import build
from portal.languages.table import BY_CODE, direction


def fault_words(fault: Fault, kind: str) -> str:
    """Say what to put right, in the reader's language."""
    if fault.code == "missing":
        return (
            gettext("Write a number, then press Check.")
            if kind == "numeric"
            else gettext("Choose an answer, then press Check.")
        )
    return {
        "incomplete": gettext("Some rows are still empty. Fill all of them, then press Check."),
        "unknown": gettext("This form is out of date. Choose again, then press Check."),
        "repeated": gettext("One answer was sent twice. Choose again, then press Check."),
        "too_long": gettext("The answer is too long. Write a shorter one."),
        "bad_text": gettext("The answer has signs we cannot read. Write it again."),
        "not_a_number": gettext("Write a number in digits, for example 12."),
        "not_a_position": gettext("Choose a place for each row."),
        "same_position": gettext("Two rows have the same place. Give each row its own place."),
    }[fault.code]


def attempts_for(enrolment: Enrolment | None, blocks: list[str]) -> dict[str, Attempt]:
    """Return the newest attempt at each block, with version and responses (two queries at most)."""
    if enrolment is None or not blocks:
        return {}
    rows = (
        Attempt.objects.filter(enrolment=enrolment, block__in=blocks)
        .select_related("version")
        .prefetch_related("responses")
        .order_by("number")
    )
    return {str(row.block): row for row in rows}


def load_versions(edition: Edition) -> None:
    """Read all question versions of an edition at once, if that was not done yet."""
    missing = {
        entry["version"]
        for entry in edition.questions
        if ("version", entry["version"]) not in edition.rendered
    }
    for version in QuestionVersion.objects.filter(pk__in=missing) if missing else ():
        edition.rendered["version", version.pk] = version


def version_of(edition: Edition, entry: dict[str, Any]) -> QuestionVersion:
    """Return the question version of a block, kept with the edition."""
    key = ("version", entry["version"])
    if key not in edition.rendered:
        edition.rendered[key] = QuestionVersion.objects.get(pk=entry["version"])
    return edition.rendered[key]


def card(
    reader: Reader,
    entry: dict[str, Any],
    attempt: Attempt | None,
    *,
    number: int,
    total: int,
    fault: Fault | None = None,
    focus: bool = False,
    primary: bool = True,
    latest: Response | None = None,
) -> dict[str, Any]:
    """Return everything the question template needs for one block."""
    touched = attempt is not None or fault is not None
    if attempt is None:
        holder = reader.enrolment or Enrolment(visitor="-", public_id=uuid.UUID(int=0))
        attempt = open_attempt(holder, entry, version_of(reader.edition, entry))
    payload = attempt.version.payload
    response = _last(attempt, latest)
    answer = _answer_to_show(attempt, response, fault)
    said = _said(attempt, response, payload, reader.language)
    view = shown(payload, reader.language, attempt.order, answer)
    other = view["language"] != reader.language
    slug = reader.edition.slug
    return {
        "id": entry["id"],
        "entry": entry,
        "view": view,
        "said": said,
        "fields": _fields(view, said),
        "result": "info" if not said else _state(attempt, said),
        "number": number,
        "order": ",".join(attempt.order),
        "number_id": f"n-{entry['id']}",
        "save_state": "saved" if attempt.saved else "",
        "total": total,
        "tries": attempt.tries,
        "try": min(attempt.used + 1, attempt.tries),
        "closed": attempt.closed,
        "state": _state(attempt, said),
        "mark": attempt.mark,
        "fault": fault_words(fault, payload["kind"]) if fault else "",
        "key": str(uuid.uuid4()),
        "saved_at": attempt.saved_at.isoformat() if attempt.saved_at else "",
        "other": _other(attempt, payload, reader.language),
        "lang": view["language"] if other else "",
        "dir": direction(view["language"]) if other else "",
        "language_name": BY_CODE[view["language"]].name if other else "",
        "answer_url": reverse("answer", args=[slug, entry["id"]]),
        "save_url": reverse("save_answer", args=[slug, entry["id"]]),
        "again_url": reverse("try_again", args=[slug, entry["id"]]),
        "explained": _explained(reader, entry),
        "focus": focus,
        "primary": primary,
        "touched": touched,
    }


def _fields(view: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """Return the card's inputs with what may be said of each, as the components take them."""
    told = {row["id"]: row for name in ("options", "rows", "items") for row in said.get(name, [])}
    if view["kind"] == "numeric":
        mark = "" if not said else "right" if said["right"] else "wrong"
        return {
            "value": view["value"],
            "unit": view["unit"],
            "mark": mark,
            "why": said.get("why", ""),
        }
    if view["kind"] == "match":
        return {
            "rows": [
                {"name": row["field"], "text": row["text"], "value": row["chosen"]}
                | _mark(told.get(row["id"]), row["chosen"] is not None)
                for row in view["rows"]
            ],
            "choices": [{"value": row["id"], "text": row["text"]} for row in view["choices"]],
        }
    if view["kind"] == "order":
        rows = [
            {
                "name": row["field"], "text": row["text"], "place": row["position"] or number,
                **_mark(told.get(row["id"]), True),
            }
            for number, row in enumerate(view["items"], start=1)
        ]  # fmt: skip
        return {"rows": sorted(rows, key=lambda row: row["place"]), "places": view["positions"]}
    return {
        "options": [
            {
                "value": row["id"],
                "text": row["text"] or _truth(row["id"]),
                "checked": row["chosen"],
                **_mark(told.get(row["id"]), row["chosen"]),
            }
            for row in view["options"]
        ]
    }


def _truth(key: str) -> str:
    return gettext("True") if key == "true" else gettext("False")


def _mark(said: dict[str, Any] | None, chosen: bool) -> dict[str, str]:
    """Return the mark and reason of one input: right, wrong, missed, or none yet."""
    if said is None or said["right"] is None:
        return {"mark": "", "why": ""}
    words = said["why"]
    if said.get("right_text") and not said["right"]:
        words = after(gettext("The answer is: %(text)s.") % {"text": said["right_text"]}, words)
    if said.get("right_position") and not said["right"]:
        place = gettext("Its place is %(number)s.") % {"number": said["right_position"]}
        words = after(place, words)
    if chosen:
        return {"mark": "right" if said["right"] else "wrong", "why": words}
    return {"mark": "missed" if said["right"] else "", "why": words}


def after(first: str, second: str) -> str:
    """Return two sentences one after the other; Chinese puts no space after its full stop."""
    return first + ("" if first.endswith(("。", "！", "？")) else " ") + second


def _last(attempt: Attempt, latest: Response | None = None) -> Response | None:
    if attempt.created_at is None or attempt._state.adding:
        return None
    if latest is not None and latest.counted and latest.attempt_id == attempt.pk:
        return latest
    counted = [row for row in attempt.responses.all() if row.counted]
    return counted[-1] if counted else None


def _answer_to_show(attempt: Attempt, response: Response | None, fault: Fault | None) -> Answer:
    if fault is not None:
        return fault.kept
    if attempt.saved and not attempt.closed:
        return Answer.from_json(attempt.saved)
    if response is not None:
        return Answer.from_json(response.answer)
    return Answer(attempt.version.kind)


def _said(
    attempt: Attempt, response: Response | None, payload: dict[str, Any], language: str
) -> dict[str, Any]:
    if response is None:
        return {}
    if attempt.behaviour == "deferred" and not attempt.closed:
        return {}
    return feedback(payload, Answer.from_json(response.answer), language, attempt.closed)


def _state(attempt: Attempt, said: dict[str, Any]) -> str:
    if not said:
        return "unanswered"
    if said["all_right"]:
        return "right"
    return "partly" if said["partly_right"] else "wrong"


def _other(attempt: Attempt, payload: dict[str, Any], language: str) -> dict[str, Any] | None:
    """Return another device's half-answer, to be offered beside the newest one."""
    if not attempt.other or attempt.closed:
        return None
    kept = Answer.from_json(attempt.other["answer"])
    return {
        "device": attempt.other.get("device", ""),
        "at": parse_datetime(attempt.other.get("at", "")),
        "fields": shown(payload, language, attempt.order, kept),
    }


def _explained(reader: Reader, entry: dict[str, Any]) -> dict[str, str] | None:
    found = reader.edition.blocks.get(entry.get("explained_by") or "")
    if not found:
        return None
    placed, number, target = found
    words = reader.edition.words("lessons", placed.lesson["id"], reader.language)
    path = reverse("step", args=[reader.edition.slug, placed.lesson["slug"], number])
    return {"url": f"{path}#b-{target['id']}", "title": words["title"]}


def preview_card(code: str, language: str, block: str) -> dict[str, Any]:
    """Return the prompt and the parts of a question as the bank has it now, without its key."""
    rows = list(Question.objects.filter(code=code).select_related("locale").order_by("pk"))
    if not rows:
        return {"prompt": gettext("There is no question %(code)s.") % {"code": code}, "parts": []}
    view = shown(build(rows), language, option_order(build(rows), block.encode()))
    parts = [
        row["text"] or _truth(row["id"])
        for name in ("options", "rows", "items", "choices")
        for row in view.get(name, [])
    ]
    return {"prompt": view["prompt"], "parts": parts}
