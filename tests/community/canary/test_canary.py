"""1,000 messages in six scripts, really sealed: none of their words is anywhere on the server.

Two people's browsers (the site's own client code and the real library) set up, open six rooms,
write, react, vote, send files, report and close; their requests take the whole way through the
site, a socket listens, the timers and the worker run. Then everything the server keeps, and all
that passed by, is searched: on SQLite with channels in memory, or on PostgreSQL and Redis.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from community.messages.models import Event
from community.rooms.models import Report
from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from tests.community.canary import plan
from tests.community.canary.stores import REDIS, Places, Stores
from tests.community.canary.words import LABEL, REACTION, Search, named, new_words
from tests.community.canary.world import WHOLE_WAY, World

pytestmark = pytest.mark.slow


@pytest.fixture
def world(stores: Stores, unhurried: None, tmp_path: Path) -> Iterator[World]:
    found = World(new_words(), tmp_path)
    yield found
    found.browsers.stop()


def kinds(places: Places) -> set[str]:
    """Kinds of places that are not empty."""
    return {place.split()[0] for place, content in places.items() if content}


def test_words_of_a_thousand_messages_are_nowhere(world: World, stores: Stores) -> None:
    secret = world.words | {"label": LABEL, "reaction": REACTION}
    search = Search(secret)
    assert search.hits(stores.all()) == []
    world.begin()
    world.talk()
    texts = world.read()
    assert world.end() > 5_000  # bytes of the transcript
    stores.more = {
        "requests": bytes(world.browsers.sent),
        "frames": json.dumps(world.frames, ensure_ascii=False).encode(),
    }
    assert search.hits(stores.all()) == []

    printed = world.pass_time()
    places = stores.all()
    assert search.hits(places) == []

    # All this was really said and done, and the search would have found it.
    assert [row["kind"] for row in texts].count("message") == plan.MESSAGES * 9 // 10
    assert [row["kind"] for row in texts].count("poll") == plan.MESSAGES // 10
    said = {"guest's screen": json.dumps(texts).encode()}
    assert named(search.hits(said), "screen") == set(secret)
    for at, word in enumerate(world.words.values()):
        bodies = [row["body"] for row in texts if word in row["body"]]
        numbers = range(at, plan.MESSAGES, len(world.words))
        assert all(any(f"{word}{number}" in body for body in bodies) for number in numbers)
        assert any(body.startswith(f"{word} file.pdf\n{word} inside") for body in bodies)
    _assert_done(world, stores, places, printed)


def _assert_done(world: World, stores: Stores, places: Places, printed: str) -> None:
    """Nothing that should be searched is empty because nothing happened there."""
    assert Event.objects.filter(event_class="m").count() == plan.MESSAGES
    assert Event.objects.filter(event_class="m", content="").count() == plan.MESSAGES
    assert Report.objects.get().copy is None
    assert {"closed", "retention"} <= set(printed.split())
    for table in (AuditRow, Notification):
        assert len(places[f"table {table._meta.db_table}"]) > 1_000
    assert len(places["table django_tasks_database_dbtaskresult"]) > 1_000
    assert stores.pushes
    assert any(
        "New activity in a case room" in text.decode()
        for place, text in places.items()
        if place.startswith("mail ")
    )
    kept = {
        "table",
        "sessions,",
        "file",
        "mail",
        "log",
        "console",
        "channel",
        "pushes",
        "requests",
        "frames",
    }
    assert kinds(places) >= kept | ({"keys", "traffic"} if REDIS else set())
    assert sum(map(len, places.values())) > 3_000_000
    assert world.browsers.by_http > plan.MESSAGES // WHOLE_WAY
