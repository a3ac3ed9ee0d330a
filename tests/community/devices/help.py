"""What several tests of devices need: rooms without their services, keys, threads."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core import mail
from django.db import connection, transaction

from community.devices import lists
from community.devices.models import Device, ToDevice
from community.ids import user_name
from community.messages.append import append_change
from community.rooms.models import Room, RoomMembership
from portal.accounts.models import User
from portal.organisations.models import Region
from portal.shared import clock, ids
from tests.community.paper import Paper, b64
from tests.people import member

STATE = RoomMembership.State


def committed_member() -> User:
    """A member for tests with real commits: emptying the database takes the places away."""
    Region.objects.get_or_create(code="SN")
    return member()


def device_of(paper: Paper) -> Device:
    """The stored device of a browser, also a removed one."""
    return Device.objects.get(user=paper.user, device_id=paper.device_id)


def another(paper: Paper, *, confirmed: bool = False) -> Paper:
    """A second browser of the same person."""
    second = Paper(paper.user, keys=paper)
    if confirmed:
        return second.set_up(first=False)
    second.register()
    return second


def code(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json().get("code", "")


def join(room: Room, user: User, state: str = STATE.JOINED) -> None:
    """Let a person into a room as its services do: the list moves on, an event says so."""
    with transaction.atomic():
        if state == STATE.JOINED:
            lists.mark_changed(user.pk)
        event = append_change(room, "joined", user=user_name(user.public_id))
        RoomMembership.objects.update_or_create(
            room=room, user=user,
            defaults={"role": "member", "state": state, "joined_seq": event.seq},
        )  # fmt: skip


def leave(room: Room, user: User) -> None:
    event = append_change(room, "left", user=user_name(user.public_id))
    RoomMembership.objects.filter(room=room, user=user).update(state=STATE.LEFT, left_seq=event.seq)


def room_of(*people: Paper) -> Room:
    """A case room these people have joined."""
    room = Room.objects.create(public_id=ids.uuid7(), kind="case", created=clock.now())
    for one in people:
        join(room, one.user)
    return room


def olm(**marks: Any) -> dict[str, Any]:
    """A content as Olm seals it for one device; ``marks`` beside it tell it from others."""
    key = b64(bytes(32))
    return {
        "algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": key,
        "ciphertext": {key: {"type": 0, "body": "AwgA"}},
    } | marks  # fmt: skip


def send(sender: Paper, to: Paper, *, txn: str, kind: str = "m.room.encrypted", **marks) -> Any:
    """Send one message to one device, sealed where its type says so."""
    marks = marks or {"txn": txn}
    content = olm(**marks) if kind == "m.room.encrypted" else marks
    return sender.put(f"to-device/{kind}/{txn}", {"messages": {to.name: {to.device_id: content}}})


def waiting_for(paper: Paper) -> list[Any]:
    """The marks of the contents in a device's inbox, in order."""
    rows = ToDevice.objects.filter(recipient_device=device_of(paper)).order_by("seq")
    return [marks_of(row.content) for row in rows]


def marks_of(content: dict[str, Any]) -> dict[str, Any]:
    """What stands beside that which Olm made."""
    return {name: value for name, value in content.items() if name not in olm()}


def mails_to(user: User) -> list[str]:
    return [one.body for one in mail.outbox if user.email in one.to]


def at_once(deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all this in threads that begin together; return what came back, errors included."""
    barrier = threading.Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=30)
            return deed()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))
