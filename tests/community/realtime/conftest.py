"""What tests of the chat socket share."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from portal.shared import ratelimit
from tests.limits import forget_limits


@pytest.fixture(autouse=True)
def one_connection(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything runs in the test's own transaction, so in its own thread."""
    if request.node.get_closest_marker("django_db").kwargs.get("transaction"):
        return
    monkeypatch.setattr("channels.db.close_old_connections", lambda: None)

    async def run(function: Callable[..., Any], *args: Any) -> Any:
        return await sync_to_async(function)(*args)

    monkeypatch.setattr("community.realtime.database.run", run)


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    forget_limits()
    yield
    forget_limits()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The regular look comes 600 times as often."""
    limit = ratelimit.Limit("socket-check", "time", 0.05, "seconds")  # type: ignore[arg-type]
    monkeypatch.setitem(ratelimit.BY_NAME, "socket-check", limit)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No limit of pace: a test is quicker than a person."""
    monkeypatch.setattr("community.realtime.limits.take", lambda left, at, moment: left)
    monkeypatch.setattr("community.realtime.places.may_connect", lambda user: True)
