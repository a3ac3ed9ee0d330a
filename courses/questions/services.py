"""Freezes questions into versions. A version holds every language and is never changed."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max

from courses.questions.models import Question, QuestionVersion
from courses.questions.payload import build
from portal.shared.clock import now


@transaction.atomic
def current_versions(*, codes: Iterable[str]) -> dict[str, QuestionVersion]:
    """Return the version of each code as the bank stands now, making a new one where it changed.

    Codes the bank does not know are left out.
    """
    rows: dict[Any, list[Question]] = defaultdict(list)
    for row in Question.objects.filter(code__in=set(codes)).select_related("locale").order_by("pk"):
        rows[row.translation_key].append(row)
    latest = {
        version.question: version
        for version in QuestionVersion.objects.filter(question__in=rows.keys()).order_by("number")
    }
    result: dict[str, QuestionVersion] = {}
    for key, languages in rows.items():
        payload = build(languages)
        version = latest.get(key)
        wanted = payload_digest(payload)
        if version is None or version.digest != wanted:
            version = QuestionVersion.objects.create(
                question=key,
                number=_next_number(key),
                code=payload["code"],
                kind=payload["kind"],
                payload=payload,
                digest=wanted,
                created_at=now(),
            )
        result[payload["code"]] = version
    return result


def payload_digest(payload: dict[str, Any]) -> str:
    """SHA-256 (hex) of a payload in canonical JSON."""
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _next_number(question: Any) -> int:
    highest = QuestionVersion.objects.filter(question=question).aggregate(top=Max("number"))["top"]
    return (highest or 0) + 1
