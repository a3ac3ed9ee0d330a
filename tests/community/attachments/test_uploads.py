"""Sealed files in parts: who may send them, what is refused, and never wrong bytes."""

import base64
import hashlib
import os
import uuid

import pytest

from community.attachments.models import Media
from community.devices.models import Secret
from community.rooms.models import Block, RoomMembership
from portal.files import store
from portal.shared import clock, ratelimit
from tests.community.attachments.uploads import DATA, begin, bytes_of, part, refused, start
from tests.community.messages.made import Ready, change, join, room_of

pytestmark = pytest.mark.django_db
MIB = 1024 * 1024


@pytest.fixture
def host():
    return Ready()


@pytest.fixture
def room(host):
    return room_of(host.user, Ready().user)


def test_upload_in_parts_gives_the_same_bytes(host, room):
    answer = start(host, room)
    number = answer.json()["media_id"]
    assert answer.json() == {"media_id": number, "chunk": MIB, "received": 0}
    assert uuid.UUID(number).version == 4
    for offset in range(0, 3000, 1000):
        status = host.get(f"media/{number}/status").json()
        assert status == {"size": 3000, "received": offset, "complete": False}
        answer = part(host, number, offset, DATA[offset : offset + 1000])
        assert answer.json() == {"received": offset + 1000, "complete": offset == 2000}
    assert host.get(f"media/{number}/status").json()["complete"] is True
    got = host.get(f"media/{number}")
    assert b"".join(got.streaming_content) == DATA


def test_whole_file_of_many_blocks_in_parts_of_a_mebibyte(host, room):
    data = os.urandom(2 * MIB + 17)
    number = begin(host, room, data)
    for offset in (0, MIB, 2 * MIB):
        assert part(host, number, offset, data[offset : offset + MIB]).status_code == 200
    got = host.get(f"media/{number}")
    assert got["Content-Length"] == str(len(data))
    assert hashlib.sha256(b"".join(got.streaming_content)).digest() == hashlib.sha256(data).digest()


FORMS = [
    lambda digest: digest.hex(),
    lambda digest: digest.hex().upper(),
    lambda digest: base64.b64encode(digest).decode(),
    lambda digest: base64.b64encode(digest).decode().rstrip("="),
]


@pytest.mark.parametrize("form", FORMS)
def test_hash_may_be_written_in_either_form(host, room, form):
    number = begin(host, room, sha256=form(hashlib.sha256(DATA).digest()))
    assert part(host, number, 0, DATA).json()["complete"] is True


@pytest.mark.parametrize(
    "fields",
    [
        {"size": 0}, {"size": -1}, {"size": "5"}, {"sha256": ""}, {"sha256": "a" * 63},
        {"sha256": "_" * 43}, {"sha256": "a" * 45}, {"purpose": "other"}, {"room": "x"},
        {"room": f"!{uuid.uuid4()}:example.org"}, {"name": "report.pdf"},
    ],
)  # fmt: skip
def test_other_forms_of_the_request_are_refused(host, room, fields):
    assert refused(start(host, room, **fields)) == (400, "bad_request")


def test_greatest_size_passes_and_one_byte_more_does_not(host, room):
    assert ratelimit.get("sealed-file-size").amount == 20_971_520
    assert start(host, room, size=20_971_520).status_code == 201
    assert refused(start(host, room, size=20_971_521)) == (413, "too_large")


def test_part_at_another_place_is_told_where_to_go_on(host, room):
    number = begin(host, room)
    part(host, number, 0, DATA[:1000])
    for offset in (0, 500, 1001):
        answer = part(host, number, offset, DATA[offset : offset + 100])
        assert refused(answer) == (409, "wrong_offset")
        assert answer.json()["received"] == 1000
    part(host, number, 1000, DATA[1000:])
    answer = part(host, number, 1000, DATA[1000:])
    assert (refused(answer), answer.json()["received"]) == ((409, "wrong_offset"), 3000)


def test_part_over_the_end_or_over_a_mebibyte_is_refused(host, room):
    number = begin(host, room)
    assert refused(part(host, number, 0, DATA + b"x")) == (413, "too_large")
    big = begin(host, room, b"x" * (2 * MIB))
    assert refused(part(host, big, 0, b"x" * (MIB + 1))) == (413, "too_large")
    assert refused(part(host, number, 0, b"")) == (400, "bad_request")
    assert host.get(f"media/{number}/status").json()["received"] == 0


def test_other_bytes_than_announced_start_again_at_nothing(host, room):
    number = begin(host, room)
    wrong = DATA[:-1] + bytes([DATA[-1] ^ 1])
    part(host, number, 0, wrong[:2000])
    assert refused(part(host, number, 2000, wrong[2000:])) == (422, "hash_mismatch")
    assert host.get(f"media/{number}/status").json() == {
        "size": 3000, "received": 0, "complete": False,
    }  # fmt: skip
    assert host.get(f"media/{number}").status_code == 404
    assert part(host, number, 0, DATA).json() == {"received": 3000, "complete": True}
    assert b"".join(host.get(f"media/{number}").streaming_content) == DATA


def test_file_longer_than_its_row_says_is_cut_back(host, room):
    """As after a crash between the file and the row: the row is the truth."""
    number = begin(host, room)
    part(host, number, 0, DATA[:1000])
    media = Media.objects.get()
    with store.place(media.storage_key).open("ab") as file:
        file.write(b"left behind by a crash" * 500)
    part(host, number, 1000, DATA[1000:])
    assert bytes_of(media) == DATA
    assert host.get(f"media/{number}/status").json()["complete"] is True


def test_row_that_was_not_written_leaves_the_upload_where_it_was(host, room, monkeypatch):
    number = begin(host, room)
    part(host, number, 0, DATA[:1000])
    real = Media.save

    def fails(self, *args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(Media, "save", fails)
    with pytest.raises(RuntimeError):
        part(host, number, 1000, os.urandom(2000))
    monkeypatch.setattr(Media, "save", real)
    assert host.get(f"media/{number}/status").json()["received"] == 1000
    assert part(host, number, 1000, DATA[1000:]).json()["complete"] is True
    assert b"".join(host.get(f"media/{number}").streaming_content) == DATA


def test_bytes_that_were_lost_start_again_at_nothing(host, room):
    number = begin(host, room)
    part(host, number, 0, DATA[:1000])
    store.remove(Media.objects.get().storage_key)
    answer = part(host, number, 1000, DATA[1000:])
    assert (refused(answer), answer.json()["received"]) == ((409, "wrong_offset"), 0)
    assert part(host, number, 0, DATA).json()["complete"] is True


# who may


@pytest.mark.parametrize("role", ["observer", "records"])
def test_readers_send_no_files(room, role):
    reader = Ready()
    join(room, reader.user, role)
    assert refused(start(reader, room)) == (403, "read_only")


def test_only_hosts_give_earlier_messages(host, room):
    other = Ready()
    join(room, other.user)
    assert start(other, room).status_code == 201
    assert refused(start(other, room, purpose="history")) == (403, "forbidden")
    assert start(host, room, purpose="history").status_code == 201


@pytest.mark.parametrize("state", [None, "invited", "left", "removed", "declined"])
def test_people_outside_send_nothing(room, state):
    other = Ready()
    if state:
        join(room, other.user, state=state)
    assert refused(start(other, room)) == (404, "not_found")


@pytest.mark.parametrize("state", ["closing", "closed"])
def test_room_that_is_not_open_takes_no_file_and_no_part(host, room, state):
    number = begin(host, room)
    change(room, state=state)
    assert refused(start(host, room)) == (403, "room_closed")
    assert refused(part(host, number, 0, DATA)) == (403, "room_closed")


def test_blocked_pair_sends_no_files(host):
    other = Ready()
    room = room_of(host.user, other.user, kind="direct")
    Block.objects.create(blocker=other.user, blocked=host.user, created=clock.now())
    assert refused(start(host, room)) == (403, "forbidden")


def test_incomplete_set_up_sends_no_files(host, room):
    Secret.objects.filter(user=host.user).delete()
    assert refused(start(host, room)) == (403, "setup_incomplete")


def test_upload_of_another_person_is_not_there(host, room):
    other = Ready()
    join(room, other.user, "host")
    number = begin(host, room)
    assert refused(part(other, number, 0, DATA)) == (404, "not_found")
    assert refused(other.get(f"media/{number}/status")) == (404, "not_found")
    assert refused(host.get(f"media/{uuid.uuid4()}/status")) == (404, "not_found")


def test_person_who_was_removed_adds_no_part(host, room):
    number = begin(host, room)
    RoomMembership.objects.filter(user=host.user).update(state="removed")
    assert refused(part(host, number, 0, DATA)) == (404, "not_found")


# limits


def test_twenty_first_file_in_a_minute_has_to_wait(host, room):
    with clock.held(clock.now().replace(second=0)):
        codes = [start(host, room).status_code for _ in range(21)]
    assert codes == [201] * 20 + [429]


def test_bytes_of_a_day_are_counted_by_what_was_announced(host, room):
    most = ratelimit.get("sealed-bytes").amount
    moment = clock.now().replace(hour=1, minute=0, second=0)
    with clock.held(moment) as now:
        for _ in range(most // 20_000_000):
            assert start(host, room, size=20_000_000).status_code == 201
            now.advance(seconds=10)
        answer = start(host, room, size=1)
        assert refused(answer) == (429, "rate_limited")
        assert int(answer["Retry-After"]) == answer.json()["retry_after"] > 80_000
        now.advance(days=1)
        assert ratelimit.allow(str(host.user.pk), "sealed-bytes")


def test_file_that_does_not_fit_into_the_day_leaves_room_for_a_smaller_one(host, room):
    most = ratelimit.get("sealed-bytes").amount
    ratelimit.wait(str(host.user.pk), "sealed-bytes", most - 100)
    assert refused(start(host, room, size=101)) == (429, "rate_limited")
    assert start(host, room, size=100).status_code == 201
