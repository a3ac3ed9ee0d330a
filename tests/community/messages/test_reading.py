"""What comes back: events exactly as specified, from a person's first one, and honest numbers."""

import json
from datetime import UTC, datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.messages import queries, services
from community.messages.append import append_change
from community.messages.models import Event
from community.messages.queries import event_object, read_events
from community.realtime import pokes
from community.rooms.models import RoomMembership
from portal.shared.errors import NotAllowed
from tests.community.messages.made import Ready, join, new_txn, path, room_of, said
from tests.people import member

pytestmark = pytest.mark.django_db
KEYS = {
    "seq", "event_id", "room_id", "sender", "device_id", "ts", "class", "content", "expires_at",
    "media", "gone",
}  # fmt: skip


@pytest.fixture
def host():
    return Ready()


@pytest.fixture
def room(host):
    return room_of(host.user)


def events(who, room, query=""):
    answer = who.get(f"{path(room)}/events{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def numbers(answer):
    return [event["seq"] for event in answer["events"]]


def test_event_is_exactly_as_specified(host, room):
    expires = datetime(2999, 1, 1, tzinfo=UTC)
    sent = host.send(room).json()
    Event.objects.filter(seq=sent["seq"]).update(expires_at=expires)
    [created, event] = events(host, room)["events"]
    assert event == {
        "seq": 2, "event_id": sent["event_id"], "room_id": f"!{room.public_id}:members.invalid",
        "sender": host.name, "device_id": host.device_id, "ts": sent["ts"], "class": "m",
        "content": host.megolm(), "expires_at": "2999-01-01T00:00:00Z", "media": [], "gone": None,
    }  # fmt: skip
    assert set(created) == KEYS
    assert (created["sender"], created["device_id"], created["class"]) == (None, None, "x")
    assert created["content"] == {"change": "created", "roster_version": 1}


def test_gone_event_has_no_content_and_says_why_by_whom_and_when(host, room):
    event = said(room, host)
    Event.objects.filter(pk=event.pk).update(
        content="", gone_why="redacted", gone_by=host.user, gone_at=5
    )
    shown = events(host, room, "?after=1")["events"][0]
    assert shown["content"] is None
    assert shown["gone"] == {"why": "redacted", "by": host.name, "ts": 5}
    Event.objects.filter(pk=event.pk).update(gone_why="purged", gone_by=None)
    assert events(host, room, "?after=1")["events"][0]["gone"]["by"] is None


@pytest.mark.parametrize(
    ("query", "expected", "more"),
    [
        ("", [4, 5, 6, 7, 8, 9, 10], False),
        ("?limit=3", [8, 9, 10], True),
        ("?after=0&limit=3", [4, 5, 6], True),
        ("?after=4", [5, 6, 7, 8, 9, 10], False),
        ("?after=7&limit=3", [8, 9, 10], False),
        ("?after=7&limit=2", [8, 9], True),
        ("?after=10", [], False),
        ("?after=99", [], False),
        ("?before=8&limit=2", [6, 7], True),
        ("?before=6&limit=2", [4, 5], False),
        ("?before=4", [], False),
        ("?before=99&limit=1", [10], True),
    ],
)
def test_pages_ascend_and_begin_at_the_first_visible_event(host, room, query, expected, more):
    reader = Ready()
    for _ in range(9):
        said(room, host)
    join(room, reader.user, first_visible_seq=4)
    answer = events(reader, room, query)
    assert (numbers(answer), answer["more"]) == (expected, more)
    assert (answer["first_visible_seq"], answer["last_seq"]) == (4, 10)


@pytest.mark.parametrize(
    "query",
    [
        "?limit=0",
        "?limit=201",
        "?limit=x",
        "?after=-1",
        "?before=x",
        "?after=1&before=5",
        "?after=²",
    ],
)
def test_other_pages_are_refused(host, room, query):
    answer = host.get(f"{path(room)}/events{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


@pytest.mark.parametrize("state", [None, "invited", "left", "removed", "declined"])
def test_nothing_for_people_who_are_not_inside(host, room, state):
    other = Ready()
    if state:
        join(room, other.user, state=state)
    answer = other.get(f"{path(room)}/events")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert other.put(f"{path(room)}/read", {"seq": 1}).status_code == 404
    assert other.get("unread").json() == {"rooms": {}}
    assert queries.heads_of(other.user) == {}


def test_reading_events_costs_two_queries_however_many(host, room, django_assert_num_queries):
    for _ in range(5):
        said(room, host)
    with django_assert_num_queries(2):
        few = read_events(room.public_id, 1, 3)
    for _ in range(40):
        said(room, Ready())
    with django_assert_num_queries(2):
        many = read_events(room.public_id, 1, 46)
    assert [row["seq"] for row in few] == [1, 2, 3]
    assert [row["seq"] for row in many] == list(range(1, 47))
    assert many[1] == events(host, room, "?after=1&limit=1")["events"][0]


def test_events_of_other_rooms_are_not_read(host, room):
    other = room_of(host.user)
    said(other, host)
    assert {row["room_id"] for row in read_events(room.public_id, 1, 99)} == {
        f"!{room.public_id}:members.invalid"
    }


def test_content_of_an_event_is_what_was_stored(host, room):
    event = said(room, host, kind="s")
    shown = event_object(event, room=room.public_id)
    assert json.dumps(shown["content"], separators=(",", ":")) == event.content


# numbers


def test_heads_and_unread_name_every_joined_room(host, room, django_assert_num_queries):
    other = room_of(host.user)
    said(other, host)
    left = room_of(member())
    join(left, host.user, state="left")
    with django_assert_num_queries(1):
        heads = queries.heads_of(host.user)
    with django_assert_num_queries(1):
        unread = queries.unread_of(host.user)
    names = [f"!{row.public_id}:members.invalid" for row in (room, other)]
    assert heads == {names[0]: 1, names[1]: 2}
    assert unread == {
        names[0]: {"unread": 0, "last_seq": 1}, names[1]: {"unread": 1, "last_seq": 2},
    }  # fmt: skip
    assert host.get("unread").json() == {"rooms": unread}


def test_read_goes_forward_only_and_tells_the_sockets(host, room, monkeypatch):
    told = []
    monkeypatch.setattr(pokes, "receipt", lambda *what: told.append(what))
    for _ in range(3):
        said(room, host)

    def read(seq):
        return host.put(f"{path(room)}/read", {"seq": seq})

    assert read(3).json() == {"unread": 1}
    assert read(2).json() == {"unread": 1}
    assert read(3).json() == {"unread": 1}
    assert read(4).json() == {"unread": 0}
    assert told == [(room.public_id, host.user.pk, seq) for seq in (3, 4)]
    for seq in (5, -1):
        assert read(seq).status_code == 400
    assert RoomMembership.objects.get(user=host.user).last_read_seq == 4


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["m", "s", "x"]), st.booleans()),
        st.tuples(st.just("read"), st.integers(0, 40)),
        st.tuples(st.just("redact"), st.integers(2, 40)),
    ),
    max_size=30,
)


@given(steps=STEPS, first=st.integers(1, 6))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_unread_is_the_number_of_messages_above_what_was_read(db, steps, first):
    """Pitfall 25. The model keeps a list of classes and one number; nothing else changes it."""
    writer, reader = member(), member()
    room = room_of(writer)
    place = join(room, reader, first_visible_seq=first)
    classes, last_read = ["x"], 0
    for what, value in steps:
        if what in {"m", "s"}:
            kind_of(room, what, reader if value else writer)
            classes.append(what)
        elif what == "x":
            with transaction.atomic():
                append_change(room, "settings")
            classes.append("x")
        elif what == "read":
            answer = min(value, len(classes))
            services.mark_read(user=reader, room_id=room.public_id, seq=answer)
            last_read = max(last_read, answer)
        elif value <= len(classes) and classes[value - 1] != "x":
            before = Event.objects.count()
            services.redact(user=writer, room_id=room.public_id, seq=value)
            classes += ["x"] * (Event.objects.count() - before)
        expected = sum(
            kind == "m" and seq > last_read and seq >= first
            for seq, kind in enumerate(classes, start=1)
        )
        [shown] = queries.unread_of(reader).values()
        assert shown == {"unread": expected, "last_seq": len(classes)}
    place.refresh_from_db()
    assert place.last_read_seq == last_read


def kind_of(room, kind, sender):
    event = said(room, kind=kind)
    Event.objects.filter(pk=event.pk).update(sender=sender, txn_id=new_txn())


def test_read_of_a_person_who_left_is_not_kept(host, room):
    RoomMembership.objects.filter(user=host.user).update(state="left")
    with pytest.raises(NotAllowed):
        services.mark_read(user=host.user, room_id=room.public_id, seq=1)
