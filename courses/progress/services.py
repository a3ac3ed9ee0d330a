"""Recording what happened, and keeping the derived state true.

Every recorded event is folded into the stored facts once; ``rebuild`` folds the whole log again
and must give the same rows (learning.md 2).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from courses.catalogue.edition import edition
from courses.catalogue.models import CourseRelease
from courses.enrolment.models import Enrolment
from courses.progress.facts import Facts, absorb, fold
from courses.progress.models import LearningEvent, ProgressFacts
from courses.progress.rules import Evaluation, evaluate
from portal.shared.clock import now
from portal.shared.ids import uuid7


@dataclass(frozen=True)
class Happening:
    """Something to record. ``id`` is given by a client that may send it twice."""

    verb: str
    object: str
    data: dict[str, Any] = field(default_factory=dict)
    attempt: UUID | None = None
    id: UUID | None = None
    occurred_at: datetime | None = None
    device: str = ""


def lock(enrolment: Enrolment) -> Enrolment:
    """Return the enrolment read anew with its row locked (inside a transaction)."""
    locked = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("course")
        .get(pk=enrolment.pk)
    )
    learner = enrolment._state.fields_cache.get("learner")
    if learner is not None and learner.pk == locked.learner_id:
        locked.learner = learner
    return locked


@transaction.atomic(savepoint=False)
def record(
    *,
    enrolment: Enrolment,
    happenings: Iterable[Happening],
    language: str,
    bookmark: dict[str, str] | None = None,
) -> Enrolment:
    """Append events, fold the new ones into the facts, and refresh the summary.

    An id that is already in the log is left out, whoever sends it again. States that rose are
    recorded as ``rule_met``, so that no later release can lower them.
    """
    return record_locked(
        enrolment=lock(enrolment), happenings=happenings, language=language, bookmark=bookmark
    )


def record_locked(
    *,
    enrolment: Enrolment,
    happenings: Iterable[Happening],
    language: str,
    bookmark: dict[str, str] | None = None,
) -> Enrolment:
    """Do the work of ``record`` on an enrolment that ``lock`` gave in this transaction."""
    items = list(happenings)
    if enrolment.language != language:
        change = {"from": enrolment.language, "to": language}
        items.append(Happening("language_changed", str(enrolment.course_id), change))
    rows = [_row(enrolment, item, language) for item in items]
    given = [item.id for item in items if item.id]
    known = (
        set(LearningEvent.objects.filter(pk__in=given).values_list("pk", flat=True))
        if given
        else set()
    )
    new = [row for row in rows if row.pk not in known]
    if bookmark is not None:
        enrolment.bookmark = bookmark
    if not new:
        return enrolment
    LearningEvent.objects.bulk_create(new)
    stored, facts = _known(enrolment)
    for row in new:
        facts = absorb(facts, row)
    enrolment.last_at = now()
    enrolment.language = language
    _refresh(enrolment, facts, stored, language)
    return enrolment


def _row(enrolment: Enrolment, item: Happening, language: str) -> LearningEvent:
    moment = now()
    return LearningEvent(
        id=item.id or uuid7(),
        learner=learner_key(enrolment),
        enrolment=enrolment,
        release_id=enrolment.release_id,
        verb=item.verb,
        object=item.object,
        attempt=item.attempt,
        language=language,
        region=enrolment.region,
        data=item.data,
        occurred_at=item.occurred_at or moment,
        received_at=moment,
        device=item.device[:40],
    )


def learner_key(enrolment: Enrolment) -> UUID:
    """Return the key events carry: the account's public id, or the visitor's enrolment."""
    return enrolment.learner.public_id if enrolment.learner_id else enrolment.public_id


def _known(enrolment: Enrolment) -> tuple[ProgressFacts, Facts]:
    """Return the stored facts; facts of an older version are folded from the log again."""
    stored, _ = ProgressFacts.objects.get_or_create(enrolment=enrolment)
    try:
        return stored, Facts.from_json(stored.data)
    except ValueError:
        return stored, _folded(enrolment)


def _folded(enrolment: Enrolment) -> Facts:
    return fold(LearningEvent.objects.filter(enrolment=enrolment).order_by("id").iterator())


def _refresh(enrolment: Enrolment, facts: Facts, stored: ProgressFacts, language: str) -> bool:
    """Evaluate, record what rose for good, store facts and summary; return whether they differ."""
    manifest = edition(enrolment.release_id, enrolment.course.mark).manifest
    result = evaluate(manifest, facts, now())
    risen = [
        _row(enrolment, Happening("rule_met", key, {"state": state}), language)
        for key, state in result.rises
    ]
    if risen:
        LearningEvent.objects.bulk_create(risen)
        for row in risen:
            facts = absorb(facts, row)
        result = evaluate(manifest, facts, now())
    before = (stored.data, enrolment.summary, enrolment.state, enrolment.score)
    stored.data = facts.to_json()
    enrolment.summary = summary(result)
    enrolment.state = result.course.state
    enrolment.score = None if result.course.score is None else float(result.course.score)
    stored.save(update_fields=["data"])
    enrolment.save(update_fields=["summary", "state", "score", "last_at", "language", "bookmark"])
    return before != (stored.data, enrolment.summary, enrolment.state, enrolment.score)


def summary(result: Evaluation) -> dict[str, Any]:
    """Return what pages show of an evaluation: states by id, and each question's percentage."""
    parts = {
        name: {key: row.state for key, row in rows.items() if row.state != "none"}
        for name, rows in (
            ("modules", result.modules), ("lessons", result.lessons), ("steps", result.steps),
        )
    }  # fmt: skip
    scores = {
        key: float(row.score) for key, row in result.questions.items() if row.score is not None
    }
    modules = {
        key: float(row.score) for key, row in result.modules.items() if row.score is not None
    }
    new = {key: list(rows) for key, rows in result.new_since_done.items()}
    return {**parts, "questions": scores, "module_scores": modules, "new": new}


def evaluation(enrolment: Enrolment) -> Evaluation:
    """Return the full evaluation with what was met and what is missing, from the stored facts."""
    _, facts = _known(enrolment)
    return evaluate(edition(enrolment.release_id, enrolment.course.mark).manifest, facts, now())


def preview(manifest: dict[str, Any]) -> Evaluation:
    """Return the evaluation of somebody who has done nothing yet."""
    return evaluate(manifest, Facts(), now())


@transaction.atomic(savepoint=False)
def rebuild(*, enrolment: Enrolment) -> bool:
    """Recompute facts and summary from the log; return whether anything differed."""
    enrolment = lock(enrolment)
    stored, _ = ProgressFacts.objects.get_or_create(enrolment=enrolment)
    return _refresh(enrolment, _folded(enrolment), stored, enrolment.language)


@transaction.atomic(savepoint=False)
def migrate(*, enrolment: Enrolment, release: CourseRelease, language: str) -> Enrolment:
    """Move an enrolment to another release of its course; progress travels by block UUID."""
    enrolment = lock(enrolment)
    before = enrolment.release_id
    if before == release.pk:
        return enrolment
    enrolment.release = release
    enrolment.save(update_fields=["release"])
    return record(
        enrolment=enrolment,
        happenings=[
            Happening("migrated", str(enrolment.course_id), {"from": before, "to": release.pk})
        ],
        language=language,
    )
