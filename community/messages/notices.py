"""Tells people that something waits in a room, and nothing else (messaging.md 6.6).

A notice is one of two fixed sentences and the room's id as its place; one unread row a room and
person. Whom the sender names is told at once on the site and by push; everybody is told of what
stayed unread for 15 minutes. Mails follow the person's chosen pace, 15 minutes after the message
and an hour after the last mail at the earliest.
"""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery

from community.ids import parse_uuid
from community.messages.models import Event
from community.messages.rules import milliseconds
from community.permissions import members_in_force
from community.rooms.models import Kind, Room, RoomMembership
from portal.notifications import mailing, queries, services
from portal.notifications.models import NotificationChoice
from portal.notifications.verbs import ask_before_mail
from portal.permissions import is_member
from portal.shared import clock

VERBS = {Kind.CASE: "room-activity", Kind.DIRECT: "direct-message"}
PLACE = "room"  # name of the room's page; its only argument is the room's id
PATIENCE = timedelta(minutes=15)
AGAIN = timedelta(hours=1)
FORGOTTEN = timedelta(days=2)  # what stayed unread so long has been told of


def tell(room: Room, sender_id: int, people: Iterable[uuid.UUID]) -> None:
    """Tell those of the people who joined the room and did not mute it. After the commit."""
    listening = _listening().filter(room=room, user__public_id__in=list(people))
    last = queries.last_told(VERBS.values(), [str(room.public_id)], unseen=True)
    for place in listening.exclude(user=sender_id):
        if _may_tell_again(last.get((place.user_id, str(room.public_id)))):
            _notify(place)


def _listening() -> QuerySet[RoomMembership]:
    places = RoomMembership.objects.filter(
        state=RoomMembership.State.JOINED, muted=False, user__in=members_in_force()
    )
    return places.select_related("user", "room")


def _may_tell_again(last: Any) -> bool:
    return last is None or last <= clock.now() - AGAIN


def _notify(place: RoomMembership) -> None:
    verb = VERBS[Kind(place.room.kind)]
    services.notify(place.user, verb, place=PLACE, key=str(place.room.public_id))


def seen(user: Any, room: Room) -> None:
    """Whoever has read a room needs no notice of it."""
    verb = VERBS[Kind(room.kind)]
    services.mark_place_read(user=user, verb=verb, place=PLACE, key=str(room.public_id))


def tell_of_unread() -> int:
    """Tell of messages that stayed unread for 15 minutes, and send the mails that are due.

    Run every few minutes; running it twice tells nothing twice. Returns how many notices.
    """
    waiting = list(_waiting().filter(newest__isnull=False))
    keys = {str(place.room.public_id) for place in waiting}
    last = queries.last_told(VERBS.values(), keys)
    told = 0
    for place in waiting:
        before = last.get((place.user_id, str(place.room.public_id)))
        is_new = before is None or place.newest > milliseconds(before)  # type: ignore[attr-defined]  # annotated
        if is_new and _may_tell_again(before):
            _notify(place)
            told += 1
    for user_id in queries.waiting_for_mail(VERBS.values()):
        mailing.tell(user_id, now_only=True)
    return told


def _waiting() -> QuerySet[RoomMembership]:
    """Return places with ``newest``: when (milliseconds) the last message came that another person
    sent and that stayed unread too long."""
    moment = clock.now()
    unread = Event.objects.filter(
        room=OuterRef("room"),
        event_class=Event.Class.MESSAGE,
        gone_why="",
        seq__gt=OuterRef("last_read_seq"),
        seq__gte=OuterRef("first_visible_seq"),
        ts__lte=milliseconds(moment - PATIENCE),
        ts__gt=milliseconds(moment - FORGOTTEN),
    ).exclude(sender=OuterRef("user"))
    newest = unread.order_by().values("room").annotate(last=Max("ts")).values("last")
    return _listening().annotate(newest=Subquery(newest))


def may_mail(user: Any, key: str) -> bool:
    """Say whether a mail may go now: she still is in the room, something there waits for 15
    minutes, and the last mail is an hour old. Asked by the notification service."""
    number = parse_uuid(key)
    if number is None or not is_member(user):
        return False
    choice = NotificationChoice.objects.filter(user=user).first()
    if choice and choice.last_mail_at and choice.last_mail_at > clock.now() - AGAIN:
        return False
    mine = _waiting().filter(user=user, room__public_id=number)
    return mine.filter(newest__isnull=False).exists()


for _verb in VERBS.values():
    ask_before_mail(_verb, may_mail)
