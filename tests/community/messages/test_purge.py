"""What is old, expired or closed goes for good, with its files and keys; a legal hold keeps it."""

import json
from datetime import timedelta

import pytest

from community.attachments.models import EventMedia, Media
from community.devices.models import BackupKey, BackupVersion
from community.messages import purge_rooms
from community.messages.models import Event
from community.messages.queries import read_events
from community.rooms.models import Roster
from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from tests.community.attachments.uploads import on_disk, whole, with_file
from tests.community.messages.made import Ready, change, room_of, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return Ready()


@pytest.fixture
def room(writer):
    return room_of(writer.user, retention_days=90)


def backed_up(room, user, count=1):
    version = BackupVersion.objects.filter(user=user).latest("version")
    for number in range(count):
        BackupKey.objects.create(
            version=version, room=room.public_id, session_id=f"s{number}", first_index=0,
            forwarded=0, iv="i", data="d",
        )  # fmt: skip
    BackupVersion.objects.filter(pk=version.pk).update(count=count)
    return version


def purged_rows():
    return [json.loads(row.body) for row in AuditRow.objects.filter(event="messages.purged")]


# retention


def test_old_events_leave_a_tombstone_and_nothing_else(writer, room, now, run):
    old, media = with_file(room, writer)
    silent = said(room, writer, kind="s")
    now.advance(days=89)
    young = said(room, writer)
    now.advance(days=2)
    assert run()["retention"] == 2
    for event in (old, silent):
        event.refresh_from_db()
        assert (event.content, event.gone_why, event.gone_by) == ("", "purged", None)
    assert not Media.objects.exists()
    assert not EventMedia.objects.exists()
    assert not on_disk(media)
    young.refresh_from_db()
    assert young.content
    room.refresh_from_db()
    assert room.purged_seq == silent.seq
    [created, gone, _silent, _young, told] = read_events(room.public_id, 1, room.last_seq)
    assert created["content"] == {"change": "created", "roster_version": 1}
    assert gone["gone"]["why"] == "purged"
    assert told["content"] == {"change": "purged", "up_to_seq": silent.seq}
    [row] = purged_rows()
    assert row["facts"] == {"why": "retention", "events": 2, "files": 1, "up_to": silent.seq}
    assert row["thing"] == f"community.room:{room.public_id}"


def test_running_twice_does_nothing_twice(writer, room, now, run):
    said(room, writer)
    now.advance(days=91)
    assert run()["retention"] == 1
    before = list(Event.objects.order_by("pk").values())
    again = run()
    assert {name for name, count in again.items() if count} <= {"times"}
    assert [row["content"] for row in before] == list(
        Event.objects.order_by("pk").values_list("content", flat=True)
    )
    assert len(purged_rows()) == 1


def test_each_room_keeps_its_own_time(writer, now, run):
    short, long = room_of(writer.user, retention_days=7), room_of(writer.user, retention_days=365)
    for place in (short, long):
        said(place, writer)
    now.advance(days=8)
    assert run()["retention"] == 1
    assert not Event.objects.get(room=short, event_class="m").content
    assert Event.objects.get(room=long, event_class="m").content


def test_big_room_is_done_in_parts_and_a_bounded_run_goes_on_next_time(
    writer, room, now, run, monkeypatch
):
    monkeypatch.setattr(purge_rooms, "PART", 4)
    for _ in range(10):
        said(room, writer)
    now.advance(days=91)
    assert run("--most", "5")["retention"] == 8  # whole parts
    assert run("--most", "5")["retention"] == 2
    assert [row["facts"]["events"] for row in purged_rows()] == [4, 4, 2]
    assert not Event.objects.filter(event_class="m").exclude(content="").exists()


def test_removed_event_keeps_its_reason(writer, room, now, run):
    event = said(room, writer)
    Event.objects.filter(pk=event.pk).update(content="", gone_why="redacted", gone_at=1)
    said(room, writer)
    now.advance(days=91)
    assert run()["retention"] == 1
    event.refresh_from_db()
    assert event.gone_why == "redacted"


def test_legal_hold_keeps_everything_and_its_end_lets_go(writer, room, now, run):
    old, media = with_file(room, writer)
    expiring, _file = with_file(room, writer, expires_at=now() + timedelta(hours=1))
    bundle = whole(room, writer.user, purpose="history")
    key = backed_up(room, writer.user)
    Roster.objects.create(room=room, version=1, text="names", signatures={}, sha256="h", seq=1)
    last_day = now().date() + timedelta(days=200)
    change(room, hold_until=last_day, state="closed", purge_at=now() + timedelta(days=7))
    now.advance(days=199)
    run()
    assert not [row for row in Event.objects.filter(event_class="m") if not row.content]
    assert Event.objects.filter(room=room).count() == 3
    assert on_disk(media)
    assert on_disk(bundle)
    assert Media.objects.count() == 3
    assert BackupKey.objects.count() == 1
    assert Roster.objects.get().text == "names"
    assert Event.objects.get(pk=old.pk).ts == old.ts  # to the millisecond
    assert not purged_rows()
    now.advance(days=2)
    run()
    assert {row.content for row in (refreshed(old), refreshed(expiring))} == {""}
    assert not Media.objects.exists()
    assert not BackupKey.objects.exists()
    key.refresh_from_db()
    assert key.count == 0


def refreshed(row):
    row.refresh_from_db()
    return row


def test_hold_that_came_in_between_is_seen_under_the_lock(writer, room, now):
    said(room, writer)
    now.advance(days=91)
    change(room, hold_until=now().date())
    assert purge_rooms.purge_old(room.pk) == 0
    assert purge_rooms.expire_in(room.pk) == 0
    assert purge_rooms.purge_closed(room.pk) == 0


# expiry


def test_expired_event_goes_within_minutes_with_its_files(writer, room, now, run):
    event, media = with_file(room, writer, expires_at=now() + timedelta(minutes=10))
    now.advance(seconds=599)
    assert run("--quick")["expired"] == 0
    now.advance(seconds=1)
    done = run("--quick")
    assert (set(done), done["expired"]) == ({"failed", "expired", "history", "files"}, 1)
    event.refresh_from_db()
    assert (event.content, event.gone_why, event.expires_at) == ("", "expired", None)
    assert not on_disk(media)
    assert run("--quick")["expired"] == 0


# closed rooms


def test_closed_room_keeps_nothing_but_numbers(writer, room, now, run):
    other = Ready()
    _event, media = with_file(room, writer)
    loose, bundle = whole(room, writer.user), whole(room, writer.user, purpose="history")
    elsewhere = room_of(writer.user)
    kept, kept_file = with_file(elsewhere, writer)
    version = backed_up(room, writer.user, 3)
    theirs = backed_up(elsewhere, other.user)
    Roster.objects.create(
        room=room, version=1, text="names", signatures={"a": 1}, sha256="hash", seq=1
    )
    Notification.objects.create(
        user=writer.user, verb="room-activity", place="p", key=str(room.public_id),
        first_at=now(), last_at=now(),
    )  # fmt: skip
    Event.objects.filter(event_class="x", room=room).update(
        content='{"change":"joined","user":"@x"}'
    )
    change(room, state="closed", purge_at=now() + timedelta(days=7))
    assert run()["closed"] == 0
    now.advance(days=7)
    assert run()["closed"] == 1
    assert [on_disk(row) for row in (media, loose, bundle, kept_file)] == [False] * 3 + [True]
    assert list(Media.objects.all()) == [kept_file]
    assert list(BackupKey.objects.values_list("version", flat=True)) == [theirs.pk]
    assert (refreshed(version).count, version.etag, refreshed(theirs).count) == (0, 1, 1)
    roster = Roster.objects.get()
    assert (roster.text, roster.signatures, roster.sha256) == ("", {}, "hash")
    assert not Notification.objects.exists()
    contents = [row["content"] for row in read_events(room.public_id, 1, 99)]
    assert contents == [{"change": "joined"}, None, {"change": "purged", "up_to_seq": 2}]
    assert refreshed(kept).content
    assert [row["facts"] for row in purged_rows()] == [
        {"why": "closed", "events": 1, "files": 1, "up_to": 2},
        {"why": "closed", "files": 2, "keys": 3},
    ]
    run()
    assert len(purged_rows()) == 2


def test_key_backed_up_after_the_purge_goes_with_the_next(writer, room, now, run):
    change(room, state="closed", purge_at=now())
    run()
    backed_up(room, writer.user)
    run()
    assert not BackupKey.objects.exists()


@pytest.mark.parametrize("state", ["open", "closing"])
def test_only_closed_rooms_are_emptied(writer, room, now, run, state):
    event = said(room, writer)
    change(room, state=state, purge_at=now())
    now.advance(days=8)
    assert run()["closed"] == 0
    assert refreshed(event).content
