"""What is measured: the one place that knows addresses, forms and floors."""

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.load.client import Request

CSRF = "a" * 32
SESSION_FLOOR, WAGTAIL_FLOOR = "floor: session and user", "floor: bare Wagtail page"
Take = Callable[[], Request | None]


@dataclass(frozen=True)
class Scenario:
    """One thing a person does, what it is compared with, and how many times that it may cost."""

    name: str
    requests: Callable[[dict[str, Any]], Take]
    floor: str = SESSION_FLOOR
    aim: float | None = None
    queries: int | None = None


def _cookie(plan: dict[str, Any], number: int) -> str:
    sessions = plan["sessions"]
    return f"sessionid={sessions[number % len(sessions)]}; csrftoken={CSRF}"


def _signed_in(path: Callable[[dict[str, Any]], str], holds: bytes = b"</html>") -> Any:
    """Ask for a page as one learner after another (the first has the long history: not here)."""

    def make(plan: dict[str, Any]) -> Take:
        count = itertools.count(1)
        many = len(plan["sessions"]) - 1
        address = path(plan)
        return lambda: Request("GET", address, _cookie(plan, 1 + next(count) % many), holds=holds)

    return make


def _as_first(path: Callable[[dict[str, Any]], str]) -> Any:
    """Ask as the learner with the long history."""

    def make(plan: dict[str, Any]) -> Take:
        request = Request("GET", path(plan), _cookie(plan, 0), holds=b"</html>")
        return lambda: request

    return make


def _visitor(path: Callable[[dict[str, Any]], str], holds: bytes = b"</html>") -> Any:
    def make(plan: dict[str, Any]) -> Take:
        request = Request("GET", path(plan), holds=holds)
        return lambda: request

    return make


def _step(plan: dict[str, Any]) -> str:
    return f"/en/courses/{plan['course']}/{plan['lesson']}/{plan['step']}/"


def _course(plan: dict[str, Any]) -> str:
    return f"/en/courses/{plan['course']}/"


def answer(plan: dict[str, Any], learner: int, question: dict[str, Any]) -> Request:
    """Return the request by which a learner answers a question the first time."""
    form = {
        "csrfmiddlewaretoken": CSRF,
        "key": str(uuid.uuid4()),
        "device": "load",
        "answer": question["answer"],
    }
    return Request(
        "POST",
        f"/en/courses/{plan['course']}/answer/{question['block']}/",
        _cookie(plan, learner),
        urlencode(form).encode(),
        (("HX-Request", "true"),),
        holds=b"<",
    )


def _answers(plan: dict[str, Any]) -> Take:
    """Each learner answers each question once; the supply lasts for the whole run."""
    supply = plan.setdefault(
        "_supply",
        iter(
            [
                (learner, question)
                for question in plan["questions"]
                for learner in range(1, len(plan["sessions"]))
            ]
        ),
    )

    def take() -> Request | None:
        pair = next(supply, None)
        return None if pair is None else answer(plan, *pair)

    return take


FLOORS = (
    Scenario(SESSION_FLOOR, _signed_in(lambda plan: "/load/session/", b"floor")),
    Scenario(WAGTAIL_FLOOR, _signed_in(lambda plan: "/load/wagtail/", b"title")),
)
PAGES = (
    Scenario("lesson", _signed_in(_step), aim=2.0, queries=5),
    Scenario("course", _signed_in(_course), aim=3.5),
    Scenario("my-learning", _signed_in(lambda plan: "/en/learning/"), aim=3.5),
    Scenario("lesson-visitor", _visitor(_step)),
    Scenario("answer", _answers, aim=5.0),
)
# The same page on the small and on the large data: the large may cost 1.2 times as much.
GROWTH = (
    Scenario("catalogue", _visitor(lambda plan: "/en/courses/"), aim=1.2),
    Scenario("course-in-catalogue", _signed_in(_course), aim=1.2),
    Scenario("lesson-with-history", _as_first(_step), aim=1.2),
    Scenario("my-learning-with-history", _as_first(lambda plan: "/en/learning/"), aim=1.2),
)
NAMES = tuple(row.name for row in (*PAGES, *GROWTH))
