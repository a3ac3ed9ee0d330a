"""People are told that something waits, by two fixed sentences, and not more often than they want."""

import json
from itertools import pairwise

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from community.messages import notices, services
from community.rooms.models import RoomMembership
from portal.notifications import mailing
from portal.notifications.models import Notification, NotificationChoice
from portal.notifications.services import choose_pace
from portal.notifications.verbs import VERBS
from portal.shared import clock
from tests.community.messages.made import Ready, join, new_event, new_txn, path, room_of, said
from tests.people import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    with clock.held() as held:
        yield held


@pytest.fixture
def writer():
    return Ready()


@pytest.fixture
def reader(writer):
    return Ready()


@pytest.fixture
def room(writer, reader):
    return room_of(writer.user, reader.user)


@pytest.fixture
def direct(writer, reader):
    return room_of(writer.user, reader.user, kind="direct")


@pytest.fixture
def timer(django_capture_on_commit_callbacks):
    def once():
        with django_capture_on_commit_callbacks(execute=True):
            call_command("message_notices")

    return once


@pytest.fixture
def send(writer, django_capture_on_commit_callbacks):
    def once(room, *notify, **fields):  # by the service: sign-ins end before these tests do
        body = writer.event(room, notify=[person.name for person in notify], **fields)
        with django_capture_on_commit_callbacks(execute=True):
            services.send(
                sender=writer.user, device=writer.device, room_id=room.public_id, txn_id=new_txn(),
                new=new_event(**body), ready=lambda: None,
            )  # fmt: skip

    return once


def rows(user):
    found = Notification.objects.filter(user=user).order_by("pk")
    return list(found.values_list("verb", "place", "key", "count"))


def test_words_are_those_of_the_specification():
    with translation.override("en"):
        for verb, words in (
            ("room-activity", "New activity in a case room"),
            ("direct-message", "New direct message"),
        ):
            assert (str(VERBS[verb].words), str(VERBS[verb].outside)) == (words, words)


def test_notice_leads_to_the_page_of_the_room(send, room, reader):
    send(room, reader)
    [(_verb, place, key, _count)] = rows(reader.user)
    assert str(room.public_id) in reverse(place, args=[key])


def test_named_people_are_told_at_once_by_one_row_a_room(send, room, direct, reader):
    send(room, reader)
    send(room, reader)
    send(direct, reader)
    assert rows(reader.user) == [
        ("room-activity", notices.PLACE, str(room.public_id), 1),
        ("direct-message", notices.PLACE, str(direct.public_id), 1),
    ]


def test_only_joined_members_who_did_not_mute_are_told(send, room, writer, reader):
    muted, invited, left, lapsed, stranger = (Ready() for _ in range(5))
    join(room, muted.user, muted=True)
    join(room, invited.user, state="invited")
    join(room, left.user, state="left")
    join(room, lapsed.user)
    lapsed.user.membership.state = "suspended"
    lapsed.user.membership.save()
    send(room, reader, muted, invited, left, lapsed, stranger, writer)
    assert list(Notification.objects.values_list("user", flat=True)) == [reader.user.pk]


def test_unnamed_people_are_told_after_a_quarter_of_an_hour(now, send, room, writer, reader, timer):
    send(room)
    now.advance(seconds=899)
    timer()
    assert not Notification.objects.exists()
    now.advance(seconds=1)
    timer()
    timer()
    assert rows(reader.user) == [("room-activity", notices.PLACE, str(room.public_id), 1)]
    assert rows(writer.user) == []  # of her own words nobody is told


@pytest.mark.parametrize("what", ["read", "muted", "left", "silent", "redacted", "before"])
def test_nobody_is_told_of_what_is_read_or_not_hers(now, send, room, reader, timer, what):
    send(room, **({"class": "s"} if what == "silent" else {}))
    place = RoomMembership.objects.filter(user=reader.user)
    if what == "read":
        reader.put(f"{path(room)}/read", {"seq": 2})
    elif what == "redacted":
        services.redact(user=room.memberships.get(role="host").user, room_id=room.public_id, seq=2)
    elif what in {"muted", "before"}:
        place.update(**{"muted": {"muted": True}, "before": {"first_visible_seq": 3}}[what])
    elif what == "left":
        place.update(state="left")
    now.advance(seconds=1000)
    timer()
    assert not Notification.objects.exists()


def test_same_unread_message_is_told_of_once_a_new_one_again_after_an_hour(
    now, send, room, reader, timer
):
    send(room)
    now.advance(seconds=1000)
    timer()
    Notification.objects.update(read_at=now())  # seen, but the room was not opened
    now.advance(seconds=7200)
    timer()
    assert len(rows(reader.user)) == 1
    send(room)
    now.advance(seconds=1000)
    timer()
    assert len(rows(reader.user)) == 2
    now.advance(seconds=1)
    send(room)
    now.advance(seconds=1000)
    timer()
    assert [count for *_rest, count in rows(reader.user)] == [1, 1]
    now.advance(seconds=3600)
    timer()
    assert [count for *_rest, count in rows(reader.user)] == [1, 2]


def test_reading_the_room_settles_its_notice_and_no_other(send, room, direct, reader):
    send(room, reader)
    send(direct, reader)
    reader.put(f"{path(room)}/read", {"seq": 2})
    unread = Notification.objects.filter(read_at=None)
    assert list(unread.values_list("verb", flat=True)) == ["direct-message"]


def test_reading_a_part_settles_nothing(send, room, reader):
    send(room, reader)
    send(room)
    reader.put(f"{path(room)}/read", {"seq": 2})
    assert Notification.objects.get().read_at is None


# mails


def at_once(*people):
    for person in people:
        choose_pace(user=person.user, pace="at-once")


def test_mail_follows_after_a_quarter_of_an_hour_unread(now, send, direct, reader, timer):
    at_once(reader)
    send(direct, reader)
    assert not mail.outbox
    now.advance(seconds=800)
    timer()
    assert not mail.outbox
    now.advance(seconds=200)
    timer()
    timer()
    [message] = mail.outbox
    assert message.to == [reader.user.email]
    assert "New direct message" in message.body


def test_no_mail_where_it_was_read_meanwhile(now, send, direct, reader, timer):
    at_once(reader)
    send(direct, reader)
    RoomMembership.objects.update(last_read_seq=99)
    now.advance(seconds=1000)
    timer()
    assert not mail.outbox


def test_mails_are_an_hour_apart(now, send, direct, reader, timer):
    at_once(reader)
    sent = []
    for _ in range(36):  # three hours, a message every five minutes, nothing read
        send(direct, reader)
        timer()
        sent.append(len(mail.outbox))
        now.advance(seconds=300)
    assert sent[:3] == [0, 0, 0]
    assert sent[-1] in {2, 3}
    steps = [index for index in range(1, 36) if sent[index] > sent[index - 1]]
    assert all(later - earlier >= 12 for earlier, later in pairwise(steps))


@pytest.mark.parametrize("pace", ["daily", "weekly", "never"])
def test_slower_paces_are_kept(now, send, direct, reader, timer, pace):
    choose_pace(user=reader.user, pace=pace)
    NotificationChoice.objects.update(last_mail_at=now())
    for _ in range(5):
        send(direct)
        now.advance(seconds=4000)
        timer()
        mailing.tell_everybody()
    assert not mail.outbox
    now.advance(days=1)
    send(direct)
    now.advance(seconds=1000)
    timer()
    mailing.tell_everybody()
    assert len(mail.outbox) == (pace == "daily")


@pytest.mark.parametrize("why", ["left", "muted", "suspended"])
def test_right_is_asked_again_when_the_mail_goes(now, send, direct, reader, timer, why):
    at_once(reader)
    send(direct, reader)
    if why == "suspended":
        reader.user.membership.state = "suspended"
        reader.user.membership.save()
    else:
        change = {"left": {"state": "left"}, "muted": {"muted": True}}[why]
        RoomMembership.objects.filter(user=reader.user).update(**change)
    now.advance(seconds=1000)
    timer()
    assert not mail.outbox


@pytest.mark.parametrize("key", ["", "x", "00000000-0000-4000-8000-000000000001"])
def test_notice_of_no_room_goes_by_no_mail(key):
    assert not notices.may_mail(member(), key)


def test_mail_and_row_say_nothing_of_who_wrote_where(now, send, room, reader, timer, writer):
    at_once(reader)
    send(room, reader)
    now.advance(seconds=1000)
    timer()
    message = mail.outbox[0]
    text = f"{message.subject}\n{message.body}"
    for word in (writer.user.name, str(room.public_id), str(writer.user.public_id), "AwgA"):
        assert word not in text
    row = json.dumps(list(Notification.objects.values()), default=str)
    assert str(writer.user.public_id) not in row
    assert writer.user.name not in row


def test_timer_reads_a_bounded_past(now, room, writer, timer):
    said(room, writer)
    now.advance(days=3)
    timer()
    assert not Notification.objects.exists()
