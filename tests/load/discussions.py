"""A topic of 1,000 posts, what is new, and the full text, with many posts and with a hundredth.

``DISCUSSION_POSTS`` says how many (default 1,000,000). Measured on the database the environment
names: SQLite, or PostgreSQL as ``discussions-postgres``. Floor: session and user alone.
"""

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import django

POSTS = int(os.environ.get("DISCUSSION_POSTS", "1000000"))
PEOPLE, ROUNDS = 200, 40


def _took(work: Callable[[], float]) -> dict[str, float]:
    work()  # warm
    ordered = sorted(work() for _round in range(ROUNDS))
    return {
        "p50_ms": round(1000 * statistics.median(ordered), 1),
        "p95_ms": round(1000 * ordered[int(0.95 * len(ordered))], 1),
    }


def _page(browser: Any, address: str) -> Callable[[], float]:
    def get() -> float:
        """Return the seconds of one answer."""
        from django.core.cache import cache

        from portal.shared import counting

        counting.forget()  # searches are limited; how many is not what is measured
        cache.clear()
        began = time.perf_counter()
        answer = browser.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
        return time.perf_counter() - began

    return get


def _queries(browser: Any, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        _page(browser, address)()
    return len(asked)


def _figures(browser: Any) -> dict[str, Any]:
    from django.db.models import Max
    from django.urls import reverse

    from community.discussions.models import Topic

    most = Topic.objects.aggregate(most=Max("last_number"))["most"]
    long = Topic.objects.filter(last_number=most)[0]
    search = reverse("discussion_search")
    addresses = {
        "floor": "/load/session/",
        "topic_of_1000": reverse("discussion_topic", args=[long.public_id]) + "?page=20",
        "unread": reverse("discussion_news"),
        "spaces": reverse("discussions"),
        "search_common": f"{search}?q=registry",
        "search_two": f"{search}?q=registry+tracing",
        "search_rare": f"{search}?q=zaunkonig",
        "search_none": f"{search}?q=registry+qqqq",
    }
    return {
        name: _took(_page(browser, address)) | {"queries": _queries(browser, address)}
        for name, address in addresses.items()
    }


def measure() -> dict[str, Any]:
    """Return figures at a hundredth and at all of the posts."""
    from django.db import connection

    from portal.accounts.models import User
    from portal.vetting.models import Membership
    from tests import people
    from tests.load import chat_data, discussion_data

    chat_data.people(PEOPLE)
    authors = list(User.objects.all()[:PEOPLE])
    reader = people.member("Reader")
    Membership.objects.update(since=reader.membership.since - discussion_data.YEARS)
    browser = people.signed_in(reader)
    found: dict[str, Any] = {"database": connection.vendor, "posts": POSTS}
    for name, size in (("hundredth", max(2_000, POSTS // 100)), ("all", POSTS)):
        discussion_data.grow(size, authors)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        found[name] = _figures(browser)
    few, many = found["hundredth"], found["all"]
    found["growth"] = {
        key: round(many[key]["p50_ms"] / max(0.1, few[key]["p50_ms"]), 2) for key in many
    }
    return found


if __name__ == "__main__":
    django.setup()
    from django.conf import settings

    from tests.load.probes import finish

    settings.ALLOWED_HOSTS = ["*"]
    figures = measure()
    same = all(
        figures["all"][name]["queries"] <= figures["hundredth"][name]["queries"] + 6
        for name in figures["all"]
    )
    finish(figures, good=same)
