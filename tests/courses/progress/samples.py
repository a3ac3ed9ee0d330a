"""A small release, and events about it."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from courses.progress.facts import Event
from courses.progress.rules import Evaluation, evaluate_events

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
_numbers = count(1)


def event(verb: str, object_id: str | None, minute: float = 0, **data: Any) -> Event:
    """Return a new event ``minute`` minutes after START."""
    return Event(
        id=f"event-{next(_numbers):06}",
        verb=verb,
        object=object_id,
        occurred_at=START + timedelta(minutes=minute),
        data=data,
    )


def answer(block: str, mark: str, minute: float = 0, fraction: str | None = None) -> Event:
    return event("answered", block, minute, question=block, mark=mark, fraction=fraction or mark)


def step(identifier: str, *blocks: dict[str, Any], **extra: Any) -> dict[str, Any]:
    return {"id": identifier, "optional": False, "blocks": list(blocks), **extra}


def text(identifier: str, **extra: Any) -> dict[str, Any]:
    return {"id": identifier, "kind": "text", "optional": False, "question": None, **extra}


def question(identifier: str, **extra: Any) -> dict[str, Any]:
    code = f"C1-{identifier}"
    return {"id": identifier, "kind": "question", "optional": False, "question": code, **extra}


def lesson(identifier: str, complete: Any, *steps: dict[str, Any]) -> dict[str, Any]:
    return {"id": identifier, "complete": complete, "kind": "self-paced", "steps": list(steps)}


def module(identifier: str, rule: Any, *lessons: dict[str, Any]) -> dict[str, Any]:
    return {"id": identifier, "rule": rule, "lessons": list(lessons)}


def release(*modules: dict[str, Any], **course: Any) -> dict[str, Any]:
    return {
        "course": {"id": "course", "pass_mark": 70, "complete": "modules", **course},
        "modules": list(modules),
    }


RELEASE = release(
    module(
        "m1",
        "all",
        lesson("l1", "viewed", step("s1", text("t1")), step("s2", text("t2"), question("q1"))),
        lesson(
            "l2", {"all": ["viewed", {"score": 70}]}, step("s3", question("q2"), question("q3"))
        ),
    ),
    module("m2", "any", lesson("l3", "marked", step("s4")), lesson("l4", {"time": 60}, step("s5"))),
)


def finishing() -> list[Event]:
    """Return the events that finish and pass RELEASE."""
    return [
        event("opened", "s1", 1),
        event("viewed", "s2", 2),
        answer("q1", "1", 3),
        event("opened", "s3", 4),
        answer("q2", "1", 5),
        answer("q3", "1/3", 6),
        answer("q3", "2/3", 7, fraction="1"),
        event("marked_complete", "l3", 8),
    ]


def of(events_: list[Event], manifest: dict[str, Any] = RELEASE) -> Evaluation:
    return evaluate_events(manifest, None, events_, START)


def one_lesson(rule: Any, *steps: dict[str, Any]) -> dict[str, Any]:
    return release(module("m", "all", lesson("l", rule, *steps)))
