"""Every address × every role × own, foreign and hidden object (security.md 6)."""

from typing import Any

import pytest

from tests.authz import matrix
from tests.authz.cells import Answer, ask
from tests.authz.world import CANARY, World

pytestmark = [
    pytest.mark.django_db, pytest.mark.first_database, pytest.mark.usefixtures("no_limits"),
]  # fmt: skip
ENTRIES, _CONTENT = matrix.read()
COUNT = {"cells": 0}


def refused_rightly(answer: Answer, actor: str, how: str) -> bool:
    """Say whether this is how the actor is to be turned away."""
    if how == "plain":
        return answer.status in (400, 401, 403, 404, 405)
    if answer.status in (404, 405) or answer.to_other_language:
        return True
    if actor == "visitor":
        return answer.to_sign_in
    return actor in ("unverified", "learner") and answer.to_factor


def let_in(answer: Answer) -> bool:
    """Say whether the deed was looked at: done, or answered with what is wrong with it."""
    if answer.to_sign_in or answer.to_factor:
        return False
    return answer.status in (200, 204, 302, 304, 400, 409, 422, 429)


@pytest.mark.parametrize("method", matrix.METHODS)
@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_address(world: World, name: str, method: str) -> None:
    entry, faults = ENTRIES[name], []
    for actor, which in entry.cells(method):
        kwargs: dict[str, Any] = dict(entry.args)
        if entry.object:
            kwargs |= world.thing(entry.object, which, actor)
        answer = ask(
            world.clients[actor], method, entry.url or name, kwargs, entry.data.get(method, {})
        )
        COUNT["cells"] += 1
        here = f"{method} {name} as {actor}, {which}: {answer.status} {answer.place}"
        if entry.may(method, actor, which):
            if not let_in(answer) and not (answer.status == 302 and entry.leads):
                faults.append(f"{here} – should be let in")
            continue
        if not refused_rightly(answer, actor, entry.refused):
            faults.append(f"{here} – should be refused")
        if answer.written:
            faults.append(f"{here} – wrote to {sorted(answer.written)}")
        if CANARY in answer.text:
            faults.append(f"{here} – shows what is foreign")
    assert not faults, "\n".join(faults)


def test_hidden_and_foreign_look_alike(world: World) -> None:
    """What exists elsewhere is answered exactly as what exists nowhere."""
    faults = []
    for name, entry in ENTRIES.items():
        if not entry.object:
            continue
        for actor in ("member", "focal_point", "learner"):
            if entry.may("GET", actor, "foreign"):
                continue
            answers = [
                ask(
                    world.clients[actor],
                    "GET",
                    name,
                    entry.args | world.thing(entry.object, which, actor),
                    {},
                )
                for which in ("foreign", "hidden")
            ]
            if answers[0].status != answers[1].status:
                faults.append(f"{name} as {actor}: {answers[0].status} and {answers[1].status}")
    assert not faults, "\n".join(faults)
