"""Who gets sealed bytes, in what wrapping, and where they lie."""

import uuid
from datetime import timedelta

import pytest

from community.attachments.models import Media
from community.rooms.models import RoomMembership
from portal.files import store
from portal.files.services import sweep
from portal.shared import clock
from tests.community.attachments.uploads import DATA, begin, begun, bytes_of, on_disk, part, refused
from tests.community.messages.made import Ready, change, join, room_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return Ready()


@pytest.fixture
def room(host):
    return room_of(host.user, Ready().user)


@pytest.fixture
def ready(host, room):
    number = begin(host, room)
    part(host, number, 0, DATA)
    return number


def test_bytes_come_as_an_attachment_nobody_can_run(host, ready):
    got = host.get(f"media/{ready}")
    assert got["Content-Type"] == "application/octet-stream"
    assert got["Content-Disposition"] == 'attachment; filename="sealed"'
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Security-Policy"].startswith("sandbox")
    assert "no-store" in got["Cache-Control"]
    assert got["Content-Length"] == "3000"
    assert "ETag" not in got


def test_joined_members_read_files_others_do_not(host, room, ready):
    host.send(room, media=[ready])
    for state, status in (("joined", 200), ("invited", 404), ("left", 404), ("removed", 404)):
        reader = Ready()
        join(room, reader.user, "observer", state=state)
        assert reader.get(f"media/{ready}").status_code == status, state
    assert Ready().get(f"media/{ready}").status_code == 404


def test_file_is_read_with_the_event_that_names_it(host, room, ready):
    """Who came later sees nothing earlier, and knows of no file whose event she cannot see."""
    member, newcomer = Ready(), Ready()
    join(room, member.user)
    assert member.get(f"media/{ready}").status_code == 404  # no event names it yet
    assert host.get(f"media/{ready}").status_code == 200
    seq = host.send(room, media=[ready]).json()["seq"]
    join(room, newcomer.user, first_visible_seq=seq + 1)
    assert member.get(f"media/{ready}").status_code == 200
    assert refused(newcomer.get(f"media/{ready}")) == (404, "not_found")
    again = begin(host, room)
    part(host, again, 0, DATA)
    host.send(room, media=[again])
    assert newcomer.get(f"media/{again}").status_code == 200
    RoomMembership.objects.filter(user=newcomer.user).update(first_visible_seq=seq)
    assert newcomer.get(f"media/{ready}").status_code == 200


def test_keys_of_earlier_messages_are_read_by_the_invited_too_for_seven_days(host, room):
    with clock.held() as now:
        number = begin(host, room, purpose="history")
        part(host, number, 0, DATA)
        invited, gone = Ready(), Ready()
        join(room, invited.user, state="invited")
        join(room, gone.user, state="removed")
        assert b"".join(invited.get(f"media/{number}").streaming_content) == DATA
        assert gone.get(f"media/{number}").status_code == 404
        media = Media.objects.get()
        assert media.expires_at == now() + timedelta(days=7)
        Media.objects.update(expires_at=now())
        assert invited.get(f"media/{number}").status_code == 404
        assert host.get(f"media/{number}").status_code == 404


def test_file_that_is_not_whole_is_not_read(host, room):
    number = begin(host, room)
    part(host, number, 0, DATA[:-1])
    assert refused(host.get(f"media/{number}")) == (404, "not_found")


def test_missing_or_cut_bytes_are_not_found_and_never_sent_in_part(host, room, ready, caplog):
    media = Media.objects.get()
    path = store.place(media.storage_key)
    path.write_bytes(DATA[:100])
    assert refused(host.get(f"media/{ready}")) == (404, "not_found")
    path.unlink()
    assert refused(host.get(f"media/{ready}")) == (404, "not_found")
    assert "another size" in caplog.text
    assert "missing" in caplog.text


def test_another_site_gets_no_bytes(host, ready):
    answer = host.get(f"media/{ready}", HTTP_SEC_FETCH_SITE="cross-site")
    assert refused(answer) == (404, "not_found")


def test_files_of_a_closed_room_are_read_until_it_is_purged(host, room, ready):
    change(room, state="closed")
    assert host.get(f"media/{ready}").status_code == 200


# files of events


def test_event_names_own_whole_files_of_this_room_only(host, room, ready):
    other = Ready()
    join(room, other.user)
    theirs = begin(other, room)
    part(other, theirs, 0, DATA)
    half = begin(host, room)
    elsewhere = room_of(host.user)
    moved = begin(host, elsewhere)
    part(host, moved, 0, DATA)
    bundle = begin(host, room, purpose="history")
    part(host, bundle, 0, DATA)
    for bad in (theirs, half, moved, bundle, str(uuid.uuid4()), "x", ready.upper()):
        answer = host.send(room, media=[bad])
        assert refused(answer) == (400, "bad_request"), bad
    assert refused(host.send(room, media=[ready, ready])) == (400, "bad_request")
    assert refused(host.send(room, media=[ready] * 21)) == (400, "bad_request")
    room.refresh_from_db()
    seq = host.send(room, media=[ready]).json()["seq"]
    shown = host.get(f"rooms/{room.public_id}/events?after={seq - 1}").json()["events"]
    assert shown[0]["media"] == [ready]


def test_bytes_lie_in_the_private_store_for_its_owner_alone(host, room, ready):
    media = Media.objects.get()
    path = store.place(media.storage_key)
    assert path.stat().st_mode & 0o777 == 0o600
    assert on_disk(media)
    assert list(store.incoming().iterdir()) == []  # the sweep of unfinished files finds none


def test_tidying_the_store_leaves_uploads_alone(host, room):
    media = begun(room, host.user, DATA)
    part(host, media.public_id, 0, DATA[:1000])
    with clock.held(clock.now() + timedelta(days=1)):
        sweep()
    assert bytes_of(media) == DATA[:1000]
