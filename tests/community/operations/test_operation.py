"""The operator's page: who may see it, what it counts, and that it names nobody."""

import re
from datetime import timedelta

import pytest
from django.test import Client, override_settings

from community.operations import queries
from community.realtime import figures
from community.rooms.models import Room as RoomRow
from portal.audit.events import EVENTS
from portal.audit.models import AuditRow
from portal.shared import clock
from tests import people
from tests.community.realtime.chat import Person, Room
from tests.limits import forget_limits

pytestmark = pytest.mark.django_db
PAGE = "/en/vetting/operation/"


@pytest.fixture(autouse=True)
def no_processes() -> None:
    forget_limits()


@pytest.fixture
def administrator() -> Client:
    return people.signed_in(people.staff("administrator"))


def cells(page: str) -> str:
    """The page as text."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_only_administrators_of_the_whole_site_see_the_page() -> None:
    regional = people.staff("administrator", region_id="SN")
    others = [people.member(), people.staff("focal_point", region_id="SN"), regional]
    for user in others:
        assert people.signed_in(user).get(PAGE).status_code == 404
    assert Client().get(PAGE).status_code == 302
    assert people.signed_in(people.staff("administrator")).get(PAGE).status_code == 200


def test_reading_the_page_is_put_on_record() -> None:
    boss = people.staff("administrator")
    people.signed_in(people.member()).get(PAGE)
    assert not AuditRow.objects.filter(event="operation.read").exists()
    people.signed_in(boss).get(PAGE)
    row = AuditRow.objects.get(event="operation.read")
    assert (row.actor, row.about) == (str(boss.public_id), "")
    assert EVENTS["operation.read"].private


def test_page_shows_health_and_counts_and_names_nobody(administrator: Client) -> None:
    amina = Person("Amina Diallo")
    room = Room(amina)
    for _ in range(3):
        room.write("c2VjcmV0", by=amina)
    amina.gets(key="h1dd3n")
    page = administrator.get(PAGE).content.decode()
    assert page.count("Works") == 3
    text = cells(page)
    assert "Events sent in the last minute 3" in text
    assert "Messages that wait for a device 1" in text
    assert "Case room 1 0 0" in text
    for secret in ("Amina", amina.user.email, str(room.id), amina.device_id, "c2VjcmV0", "h1dd3n"):
        assert secret not in page


def test_part_that_fails_is_named_and_the_page_still_shows(
    administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        async def new_channel(self, name: str) -> str:
            raise OSError("secret address")

    monkeypatch.setattr("community.operations.health.get_channel_layer", Broken)
    page = administrator.get(PAGE).content.decode()
    assert (page.count("Works"), page.count("Does not work")) == (2, 1)
    assert "secret address" not in page


def test_processes_show_what_they_published(administrator: Client) -> None:
    counts, board = figures.Counts(), figures.Board()
    gauges = {"sockets": 41, "people": 40, "rooms": 7, "behind": 2, "unacknowledged_bytes": 5000}
    with clock.held() as held:
        board.publish(counts, gauges)
        counts.deliveries += 600
        held.advance(seconds=30)
        board.publish(counts, gauges)
    other = figures.Board()
    other.publish(figures.Counts(), gauges | {"sockets": 17})
    text = cells(administrator.get(PAGE).content.decode())
    assert "1 41 40 7 1,200" in text
    assert "2 17 40 7 0" in text
    other.take_down()
    assert [row["sockets"] for row in figures.board()] == [41]


def test_page_without_processes_says_so(administrator: Client) -> None:
    assert "Nobody is connected." in administrator.get(PAGE).content.decode()


def test_days_count_events_by_class_and_leave_out_older_ones() -> None:
    amina = Person()
    with clock.held() as held:
        now = held.moment
        held.moment = now - timedelta(days=queries.DAYS)
        room = Room(amina)  # one event of the server, too old
        held.moment = now - timedelta(days=1)
        room.write()
        held.moment = now
        room.write()
        room.write()
        room.change("settings", amina)
        days = queries.events_by_day()
    assert [day.counts for day in days[:2]] == [
        {"m": 2, "s": 0, "x": 1}, {"m": 1, "s": 0, "x": 0},
    ]  # fmt: skip
    assert sum(sum(day.counts.values()) for day in days) == 4
    assert len(days) == queries.DAYS


def test_numbers_of_an_empty_site_are_zero() -> None:
    found = queries.numbers()
    assert (found.sends_last_minute, found.waiting, found.oldest_waiting) == (0, 0, None)
    assert (found.event_bytes, found.file_bytes) == (0, 0)
    assert found.database_bytes > 0


def test_oldest_waiting_message_is_told_in_minutes() -> None:
    with clock.held() as held:
        amina = Person()
        amina.gets(number=1)
        held.advance(seconds=61 * 60)
        amina.gets(number=2)
        found = queries.numbers()
    assert (found.waiting, found.oldest_waiting) == (2, 61)


@override_settings(LANGUAGE_CODE="en")
def test_rooms_are_counted_by_kind_and_state() -> None:
    for state in ("open", "open", "closing", "closed"):
        room = Room()
        RoomRow.objects.filter(pk=room.row.pk).update(state=state)
    case, direct = queries.rooms_by_state()
    assert (case.open, case.closing, case.closed) == (2, 1, 1)
    assert (direct.open, direct.closing, direct.closed) == (0, 0, 0)


@pytest.mark.parametrize("rows", [1, 3])
def test_page_costs_the_same_queries_however_much_there_is(
    rows: int, administrator: Client
) -> None:
    for _ in range(rows):
        Room(Person()).write()
    administrator.get(PAGE)
    with_count(administrator, 20)  # three of them put the reading on record


def with_count(client: Client, count: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        client.get(PAGE)
    asked = [row["sql"] for row in found if not re.search("portal_cache|SAVEPOINT", row["sql"])]
    assert len(asked) == count, [sql[:80] for sql in asked]
