"""The models of the members' half, gathered where Django looks for them."""

from community.attachments.models import EventMedia, Media
from community.devices.models import (
    BackupKey,
    BackupVersion,
    Counter,
    CrossSigningKey,
    Device,
    DeviceListChange,
    FallbackKey,
    KeySignature,
    OneTimeKey,
    Secret,
    ToDevice,
    Txn,
    UsedKeyId,
)
from community.discussions.models import (
    Mention,
    Post,
    PostVersion,
    Reaction,
    Space,
    Topic,
)
from community.discussions.own_models import Draft, SpaceState, TopicState
from community.groups.models import Group, GroupMember
from community.library.copy_models import StampedCopy
from community.library.index_models import IndexEntry, IndexState
from community.library.models import (
    AccessRequest,
    Edition,
    Publication,
    PublicationTerm,
    PublicationText,
    Saved,
    Shelf,
    ShelfItem,
    ShippedRecord,
    Withdrawn,
)
from community.messages.models import Event
from community.rooms.models import Block, Export, Report, Room, RoomMembership, Roster

__all__ = [
    "AccessRequest",
    "BackupKey",
    "BackupVersion",
    "Block",
    "Counter",
    "CrossSigningKey",
    "Device",
    "DeviceListChange",
    "Draft",
    "Edition",
    "Event",
    "EventMedia",
    "Export",
    "FallbackKey",
    "Group",
    "GroupMember",
    "IndexEntry",
    "IndexState",
    "KeySignature",
    "Media",
    "Mention",
    "OneTimeKey",
    "Post",
    "PostVersion",
    "Publication",
    "PublicationTerm",
    "PublicationText",
    "Reaction",
    "Report",
    "Room",
    "RoomMembership",
    "Roster",
    "Saved",
    "Secret",
    "Shelf",
    "ShelfItem",
    "ShippedRecord",
    "Space",
    "SpaceState",
    "StampedCopy",
    "ToDevice",
    "Topic",
    "TopicState",
    "Txn",
    "UsedKeyId",
    "Withdrawn",
]
