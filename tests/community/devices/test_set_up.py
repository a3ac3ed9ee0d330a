"""A browser set up without requests has the very rows, session and mails that requests make."""

from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.db import models, transaction

from community.devices.models import Device
from portal.shared import clock
from tests.community.paper import Paper
from tests.people import member

# On the second database numbers are not given again after a rollback.
pytestmark = [pytest.mark.django_db, pytest.mark.first_database]
CHANCE = {
    "portal.Notification": {"public_id"},
    "usersessions.UserSession": {"last_seen_at", "user_agent", "ip"},
}
APART = {"sessions.Session"}  # sealed with the time; compared as it is read


def every_row() -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values(*columns(model)))
        for model in apps.get_models()
        if model._meta.label not in APART and model._meta.managed
    }


def columns(model: type[models.Model]) -> list[str]:
    left_out = CHANCE.get(model._meta.label, set())
    names = [field.attname for field in model._meta.concrete_fields]
    return [name for name in names if name not in left_out]


@pytest.fixture
def no_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.community.paper.secrets.token_bytes", bytes)
    monkeypatch.setattr("portal.shared.ids.token", lambda: f"sign-in {Device.objects.count()}")


@pytest.fixture
def left_by(no_chance: None, django_capture_on_commit_callbacks: Any) -> Any:
    """Do something, take it back, and return what was there after it."""

    def left(paper: Paper, way: str, first: bool) -> tuple[Any, ...]:
        mail.outbox.clear()
        with transaction.atomic():
            with django_capture_on_commit_callbacks(execute=True):
                getattr(paper, way)(first=first)
            found = every_row(), dict(paper.client.session)
            transaction.set_rollback(True)
        return *found, [(one.to, one.subject, one.body) for one in mail.outbox]

    return left


@pytest.mark.parametrize("first", [True, False], ids=["first device", "another device"])
def test_rows_are_those_of_requests(left_by: Any, first: bool) -> None:
    paper = Paper(member())
    if not first:
        paper = Paper(paper.user, keys=paper.set_up_by_requests())
    with clock.held():
        asked, written = (
            left_by(paper, "set_up_by_requests", first),
            left_by(paper, "set_up", first),
        )
    before = every_row()
    assert asked[0]["community.Device"] != before["community.Device"]
    for table, rows in asked[0].items():
        assert written[0][table] == rows, table
    assert written[1:] == asked[1:]
