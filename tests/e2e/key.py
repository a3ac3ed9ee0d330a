"""The key of the shipped course, read from its files: which answer is right, where it is asked."""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from launcher import places

CONTENT = places.ROOT / "courses" / "content" / "c1"
COURSE = "firearms-protocol"
KINDS = ("single", "multiple", "truefalse", "numeric", "match", "order")


@dataclass(frozen=True)
class Question:
    """One question: its words, and what is sent for a right answer and for a wrong one."""

    code: str
    kind: str
    prompt: str
    right: dict[str, list[str]]
    wrong: dict[str, list[str]]


@dataclass(frozen=True)
class Place:
    """Where a question is asked: ``path`` follows the language, ``number`` counts from 1."""

    lesson: str
    number: int
    question: Question
    index: int  # of the card on its step, from 0

    @property
    def path(self) -> str:
        return f"courses/{COURSE}/{self.lesson}/{self.number}/"


def _right(row: dict[str, Any]) -> dict[str, list[str]]:
    if row["kind"] == "numeric":
        best = max(row["accept"], key=lambda entry: Fraction(entry["fraction"]))
        return {"answer": [best["value"]]}
    if row["kind"] == "match":
        return {f"row-{entry['id']}": [entry["match"]] for entry in row["rows"]}
    if row["kind"] == "order":
        return {f"item-{entry['id']}": [str(n)] for n, entry in enumerate(row["items"], start=1)}
    return {"answer": [o["id"] for o in row["options"] if Fraction(o["fraction"]) > 0]}


def _wrong(row: dict[str, Any]) -> dict[str, list[str]]:
    """Return an answer without any mark."""
    right = _right(row)
    if row["kind"] == "numeric":
        return {"answer": ["987654"]}
    if row["kind"] == "match":
        choices = [choice["id"] for choice in row["choices"]]
        return {name: [next(c for c in choices if c != value)] for name, (value,) in right.items()}
    if row["kind"] == "order":
        return {name: [str(len(right) + 1 - int(value))] for name, (value,) in right.items()}
    return {"answer": [next(o["id"] for o in row["options"] if Fraction(o["fraction"]) <= 0)]}


@cache
def questions() -> dict[str, Question]:
    """Return the questions of the course by code."""
    found = {}
    for path in sorted((CONTENT / "questions").rglob("*.yaml")):
        row = yaml.safe_load(path.read_text(encoding="utf-8"))
        found[row["code"]] = Question(
            row["code"], row["kind"], row["prompt"]["en"], _right(row), _wrong(row)
        )
    return found


@cache
def by_prompt() -> dict[str, Question]:
    """Return the questions by their English words, as a learner sees them."""
    return {question.prompt: question for question in questions().values()}


@cache
def places_of_questions() -> tuple[Place, ...]:
    """Return where each question is asked, in the order of the course."""
    found = []
    for path in lesson_files():
        number = index = 0
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("::: step"):
                number, index = number + 1, 0
            asked = re.match(r"::: question \{.*question=(\S+)", line)
            if asked:
                slug = path.parent.name.partition("-")[2]
                found.append(Place(slug, number, questions()[asked[1]], index))
                index += 1
    return tuple(found)


def lesson_files() -> list[Path]:
    """Return the English lessons in the order of the course."""
    return sorted(CONTENT.glob("modules/*/lessons/*/lesson.en.md"))


def place_of(kind: str) -> Place:
    """Return the first question of a kind, alone on its step where there is such a one."""
    of_kind = [place for place in places_of_questions() if place.question.kind == kind]
    crowd = [(place.lesson, place.number) for place in places_of_questions()]
    return min(of_kind, key=lambda place: crowd.count((place.lesson, place.number)))


def number_of_steps() -> int:
    """Return how many steps the course has."""
    return sum(path.read_text(encoding="utf-8").count("::: step") for path in lesson_files())
