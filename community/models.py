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
from community.digests.models import Digest, DigestReview
from community.directory.models import (
    ContactRequest,
    DirectoryChange,
    Profile,
    ProfileTerm,
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
from community.events.models import (
    CalendarChoice,
    Meeting,
    MeetingNews,
    MeetingTerm,
    Registration,
)
from community.groups.models import Group, GroupAnswer, GroupMember
from community.groups.paper_models import Paper, PaperComment, PaperVersion
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
    Withdrawn,
)
from community.library.shipped_models import ShippedRecord
from community.messages.models import Event
from community.rooms.models import Block, Export, Report, Room, RoomMembership, Roster

__all__ = [
    "AccessRequest",
    "BackupKey",
    "BackupVersion",
    "Block",
    "CalendarChoice",
    "ContactRequest",
    "Counter",
    "CrossSigningKey",
    "Device",
    "DeviceListChange",
    "Digest",
    "DigestReview",
    "DirectoryChange",
    "Draft",
    "Edition",
    "Event",
    "EventMedia",
    "Export",
    "FallbackKey",
    "Group",
    "GroupAnswer",
    "GroupMember",
    "IndexEntry",
    "IndexState",
    "KeySignature",
    "Media",
    "Meeting",
    "MeetingNews",
    "MeetingTerm",
    "Mention",
    "OneTimeKey",
    "Paper",
    "PaperComment",
    "PaperVersion",
    "Post",
    "PostVersion",
    "Profile",
    "ProfileTerm",
    "Publication",
    "PublicationTerm",
    "PublicationText",
    "Reaction",
    "Registration",
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
