"""Can every question be answered, is every answer explained, is every question asked? Pure."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from courses.packages.model import Finding, Pack, Question

_LISTS = ("options", "accept", "rows", "choices", "items")


def check_questions(pack: Pack) -> Iterator[Finding]:
    """Check a resolved pack."""
    source = pack.meta["source"]
    explaining, used = set(), set()
    for lesson in (lesson for module in pack.modules for lesson in module.lessons):
        first = lesson.texts[source]
        explaining |= {b.id for b in first.blocks if b.kind not in ("step", "question")}
        for text in [first, *lesson.alternatives]:
            for block in (b for b in text.blocks if b.kind == "question"):
                code = block.attributes.get("question")
                used.add(code)
                if code and code not in pack.questions:
                    yield Finding(text.path, block.line, f"there is no question {code}")
    modules = {module.id for module in pack.modules}
    outcomes = {row["id"] for row in pack.texts[source].fields["outcomes"]}
    for question in pack.questions.values():
        reasons = [*_content(question.data), *_languages(question.data)]
        if question.code not in used:
            reasons.append("no lesson asks this question")
        if question.data.get("explained_by") not in explaining:
            reasons.append("explained_by must name a block of this pack that explains the answer")
        if question.data.get("module") not in modules:
            reasons.append("module must name a module of this pack")
        reasons += [
            f"the course has no outcome {o}" for o in question.data["outcomes"] if o not in outcomes
        ]
        yield from (Finding(question.path, 0, reason) for reason in reasons)
        yield from _advice(question, pack)


def _content(data: dict[str, Any]) -> Iterator[str]:
    for name in _LISTS:
        for key, count in Counter(entry["id"] for entry in data.get(name, ())).items():
            if count > 1:
                yield f"{name}: the id {key} is given {count} times"
    if data["kind"] in ("single", "truefalse", "multiple"):
        yield from _options(data)
    elif data["kind"] == "numeric":
        yield from _accept(data["accept"])
    elif data["kind"] == "match":
        choices = {choice["id"] for choice in data["choices"]}
        for row in data["rows"]:
            if row["match"] not in choices:
                yield f"rows: {row['id']} matches {row['match']}, which is no choice"
    for name in ("options", "rows", "choices", "items"):
        yield from _doubles(name, data.get(name, ()))


def _options(data: dict[str, Any]) -> Iterator[str]:
    shares = [Fraction(option["fraction"]) for option in data["options"]]
    if data["kind"] == "truefalse" and {o["id"] for o in data["options"]} != {"true", "false"}:
        yield "options: the ids of a true/false question are 'true' and 'false'"
    if data["kind"] != "multiple":
        if sorted(shares) != [0] * (len(shares) - 1) + [1]:
            yield "options: exactly one has the fraction 1, all others 0"
        return
    right = [share for share in shares if share > 0]
    if sum(right) != 1:
        yield f"options: the fractions of the right ones add up to {sum(right)} instead of 1"
    if 0 in shares:
        yield "options: a wrong one has a negative fraction"


def _accept(entries: list[dict[str, Any]]) -> Iterator[str]:
    """An answer is marked by the first entry that it falls into."""
    if not any(Fraction(entry["fraction"]) == 1 for entry in entries):
        yield "accept: no value has the fraction 1"
    earlier: list[tuple[Fraction, Fraction]] = []
    for entry in entries:
        value, width = Fraction(entry["value"]), Fraction(entry["tolerance"])
        if width < 0:
            yield f"accept: {entry['id']} has a negative tolerance"
        if any(low <= value - width and value + width <= high for low, high in earlier):
            yield f"accept: {entry['id']} can never be reached, an earlier entry covers it"
        earlier.append((value - width, value + width))


def _doubles(name: str, entries: Any) -> Iterator[str]:
    seen: dict[tuple[str, str], str] = {}
    for entry in entries:
        for language, text in entry.get("text", {}).items():
            other = seen.setdefault((language, text.casefold()), entry["id"])
            if other != entry["id"]:
                yield f"{name}: {other} and {entry['id']} have the same text in {language}"


def _languages(
    data: dict[str, Any], place: str = "", wanted: set[str] | None = None
) -> Iterator[str]:
    """Every text is there in every language in which the question is offered."""
    wanted = wanted or set(data["prompt"])
    for key, value in data.items():
        name = f"{place}{key}"
        if key in ("prompt", "text", "why", "hint", "unit"):
            if missing := sorted(wanted - set(value)):
                yield f"{name} is missing in {', '.join(missing)}"
            if more := sorted(set(value) - wanted):
                yield f"{name} is there in {', '.join(more)}, but the prompt is not"
        elif isinstance(value, dict):
            yield from _languages(value, f"{name}.", wanted)
        elif isinstance(value, list):
            for entry in value:
                if isinstance(entry, dict):
                    yield from _languages(entry, f"{name} {entry['id']}: ", wanted)


def _advice(question: Question, pack: Pack) -> Iterator[Finding]:
    data = question.data
    missing = [code for code in pack.meta["languages"] if code not in data["prompt"]]
    if missing:
        yield Finding(question.path, 0, f"no translation yet: {', '.join(missing)}", blocking=False)
    if not data.get("sources"):
        yield Finding(question.path, 0, "no sources", blocking=False)
    if data["kind"] == "multiple" and sum(Fraction(o["fraction"]) for o in data["options"]) > 0:
        yield Finding(question.path, 0, "choosing everything earns a mark", blocking=False)
