"""PUT events: once for each transaction, every refusal in its order, nothing but what is sealed."""

import json
import uuid

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from community.devices import lists
from community.devices.models import Secret
from community.ids import user_name
from community.messages import services
from community.messages.append import append_change
from community.messages.models import Event
from community.rooms.models import Block, RoomMembership
from portal.shared import clock, ratelimit
from tests.community.messages.made import Ready, change, join, new_event, new_txn, path, room_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return Ready()


@pytest.fixture
def room(host):
    return room_of(host.user, Ready().user)


def refused(answer):
    return answer.status_code, answer.json()["code"]


def test_event_is_stored_as_sealed_with_the_next_number(host, room):
    answer = host.send(room, content=host.megolm("AwgB"))
    assert answer.status_code == 201
    event = Event.objects.get(room=room, event_class="m")
    assert answer.json() == {"seq": 2, "event_id": f"${event.event_id}", "ts": event.ts}
    assert json.loads(event.content) == host.megolm("AwgB")
    assert event.size == len(event.content)
    assert (event.sender, event.sender_device) == (host.user, host.device)
    room.refresh_from_db()
    assert (room.last_seq, room.members_seq) == (2, 1)


def test_name_of_an_event_tells_no_time(host, room):
    host.send(room)
    assert {row.event_id.version for row in Event.objects.all()} == {4}


def test_repeated_request_gets_the_same_body_and_stores_nothing(host, room):
    first = host.send(room, "once")
    again = host.send(room, "once", content=host.megolm("Other"))
    assert (again.status_code, again.json()) == (200, first.json())
    assert Event.objects.filter(event_class="m").count() == 1


def test_repeated_request_is_answered_even_where_a_new_one_would_be_refused(host, room):
    first = host.send(room, "once")
    change(room, state="closed")
    Secret.objects.all().delete()
    answer = host.put(f"{path(room)}/events/once", {"nonsense": True})
    assert (answer.status_code, answer.json()) == (200, first.json())


def test_same_transaction_id_of_another_device_is_another_event(host, room):
    other = Ready()
    join(room, other.user)
    assert host.send(room, "t").status_code == 201
    assert other.send(room, "t").status_code == 201


def test_transaction_id_used_in_another_room_is_refused(host, room):
    other = room_of(host.user)
    host.send(room, "t")
    assert refused(host.send(other, "t")) == (400, "bad_request")
    assert Event.objects.filter(event_class="m").count() == 1


def test_equal_request_that_came_a_moment_earlier_wins(host, room, monkeypatch):
    """The first look finds nothing, the other one stores meanwhile: both get one answer."""
    looks, real = [], services.already_sent

    def late(*args):
        looks.append(args)
        if len(looks) == 1:
            other = host.send(room, "same")
            assert other.status_code == 201
            return None
        return real(*args)

    monkeypatch.setattr("community.messages.api.services.already_sent", late)
    # The inner request looks with the same function: the second look finds nothing yet.
    answer = host.send(room, "same")
    assert answer.status_code == 200
    assert Event.objects.filter(event_class="m").count() == 1
    room.refresh_from_db()
    assert room.last_seq == 2


def test_writers_not_inside_get_not_found(host, room):
    stranger = Ready()
    for state in (None, "invited", "left", "removed", "declined"):
        RoomMembership.objects.filter(user=stranger.user).delete()
        if state:
            join(room, stranger.user, state=state)
        assert refused(stranger.send(room)) == (404, "not_found"), state
    room.public_id = uuid.uuid4()
    answer = host.put(f"{path(room)}/events/{new_txn()}", {
        "class": "m", "content": host.megolm(), "members_seq": 1, "devices_pos": 0,
    })  # fmt: skip
    assert refused(answer) == (404, "not_found")


@pytest.mark.parametrize("role", ["observer", "records"])
def test_readers_post_silent_events_only(room, role):
    reader = Ready()
    join(room, reader.user, role)
    assert refused(reader.send(room)) == (403, "read_only")
    assert reader.send(room, **{"class": "s"}).status_code == 201


@pytest.mark.parametrize("state", ["closing", "closed"])
def test_room_that_is_not_open_takes_nothing(host, room, state):
    change(room, state=state)
    assert refused(host.send(room)) == (403, "room_closed")
    assert refused(host.send(room, **{"class": "s"})) == (403, "room_closed")


@pytest.mark.parametrize("known", [0, 99])
def test_stale_members_are_named_with_their_version(host, room, known):
    change(room, roster_version=7)
    answer = host.send(room, members_seq=known)
    assert refused(answer) == (409, "stale_members")
    assert (answer.json()["members_seq"], answer.json()["roster_version"]) == (1, 7)


def test_stale_devices_of_joined_members_are_named_oneself_included(host, room):
    inside, gone, stranger = Ready(), Ready(), Ready()
    join(room, inside.user)
    join(room, gone.user, state="left")
    before = lists.mark_changed(inside.user.pk)
    assert host.send(room, devices_pos=before).status_code == 201
    lists.mark_changed(stranger.user.pk, gone.user.pk)
    assert host.send(room, devices_pos=before).status_code == 201
    lists.mark_changed(inside.user.pk)
    answer = host.send(room, devices_pos=before)
    assert refused(answer) == (409, "stale_devices")
    assert answer.json()["changed"] == [inside.name]
    assert answer.json()["devices_pos"] == lists.position() == before + 3
    assert host.send(room, devices_pos=before + 3).status_code == 201


def test_sender_who_moved_herself_is_told_everybody_inside(host, room):
    """Joining moves her, too: what those inside had changed before was never said to her."""
    gone, stranger = Ready(), Ready()
    join(room, gone.user, state="left")
    before = lists.mark_changed(stranger.user.pk)
    lists.mark_changed(host.user.pk)
    answer = host.send(room, devices_pos=before)
    assert refused(answer) == (409, "stale_devices")
    joined = RoomMembership.objects.filter(room=room, state="joined")
    names = joined.values_list("user__public_id", flat=True)
    assert answer.json()["changed"] == sorted(map(user_name, names))
    assert len(answer.json()["changed"]) == 2
    assert host.send(room, devices_pos=before + 1).status_code == 201


@pytest.mark.parametrize("ahead", [1, 10**6, 2**62, 10**30])
def test_position_the_list_never_had_is_told_with_everybody_inside(host, room, ahead):
    other = Ready()
    join(room, other.user)
    names = RoomMembership.objects.filter(room=room).values_list("user__public_id", flat=True)
    here = lists.mark_changed(other.user.pk)
    answer = host.send(room, devices_pos=here + ahead)
    assert refused(answer) == (409, "stale_devices")
    assert answer.json()["devices_pos"] == here
    assert answer.json()["changed"] == sorted(map(user_name, names))
    assert len(answer.json()["changed"]) == 3
    assert host.send(room, devices_pos=here).status_code == 201


def test_position_before_any_change_passes_while_there_is_none(host, room):
    assert lists.position() == 0
    for place in (0, -1):
        assert host.send(room, devices_pos=place).status_code == 201
    assert refused(host.send(room, devices_pos=1)) == (409, "stale_devices")


def test_incomplete_set_up_is_refused(host, room):
    Secret.objects.filter(user=host.user).first().delete()
    assert refused(host.send(room)) == (403, "setup_incomplete")


@pytest.mark.parametrize(
    "change",
    [
        {"algorithm": "m.olm.v1.curve25519-aes-sha2"},
        {"ciphertext": ""},
        {"ciphertext": "Meet at the harbour"},
        {"ciphertext": "встреча"},
        {"device_id": "ZZZZZZZZZZ"},
        {"body": "in clear"},
        {"ciphertext": None},
        {"sender_key": "meet at the harbour at nine"},
        {"sender_key": "k"},
        {"sender_key": ""},
        {"sender_key": "A" * 43 + "="},
        {"session_id": "the yard, on Friday"},
        {"session_id": "A" * 44},
    ],
)
def test_content_that_is_not_sealed_by_this_device_is_refused(host, room, change):
    assert refused(host.send(room, content=host.megolm() | change)) == (400, "bad_request")


def sized(host, bytes_):
    rest = len(json.dumps(host.megolm(""), separators=(",", ":")))
    return host.megolm("A" * (bytes_ - rest))


def test_event_of_the_greatest_size_passes_and_one_byte_more_does_not(host, room):
    most = ratelimit.get("event-size").amount
    assert most == 96_000
    assert host.send(room, content=sized(host, most)).status_code == 201
    assert Event.objects.get(event_class="m").size == most
    assert refused(host.send(room, content=sized(host, most + 1))) == (413, "too_large")


def test_blocked_pair_cannot_write(host):
    other = Ready()
    room = room_of(host.user, other.user, kind="direct")
    assert host.send(room).status_code == 201
    Block.objects.create(blocker=other.user, blocked=host.user, created=clock.now())
    assert refused(host.send(room)) == (403, "forbidden")
    assert refused(other.send(room)) == (403, "forbidden")


def test_refusals_come_in_the_order_of_the_specification(host):
    """Each step takes one fault away; what is refused next is the next of guarantee 6."""
    writer, other = Ready(), Ready()
    room = room_of(host.user, other.user, kind="direct", state="closing")
    lists.mark_changed(other.user.pk)
    Block.objects.create(blocker=other.user, blocked=host.user, created=clock.now())
    Secret.objects.filter(user=writer.user).delete()
    faults = {"members_seq": 0, "devices_pos": 0, "content": writer.megolm("no base64!")}

    def code():
        return writer.send(room, **faults).json().get("code")

    seen = [code()]
    place = join(room, writer.user, "observer")
    seen.append(code())
    RoomMembership.objects.filter(pk=place.pk).update(role="member")
    seen.append(code())
    type(room).objects.filter(pk=room.pk).update(state="open")
    seen.append(code())
    del faults["members_seq"]
    seen.append(code())
    del faults["devices_pos"]
    seen.append(code())
    for usage in ("master", "self_signing", "user_signing"):
        Secret.objects.create(
            user=writer.user, name=f"cross_signing_{usage}", iv="i", ct="c", updated=clock.now()
        )
    seen.append(code())
    faults["content"] = sized(writer, 96_001)
    seen.append(code())
    del faults["content"]
    seen.append(code())
    Block.objects.all().delete()
    seen.append(code())
    assert seen == [
        "not_found", "read_only", "room_closed", "stale_members", "stale_devices",
        "setup_incomplete", "bad_request", "too_large", "forbidden", None,
    ]  # fmt: skip


def queries_of(captured):
    """Statements that ask or change something; the marks of a transaction are not among them."""
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [row["sql"] for row in captured if not row["sql"].startswith(marks)]


def test_hot_path_costs_five_queries_without_the_question_whether_she_is_ready(
    host, room, django_assert_max_num_queries
):
    new = new_event(**host.event(room))
    with django_assert_max_num_queries(20) as captured:
        services.already_sent(host.device, room.public_id, "t")
        services.send(
            sender=host.user, device=host.device, room_id=room.public_id, txn_id="t", new=new,
            ready=lambda: None,
        )  # fmt: skip
    assert len(queries_of(captured.captured_queries)) == 5


def test_hot_path_does_not_grow_with_the_room(host, room, django_assert_max_num_queries):
    for _ in range(30):
        join(room, Ready().user)
    new = new_event(**host.event(room))
    with django_assert_max_num_queries(20) as captured:
        services.send(
            sender=host.user, device=host.device, room_id=room.public_id, txn_id="t", new=new,
            ready=lambda: None,
        )  # fmt: skip
    assert len(queries_of(captured.captured_queries)) == 4


@pytest.mark.parametrize("fault", [DatabaseError, IntegrityError])
def test_fault_of_the_database_is_told_without_its_words(host, room, monkeypatch, fault):
    def fails(*args, **kwargs):
        raise fault("Failing row contains (AwgA-canary)")

    monkeypatch.setattr(services, "append", fails)
    with pytest.raises(services.NotStored) as caught:
        services.send(
            sender=host.user, device=host.device, room_id=room.public_id, txn_id="t",
            new=new_event(**host.event(room)), ready=lambda: None,
        )  # fmt: skip
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_members_change_moves_what_a_sender_must_know(host, room):
    known = host.event(room)
    with transaction.atomic():
        append_change(room, "joined", user=host.name)
    answer = host.put(f"{path(room)}/events/t", known)
    assert refused(answer) == (409, "stale_members")
    assert answer.json()["members_seq"] == 2
