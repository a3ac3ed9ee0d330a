"""Reads the manifest of a release: what belongs to what, what is required. No Django."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from courses.progress.facts import Facts
from courses.progress.leaves import UnknownRule


@dataclass
class Index:
    """Ids by place. ``questions_in`` holds required question blocks only."""

    steps: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    all_required_steps: list[str] = field(default_factory=list)
    required_steps: dict[str, list[str]] = field(default_factory=dict)
    blocks_in: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    questions_in: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    inside: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    required: dict[str, list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    step_of: dict[str, str] = field(default_factory=dict)

    def touched(self, name: str, facts: Facts) -> bool:
        """Whether anything is known of an object or of what it contains."""
        return bool(facts.of(name)) or any(facts.of(inner) for inner in self.inside[name])

    def unseen(self, lesson: str, done: str, facts: Facts) -> tuple[str, ...]:
        """Return the required steps and blocks that joined a lesson after ``done`` and wait.

        A manifest entry that joined in a later release may say when, in ``since`` (ISO 8601).
        """
        return tuple(e["id"] for e in self.required[lesson] if self._waits(e, done, facts))

    def _waits(self, entry: Mapping[str, Any], done: str, facts: Facts) -> bool:
        since = _utc(entry["since"]) if entry.get("since") else ""
        if since <= done:
            return False
        if entry.get("question"):
            return "first" not in facts.of(entry["id"])
        seen = facts.of(self.step_of.get(entry["id"], entry["id"])).get("seen")
        return seen is None or seen[0] < since


def outline(release: Mapping[str, Any]) -> Index:
    """Return what the manifest of a release contains."""
    index = Index()
    course = release["course"]["id"]
    for module in release["modules"]:
        for lesson in module["lessons"]:
            index.required_steps[lesson["id"]] = []
            index.inside[module["id"]].append(lesson["id"])
            index.inside[course].append(lesson["id"])
            for step in lesson["steps"]:
                _add_step(index, (course, module["id"], lesson["id"]), step)
        index.inside[course].append(module["id"])
    return index


def _add_step(index: Index, above: tuple[str, str, str], step: Mapping[str, Any]) -> None:
    optional = bool(step.get("optional"))
    lesson = above[-1]
    index.steps.append(step["id"])
    if not optional:
        index.required_steps[lesson].append(step["id"])
        index.all_required_steps.append(step["id"])
        index.required[lesson].append(step)
    for block in step["blocks"]:
        index.step_of[block["id"]] = step["id"]
        index.blocks_in[step["id"]].append(block["id"])
        required = not optional and not block.get("optional")
        if required:
            index.required[lesson].append(block)
        if block.get("question"):
            index.questions.append(block["id"])
            for place in {*above, step["id"]} if required else ():
                index.questions_in[place].append(block["id"])
    for place in above:
        index.inside[place] += [step["id"], *index.blocks_in[step["id"]]]


def counted(rule: object, parts: int) -> int:
    """Return how many of ``parts`` a module rule asks for: ``all``, ``any`` or a number.

    More than there are counts as all. Raises UnknownRule for anything else.
    """
    if rule in ("all", "modules"):
        return parts
    if rule == "any":
        return min(1, parts)
    if isinstance(rule, int) and not isinstance(rule, bool) and rule >= 1:
        return min(rule, parts)
    raise UnknownRule(f"{rule!r} is no module rule")


def _utc(text: str) -> str:
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
