"""Files, ids of requests, exact times and seen notices; and what a fault may not stop."""

import pytest
from django.core.management import CommandError
from django.db import transaction

from community.attachments import services as attachments
from community.attachments.models import Media
from community.devices.models import ToDevice, Txn
from community.messages import purge, purge_rooms
from community.messages.models import Event
from portal.files import sealed
from portal.notifications.models import Notification
from tests.community.attachments.uploads import begun, on_disk, whole, with_file
from tests.community.messages.made import Ready, change, new_txn, room_of, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return Ready()


@pytest.fixture
def room(writer):
    return room_of(writer.user, retention_days=90)


def refreshed(row):
    row.refresh_from_db()
    return row


def test_bundle_of_keys_goes_after_seven_days(writer, room, now, run):
    bundle = whole(room, writer.user, purpose="history")
    now.advance(days=6.9)
    assert run("--quick")["history"] == 0
    now.advance(days=0.2)
    assert run("--quick")["history"] == 1
    assert not on_disk(bundle)
    assert not Media.objects.exists()


def test_unfinished_and_unsent_uploads_go_and_sent_ones_stay(writer, room, now, run):
    half = begun(room, writer.user, b"12345")
    attachments.add(user=writer.user, media_id=half.public_id, offset=0, data=b"123")
    unsent = whole(room, writer.user)
    _event, sent = with_file(room, writer)
    now.advance(days=1.01)
    assert run()["uploads"] == 1
    assert [on_disk(row) for row in (half, unsent, sent)] == [False, True, True]
    now.advance(days=6)
    assert run()["uploads"] == 1
    assert list(Media.objects.all()) == [sent]


def test_crash_before_the_bytes_went_is_made_good_by_the_next_run(
    writer, room, now, run, monkeypatch
):
    """The row says first that the file has to go; nobody reads it from then on."""
    event, media = with_file(room, writer)

    def fails(name):
        raise OSError

    monkeypatch.setattr(sealed, "remove", fails)
    change(room, hold_until=None, retention_days=0)
    now.advance(seconds=1)
    run()
    monkeypatch.undo()
    assert not refreshed(event).content
    assert on_disk(media)
    assert writer.get(f"media/{media.public_id}").status_code == 404
    assert run("--quick")["files"] == 1
    assert not on_disk(media)
    assert not Media.objects.exists()


def test_bytes_stay_when_the_deletion_is_undone(
    writer, room, now, django_capture_on_commit_callbacks
):
    _event, media = with_file(room, writer)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        attachments.doom(Media.objects.all())
        transaction.set_rollback(True)
    assert on_disk(media)
    assert Media.objects.get().expires_at is None


# devices, times, notices


def test_ids_of_requests_go_after_a_day(writer, now, run):
    Txn.objects.create(device=writer.device, txn_id="old", created=now())
    now.advance(days=0.9)
    Txn.objects.create(device=writer.device, txn_id="new", created=now())
    now.advance(days=0.2)
    assert run()["inbox"] == 1
    assert Txn.objects.get().txn_id == "new"


def test_what_waits_for_a_removed_device_goes(writer, now, run):
    other = Ready()
    for number, device in enumerate((writer.device, other.device)):
        ToDevice.objects.create(
            recipient_device=device, seq=number, sender=other.user, sender_device="A", type="t",
            content={}, created=now(),
        )  # fmt: skip
    other.device.revoked_at = now()
    other.device.save()
    assert run()["inbox"] == 1
    assert ToDevice.objects.get().recipient_device == writer.device


def test_times_are_kept_by_the_hour_after_thirty_days(writer, room, now, run):
    change(room, retention_days=365)
    event, media = with_file(room, writer)
    exact, created = event.ts, media.created
    Event.objects.filter(seq=1).update(gone_at=exact)
    now.advance(days=29.9)
    run()
    assert refreshed(event).ts == exact
    now.advance(days=0.2)
    assert run()["times"] == 4
    hour = created.replace(minute=0, second=0, microsecond=0)
    assert refreshed(event).ts == int(hour.timestamp()) * 1000
    assert Event.objects.get(seq=1).gone_at == event.ts
    assert refreshed(media).created == hour
    assert run()["times"] == 0
    assert on_disk(media)


def test_seen_notices_about_rooms_are_forgotten_others_stay(writer, now, run):
    fields = {"user": writer.user, "place": "p", "first_at": now(), "last_at": now()}
    Notification.objects.create(verb="room-activity", read_at=now(), **fields)
    Notification.objects.create(verb="direct-message", **fields)
    Notification.objects.create(verb="role", read_at=now(), **fields)
    now.advance(days=31)
    assert run()["notices"] == 1
    assert set(Notification.objects.values_list("verb", flat=True)) == {"direct-message", "role"}


# faults


def test_room_that_fails_stops_neither_other_rooms_nor_other_jobs(
    writer, now, run, monkeypatch, caplog
):
    bad, good = room_of(writer.user), room_of(writer.user)
    for place in (bad, good):
        said(place, writer)
    Txn.objects.create(device=writer.device, txn_id=new_txn(), created=now())
    real = purge_rooms.purge_old

    def sometimes(key):
        if key == bad.pk:
            raise RuntimeError
        return real(key)

    monkeypatch.setattr(purge_rooms, "purge_old", sometimes)
    now.advance(days=91)
    with pytest.raises(CommandError):
        run()
    assert not Event.objects.get(room=good, event_class="m").content
    assert Event.objects.get(room=bad, event_class="m").content
    assert not Txn.objects.exists()
    monkeypatch.undo()
    assert run()["retention"] == 1


def test_every_job_is_named_and_the_quick_ones_are_among_them():
    assert set(purge.QUICK) < set(purge.JOBS)
