"""The record is written with the deed, without gaps, and nobody changes it unnoticed."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.audit import verifying
from portal.audit.chain import START, Head
from portal.audit.models import AuditHead, AuditRow
from portal.audit.services import chain, name_of, record
from portal.shared import clock
from tests.audit import tampering
from tests.flushing import unguarded
from tests.people import person

TRIALS = 150
COPY = (
    "INSERT INTO portal_auditrow SELECT {}, at, event, actor, about, thing, body, previous, 'x' "
    "FROM portal_auditrow WHERE number = 1"
)
REPLACE = (
    "INSERT OR REPLACE INTO portal_auditrow SELECT 3, at, event, actor, about, thing, '{}', "
    "previous, hash FROM portal_auditrow WHERE number = 3"
)


def whole() -> bool:
    return verifying.verify().fault is None


@pytest.mark.django_db
def test_record_writes_a_row_that_anyone_can_check() -> None:
    who = person(name="Ünal")
    with clock.held() as held:
        row = record("sign-in", actor=who, about=who, facts={"way": "password", "known": True})
    body = json.loads(row.body)
    assert (row.number, row.previous) == (1, START)
    assert row.hash == chain(START, row.body)
    assert body == {
        "number": 1, "at": held.moment.isoformat(timespec="microseconds"), "event": "sign-in",
        "actor": str(who.public_id), "about": str(who.public_id), "thing": "",
        "facts": {"way": "password", "known": True},
    }  # fmt: skip
    assert "Ünal" not in row.body
    assert who.email not in row.body


@pytest.mark.django_db
def test_record_costs_three_queries() -> None:
    record("sign-out")
    with CaptureQueriesContext(connection) as captured:
        record("sign-out")
    assert len(captured) <= 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("event", "facts"),
    [
        ("no.such", {}),
        ("sign-out", {"way": "password"}),
        ("sign-in", {"way": "x" * 101}),
        ("sign-in", {"way": "amina@example.org"}),
        ("sign-in", {"way": ["a", "list"]}),
        ("sign-in", {"way": 0.5}),
    ],
)
def test_record_refuses_what_may_be_content(event: str, facts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"fact|events"):
        record(event, facts=facts)
    assert not AuditRow.objects.exists()


@pytest.mark.django_db
def test_a_line_feed_in_a_fact_makes_no_second_line() -> None:
    row = record("sign-in", facts={"way": "a\nb\u2028"})
    assert "\n" not in row.body
    assert whole()


@pytest.mark.django_db
def test_things_are_named_by_the_id_that_people_know() -> None:
    who = person()
    assert name_of(None) == ""
    assert name_of(who) == f"portal.user:{who.public_id}"


@pytest.mark.django_db(transaction=True)
def test_record_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record("sign-out")


@pytest.mark.django_db(transaction=True)
def test_a_deed_that_is_rolled_back_leaves_no_row() -> None:
    with transaction.atomic():
        record("sign-out")
    with transaction.atomic():
        record("sign-out")
        transaction.set_rollback(True)
    assert list(AuditRow.objects.values_list("number", flat=True)) == [1]
    assert AuditHead.objects.get().number == 1
    with transaction.atomic():
        assert record("sign-out").number == 2
    assert whole()


@pytest.mark.django_db(transaction=True)
def test_parallel_writers_leave_no_gap() -> None:
    writers, each = 6, 15
    begin = threading.Barrier(writers)

    def write(number: int) -> None:
        try:
            begin.wait()
            for turn in range(each):
                try:
                    with transaction.atomic():
                        record("sign-out")
                        if turn % 5 == number % 5:
                            raise RuntimeError
                except RuntimeError:
                    continue
        finally:
            connection.close()

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    numbers = list(AuditRow.objects.values_list("number", flat=True))
    assert numbers == list(range(1, writers * each * 4 // 5 + 1))
    assert whole()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE portal_auditrow SET event = 'sign-out' WHERE number = 1",
        "UPDATE portal_auditrow SET event = event",
        "DELETE FROM portal_auditrow WHERE number = 3",
        "DELETE FROM portal_auditrow",
        "DELETE FROM portal_audithead",
        "UPDATE portal_audithead SET number = 1",
        "UPDATE portal_audithead SET number = number + 1",
        "UPDATE portal_audithead SET hash = 'x'",
        COPY.format(9),
        COPY.format(4),
    ],
)
def test_the_database_refuses_every_change(change: str) -> None:
    tampering.some_deeds(3)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        tampering.write(change)
    assert whole()


@pytest.mark.django_db
def test_the_database_refuses_to_replace_or_truncate() -> None:
    tampering.some_deeds(3)
    changes = ["TRUNCATE portal_auditrow", "TRUNCATE portal_audithead"]
    if connection.vendor == "sqlite":
        changes = [REPLACE]
    for change in changes:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            tampering.write(change)
    assert whole()


@pytest.mark.django_db(transaction=True)
def test_every_tampering_is_found() -> None:
    tampering.some_deeds(40)
    kept = [Head(*AuditHead.objects.values_list("number", "hash").get())]
    missed = []
    with unguarded():
        for seed in range(TRIALS):
            with transaction.atomic():
                done = tampering.tamper(seed)
                if verifying.verify(kept).fault is None:
                    missed.append(done)
                transaction.set_rollback(True)
        assert not missed
    assert whole()


@pytest.mark.django_db(transaction=True)
def test_a_record_written_anew_is_found_by_a_head_kept_elsewhere() -> None:
    tampering.some_deeds(6)
    kept = [Head(*AuditRow.objects.filter(number=4).values_list("number", "hash").get())]
    with unguarded():
        tampering.write("DELETE FROM portal_auditrow")
        tampering.write("DELETE FROM portal_audithead")
    tampering.some_deeds(6)
    assert whole()
    fault = verifying.verify(kept).fault
    assert fault is not None
    assert fault.number == 4


@pytest.mark.django_db(transaction=True)
def test_the_fault_names_the_first_broken_row() -> None:
    tampering.some_deeds(9)
    for change, number, words in (
        ("UPDATE portal_auditrow SET actor = 'x' WHERE number IN (5, 7)", 5, "actor"),
        ("DELETE FROM portal_auditrow WHERE number = 3", 3, "Row 3 is missing"),
        ("DELETE FROM portal_auditrow WHERE number > 6", 7, "cut off"),
        ("DELETE FROM portal_audithead", 9, "head of the record is missing"),
        ("UPDATE portal_audithead SET number = 8", 8, "head"),
        ("DELETE FROM portal_auditrow", 1, "cut off"),
    ):
        with unguarded(), transaction.atomic():
            tampering.write(change)
            fault = verifying.verify().fault
            transaction.set_rollback(True)
        assert fault is not None
        assert fault.number == number
        assert words in fault.why


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL refuses such bytes itself")
@pytest.mark.django_db(transaction=True)
def test_an_unreadable_row_is_a_fault_and_no_crash() -> None:
    tampering.some_deeds(4)
    with unguarded(), transaction.atomic():
        tampering.write("UPDATE portal_auditrow SET body = CAST(X'FFFE' AS TEXT) WHERE number = 3")
        fault = verifying.verify().fault
        transaction.set_rollback(True)
    assert fault is not None
    assert fault.number <= 3


@pytest.mark.django_db
def test_an_empty_record_is_whole() -> None:
    assert whole()
    assert verifying.verify([Head(3, "a" * 64)]).fault is not None
