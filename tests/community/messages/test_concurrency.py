"""Writers at the same moment: no gap, no double, no error, and a reader who skips nothing.

Pitfall 12. Real threads with connections of their own on SQLite and on PostgreSQL.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from community.attachments import services as attachments
from community.attachments.models import Media
from community.messages import services
from community.messages.append import append, lock_room
from community.messages.models import Event
from community.messages.queries import read_events
from community.rooms.models import Room
from portal.accounts.models import User
from portal.organisations.models import Region
from portal.shared.errors import ServiceError
from tests.community.attachments.uploads import begun, bytes_of
from tests.community.messages.made import Ready, join, new_event, room_of

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, EACH = 8, 100


def at_once(count, work):
    """Run ``work(number)`` in threads that start together; return what they return."""
    begin = threading.Barrier(count)

    def one(number):
        try:
            begin.wait(timeout=60)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def send(who, room, txn, body):
    return services.send(
        sender=who.user, device=who.device, room_id=room.public_id, txn_id=txn, new=body,
        ready=lambda: None,
    )  # fmt: skip


@pytest.fixture
def people(transactional_db):
    Region.objects.get_or_create(pk="SN")  # emptied with all tables by tests of this kind
    return [Ready() for _ in range(WRITERS)]


@pytest.fixture
def room(people):
    return room_of(*(person.user for person in people))


@pytest.mark.slow
def test_eight_writers_leave_no_gap_and_a_reader_meanwhile_skips_nothing(people, room):
    bodies = [new_event(**person.event(room)) for person in people]
    done = threading.Event()
    seen = []

    def read():
        """Follow the room as a socket does: what lies behind the last number seen."""
        try:
            while True:
                finished = done.is_set()
                head = Room.objects.values_list("last_seq", flat=True).get(pk=room.pk)
                seen.extend(row["seq"] for row in read_events(room.public_id, len(seen) + 1, head))
                if finished:
                    return
        finally:
            connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        answers = at_once(
            WRITERS,
            lambda number: [
                send(people[number], room, f"t{turn}", bodies[number]) for turn in range(EACH)
            ],
        )
    finally:
        done.set()
        reader.join(timeout=60)
    total = WRITERS * EACH
    assert all(is_new for some in answers for _sent, is_new in some)
    numbers = sorted(sent["seq"] for some in answers for sent, _is_new in some)
    assert numbers == list(range(2, total + 2))
    assert seen == list(range(1, total + 2))
    for some in answers:
        own = [sent["seq"] for sent, _is_new in some]
        assert own == sorted(own)
    room.refresh_from_db()
    assert room.last_seq == Event.objects.filter(room=room).count() == total + 1


def test_number_is_seen_with_its_commit_and_in_the_order_of_commits(people, room):
    """The later writer cannot pass the earlier one, however long that one takes to commit."""
    first_has_number, let_first_go = threading.Event(), threading.Event()
    order = []

    def first():
        with transaction.atomic():
            mine = append(
                lock_room(room.public_id), event_class="m", content="{}", sender=people[0].user
            )
            first_has_number.set()
            assert let_first_go.wait(timeout=60)
            order.append(mine.seq)

    def second():
        assert first_has_number.wait(timeout=60)
        started.set()
        with transaction.atomic():
            mine = append(lock_room(room.public_id), event_class="m", content="{}")
        order.append(mine.seq)

    started = threading.Event()

    def closing(work):
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(closing, work) for work in (first, second)]
        try:
            assert started.wait(timeout=60)
            before = Room.objects.values_list("last_seq", flat=True).get(pk=room.pk)
            assert before == 1
            assert read_events(room.public_id, 2, 99) == []
            assert not futures[1].done()
        finally:
            let_first_go.set()
        for future in futures:
            future.result(timeout=60)
    assert order == [2, 3]
    assert [row["seq"] for row in read_events(room.public_id, 2, 99)] == [2, 3]


def test_failed_writer_leaves_no_hole(people, room):
    def work(number):
        for turn in range(10):
            try:
                with transaction.atomic():
                    append(lock_room(room.public_id), event_class="s", content="{}")
                    if turn % 2 == number % 2:
                        raise RuntimeError
            except RuntimeError:
                continue

    at_once(4, work)
    numbers = list(Event.objects.filter(room=room).order_by("seq").values_list("seq", flat=True))
    assert numbers == list(range(1, 22))


def test_equal_requests_at_the_same_moment_store_one_event(people, room):
    body = new_event(**people[0].event(room))
    for turn in range(10):
        answers = at_once(6, lambda _number, turn=turn: send(people[0], room, f"t{turn}", body))
        assert len({sent["event_id"] for sent, _is_new in answers}) == 1
        assert sum(is_new for _sent, is_new in answers) == 1
    room.refresh_from_db()
    assert room.last_seq == Event.objects.filter(room=room).count() == 11


def test_reading_from_many_devices_at_once_ends_at_the_farthest(people, room):
    with transaction.atomic():
        for _ in range(20):
            append(lock_room(room.public_id), event_class="m", content="{}")
    who = people[1].user
    at_once(
        6,
        lambda number: [
            services.mark_read(user=fresh(who), room_id=room.public_id, seq=seq)
            for seq in range(number + 1, 21, number + 1)
        ],
    )
    assert room.memberships.get(user=who).last_read_seq == 20


def fresh(user):
    """The person as another request has her."""
    return User.objects.get(pk=user.pk)


def test_equal_parts_at_once_are_written_once(people, room):
    join(room, Ready().user)
    data = bytes(range(256)) * 40
    media = begun(room, people[0].user, data)

    def work(_number):
        for offset in range(0, len(data), 1024):
            try:
                attachments.add(
                    user=fresh(people[0].user), media_id=media.public_id, offset=offset,
                    data=data[offset : offset + 1024],
                )  # fmt: skip
            except ServiceError:
                continue

    at_once(4, work)
    assert Media.objects.get().complete
    assert bytes_of(media) == data
