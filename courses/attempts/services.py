"""Answering: read, mark the version that was shown, keep the answer, move the progress.

The key is read here and never leaves before the behaviour allows it (learning.md 3).
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from courses.attempts.models import Attempt, Response
from courses.enrolment.models import Enrolment
from courses.progress.services import Happening, lock, record_locked
from courses.questions.draw import option_order, seed
from courses.questions.kinds import Answer, Fault, read
from courses.questions.marking import behaviour_mark, mark
from courses.questions.models import QuestionVersion
from portal.shared.clock import now


@dataclass(frozen=True)
class Recorded:
    """The outcome of an answer: the attempt after it, and the response or the fault."""

    enrolment: Enrolment
    attempt: Attempt
    response: Response | None
    fault: Fault | None = None


def attempt_id(enrolment: Enrolment, block: str, number: int) -> UUID:
    """Return the id of an attempt before it is stored, so that its order can be shown first."""
    return uuid5(enrolment.public_id, f"{block}/{number}")


def open_attempt(
    enrolment: Enrolment, entry: dict[str, Any], version: QuestionVersion, number: int = 1
) -> Attempt:
    """Return an attempt as it would be stored; nothing is written."""
    key = attempt_id(enrolment, entry["id"], number)
    return Attempt(
        id=key,
        enrolment=enrolment,
        block=entry["id"],
        number=number,
        version=version,
        order=option_order(version.payload, seed(key, entry["id"])),
        behaviour=entry["behaviour"],
        tries=1 if entry["behaviour"] == "immediate" else entry["tries"],
        created_at=now(),
    )


def current_attempt(enrolment: Enrolment, block: str) -> Attempt | None:
    """Return the newest stored attempt at a block, with its version."""
    return (
        Attempt.objects.filter(enrolment=enrolment, block=block)
        .select_related("version")
        .order_by("-number")
        .first()
    )


@transaction.atomic
def record_response(
    *,
    enrolment: Enrolment,
    entry: dict[str, Any],
    key: UUID,
    raw: Any,
    language: str,
    device: str = "",
    shown: list[str] | None = None,
    bookmark: dict[str, str] | None = None,
) -> Recorded:
    """Mark and keep one answer. The same ``key`` again gives the same outcome.

    An answer that arrives after the attempt is closed is kept and not counted. An answer equal
    to the one before is no new try. Faulty fields store nothing.
    """
    enrolment = lock(enrolment)
    attempt = _current_or_new(enrolment, entry, shown)
    known = Response.objects.filter(pk=key).select_related("attempt").first()
    if known is not None:
        mine = known.attempt.enrolment_id == enrolment.pk
        return Recorded(enrolment, attempt, known if mine else None)
    answer = read(attempt.version.payload, raw, language)
    if isinstance(answer, Fault):
        return Recorded(enrolment, attempt, None, answer)
    last = attempt.responses.order_by("number", "created_at").last() if attempt.used else None
    if last is not None and last.answer == answer.to_json() and last.language == language:
        return Recorded(enrolment, attempt, last)
    marked = mark(attempt.version.payload, answer).fraction
    earned = behaviour_mark(marked, attempt.used + 1, attempt.behaviour)
    response = _respond(attempt, answer, marked, earned, key, language, device)
    enrolment = record_locked(
        enrolment=enrolment,
        happenings=[_answered(attempt, response, marked, earned)],
        language=language,
        bookmark=bookmark,
    )
    return Recorded(enrolment, attempt, response)


def _current_or_new(
    enrolment: Enrolment, entry: dict[str, Any], shown: list[str] | None = None
) -> Attempt:
    """Return the newest attempt, or a new one that is not stored: in the order the page showed.

    A visitor's first page is drawn before there is an enrolment to draw from, so the page says
    which order it had; anything but that question's own parts is not believed.
    """
    attempt = current_attempt(enrolment, entry["id"])
    if attempt is None:
        attempt = open_attempt(enrolment, entry, QuestionVersion.objects.get(pk=entry["version"]))
        if shown and sorted(shown) == sorted(attempt.order):
            attempt.order = shown
    return attempt


def _respond(
    attempt: Attempt,
    answer: Answer,
    fraction: Fraction,
    earned: Fraction,
    key: UUID,
    language: str,
    device: str,
) -> Response:
    counted = not attempt.closed
    number = attempt.used + 1 if counted else attempt.used
    if counted:
        attempt.used = number
        attempt.fraction = float(fraction)
        attempt.mark = max(attempt.mark or 0.0, float(earned))
        attempt.closed = fraction == 1 or number >= attempt.tries
    attempt.saved, attempt.other, attempt.saved_at = {}, {}, None
    attempt.save(force_insert=attempt._state.adding)
    return Response.objects.create(
        id=key,
        attempt=attempt,
        number=number,
        answer=answer.to_json(),
        fraction=float(fraction),
        mark=float(earned),
        counted=counted,
        language=language,
        device=device[:40],
        created_at=now(),
    )


def _answered(
    attempt: Attempt, response: Response, fraction: Fraction, mark_: Fraction
) -> Happening:
    """Return the event of an answer; one that came too late is noted and marks nothing."""
    late = {"response": str(response.pk), "late": True}
    counts = {
        "question": attempt.version.code,
        "response": str(response.pk),
        "fraction": str(fraction),
        "mark": str(mark_),
        "try": response.number,
    }
    return Happening(
        verb="answered" if response.counted else "saved_answer",
        object=str(attempt.block),
        attempt=attempt.pk,
        device=response.device,
        data=counts if response.counted else late,
    )


@transaction.atomic
def save_half_answer(
    *,
    enrolment: Enrolment,
    entry: dict[str, Any],
    raw: Any,
    language: str,
    device: str,
    shown: list[str] | None = None,
) -> Attempt:
    """Keep what is filled in so far. Another device's newer words are kept beside, not lost."""
    enrolment = lock(enrolment)
    attempt = _current_or_new(enrolment, entry, shown)
    answer = read(attempt.version.payload, raw, language, partial=True)
    kept = answer.kept if isinstance(answer, Fault) else answer
    if attempt.closed:
        return attempt
    if attempt.saved and attempt.saved_device != device and attempt.saved != kept.to_json():
        attempt.other = {
            "answer": attempt.saved,
            "device": attempt.saved_device,
            "at": attempt.saved_at.isoformat() if attempt.saved_at else "",
        }
    attempt.saved, attempt.saved_device, attempt.saved_at = kept.to_json(), device[:40], now()
    if attempt._state.adding:
        attempt.save(force_insert=True)
    else:
        attempt.save(update_fields=["saved", "saved_device", "saved_at", "other"])
    return attempt


@transaction.atomic
def try_again(*, enrolment: Enrolment, entry: dict[str, Any]) -> Attempt:
    """Open a new attempt at a closed question; the version is the release's."""
    enrolment = lock(enrolment)
    last = current_attempt(enrolment, entry["id"])
    if last is None or not last.closed:
        return last or _current_or_new(enrolment, entry)
    version = QuestionVersion.objects.get(pk=entry["version"])
    attempt = open_attempt(enrolment, entry, version, last.number + 1)
    attempt.save(force_insert=True)
    return attempt
