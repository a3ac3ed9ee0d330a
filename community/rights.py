"""What sealed messages keep about a person: given out as metadata, deleted with the account.

Keys and ciphertext are never given out: they are of no use outside her own devices, and a file of
hers on another machine would be one more place to steal them from.

With the account go her devices, keys, backup and secrets (by their foreign keys), and what she
wrote: its content and files are deleted, an empty entry keeps its number. Two things stay. A legal
hold keeps what is in its room. The signed lists of members keep her name until the room's own end,
because the other members prove with them who could read what.
"""

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from community.attachments import services as attachments
from community.attachments.models import Media
from community.devices.models import BackupVersion, Device, Secret
from community.ids import user_name
from community.messages import purge_rooms, tombstones
from community.messages.append import append_change
from community.messages.models import Event
from community.messages.rules import is_held
from community.permissions import INSIDE
from community.rooms.models import Block, Export, Report, Room, RoomMembership, RoomState
from portal.rights import inventory
from portal.rights.registry import Rows, register
from portal.shared import clock

DEVICE = ("device_id", "name", "created", "last_seen_day", "revoked_at")
PLACE = ("role", "state", "first_visible_seq", "last_read_seq", "muted", "pinned_at")


def give(user: Any) -> Rows:
    """Return devices, rooms with how much she wrote there, files, blocks, reports, exports."""
    found = _rows("device", Device.objects.filter(user=user), *DEVICE)
    found += _rows("backup", BackupVersion.objects.filter(user=user), "version", "count", "created")
    found += _rows("sealed secret", Secret.objects.filter(user=user), "name", "updated")
    found += [
        _place(row) for row in RoomMembership.objects.filter(user=user).select_related("room")
    ]
    files = Media.objects.filter(uploader=user)
    found += _rows("file", files, "room__public_id", "purpose", "size", "created")
    found += _rows("block", Block.objects.filter(blocker=user), "blocked__public_id", "created")
    reports = Report.objects.filter(reporter=user)
    found += _rows("report", reports, "room__public_id", "seq", "reason", "created", "state")
    exports = Export.objects.filter(member=user)
    return found + _rows("export", exports, "room__public_id", "from_seq", "to_seq", "created")


def _rows(kind: str, rows: QuerySet[Any], *names: str) -> Rows:
    return [{"kind": kind, **row} for row in rows.order_by("pk").values(*names)]


def _place(row: RoomMembership) -> dict[str, Any]:
    sent = Event.objects.filter(room=row.room, sender=row.user_id)
    written = sent.aggregate(events=Count("pk"), bytes=Sum("size"))
    known = {name: getattr(row, name) for name in PLACE}
    return {"kind": "room", "room": row.room.public_id, "type": row.room.kind, **known, **written}


def erase(user: Any) -> None:
    """Delete what she wrote, and leave every room. A room nobody is left in is emptied."""
    mine = Q(memberships__user=user) | Q(events__sender=user) | Q(media__uploader=user)
    keys = set(Room.objects.filter(mine).values_list("pk", flat=True))
    for key in sorted(keys):  # locks in one order, as everywhere
        _leave(Room.objects.select_for_update().get(pk=key), user)


def _leave(room: Room, user: Any) -> None:
    inside = RoomMembership.objects.filter(room=room, state__in=INSIDE)
    is_inside = inside.filter(user=user).exists()
    room.pair = None  # it names her; nobody else has this pair
    room.save(update_fields=["pair"])
    if is_held(room, clock.now().date()):
        pass
    elif inside.exclude(user=user).exists():
        _empty(room, user)
        purge_rooms.forget_people(room, user_name(user.public_id))
    else:
        _end(room)
    if is_inside and room.state != RoomState.CLOSED:
        # Members hear of it as of every leaving, so that their devices make a new key. No name:
        # it would lead to somebody who is not there any more.
        append_change(room, "left")


def _empty(room: Room, user: Any) -> None:
    """Empty what she sent, part by part; files of hers that no event names go as well."""
    sent = Event.objects.filter(room=room, sender=user, gone_why="")
    while keys := list(sent.order_by("pk").values_list("pk", flat=True)[: purge_rooms.PART]):
        tombstones.bury(keys, why=tombstones.REDACTED)
    attachments.doom(Media.objects.filter(room=room, uploader=user, event_media=None))


def _end(room: Room) -> None:
    """Nobody is left who could read the room: it ends as a closed one does, at once."""
    room.state, room.purge_at = RoomState.CLOSED, clock.now()
    room.save(update_fields=["state", "purge_at"])
    while purge_rooms.purge_closed(room.pk):
        pass


register("messages", give, erase)
inventory.add(
    {
        "community.device": ("messages", _("devices that read sealed messages: name and dates")),
        "community.onetimekey": ("messages", _("public keys of these devices, and signatures")),
        "community.usedkeyid": ("messages", ""),
        "community.fallbackkey": ("messages", ""),
        "community.crosssigningkey": ("messages", _("public keys that stand for you")),
        "community.keysignature": ("messages", _("who checked whose device or key")),
        "community.devicelistchange": ("messages", _("when your devices or keys changed")),
        "community.todevice": ("messages", _("sealed notes between devices, until they arrive")),
        "community.txn": ("messages", _("numbers of requests of the last 24 hours")),
        "community.backupversion": ("messages", _("backup of room keys, sealed, and how many")),
        "community.backupkey": ("messages", ""),
        "community.secret": ("messages", _("your signing keys, sealed under your recovery key")),
        "community.room": ("messages", _("rooms: kind, state, end date, how long they keep")),
        "community.roommembership": ("messages", _("rooms you are in, your role, what you read")),
        "community.roster": ("messages", _("signed lists of members, with names")),
        "community.event": ("messages", _("sealed messages: who sent them, when, how long")),
        "community.media": ("messages", _("sealed files: who sent them, when, how long")),
        "community.eventmedia": ("messages", ""),
        "community.export": ("messages", _("who took a transcript of a room, and when")),
        "community.report": ("messages", _("reports of messages, with what you attached")),
        "community.block": ("messages", _("people who may not write to you directly")),
        "community.counter": (inventory.TECHNICAL, ""),
    }
)
