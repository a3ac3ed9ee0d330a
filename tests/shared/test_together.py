"""Threads' short transactions go to the disk together, and each stands for itself."""

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, connections, transaction

from community.rooms.models import Room
from portal.shared import clock, together
from portal.shared.together import stored


def room(number: int = 0) -> Room:
    if number % 5 == 4:
        raise ValueError(number)
    return Room.objects.create(
        public_id=uuid.UUID(int=number + 1), kind="case", created=clock.now()
    )


@pytest.mark.django_db
def test_inside_a_transaction_it_is_part_of_that():
    with pytest.raises(ValueError, match="4"):
        stored(lambda: room(4))
    with transaction.atomic():
        stored(room)
        transaction.set_rollback(True)
    assert Room.objects.count() == 0
    assert stored(room) == Room.objects.get()


def in_threads(work, count: int) -> list:
    """Do ``work(number)`` in so many threads at once; return results or problems."""
    ready = threading.Barrier(count)

    def one(number: int):
        try:
            ready.wait(30)
            return stored(lambda: work(number))
        except Exception as problem:
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


@pytest.mark.django_db(transaction=True)
def test_each_gets_its_own_answer_and_what_failed_leaves_nothing():
    found = in_threads(room, 20)
    for number, one in enumerate(found):
        if number % 5 == 4:
            assert isinstance(one, ValueError)
            assert one.args == (number,)
        else:
            assert one.public_id == uuid.UUID(int=number + 1)
    assert Room.objects.count() == 16


@pytest.mark.django_db(transaction=True)
def test_what_waits_is_stored_in_one_transaction(monkeypatch):
    if connection.vendor != "sqlite":
        return  # the others do this by themselves
    begun = []
    do_some = together._do_some

    def slowly():
        if not begun:
            time.sleep(0.5)  # the first has the turn; meanwhile the others come
        begun.append(len(together._waiting))
        do_some()

    monkeypatch.setattr(together, "_do_some", slowly)
    in_threads(room, 10)
    assert len(begun) <= 2
    assert sum(begun) == 10


@pytest.mark.django_db(transaction=True)
def test_who_was_answered_is_stored_and_hooks_run_once():
    told = []

    def work(number: int):
        row = room(number)
        transaction.on_commit(lambda: told.append(number))
        return row

    found = in_threads(work, 10)
    good = [number for number, one in enumerate(found) if isinstance(one, Room)]
    assert sorted(told) == good
    assert Room.objects.count() == len(good)


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_fails_fails_everybody(monkeypatch):
    if connection.vendor != "sqlite":
        return

    def full(self):
        raise DatabaseError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(type(connections["default"]), "_commit", full)
        found = in_threads(lambda number: room(5 * number), 4)
    assert all(isinstance(one, DatabaseError) for one in found), found
    assert Room.objects.count() == 0
