"""Words of the transcript, the page that a room leaves behind (messaging.md 10.2).

static/src/community/chat/export-html.ts writes that page in the worker, where there are no words:
the screen hands it all of these (``exportWords``). What stands in braces is filled in there.
"""

from django.utils.translation import gettext_lazy as _

EXPORT = {
    # head
    "export-direct": _("Direct messages"),
    "export-made": _("Transcript of room {room}, made by {name} on {time}."),
    "export-proof": _(
        "The hashes in manifest.json cover this file; signature.json signs the manifest."
    ),
    "export-topic": _("Subject"),
    "export-purpose": _("Purpose"),
    "export-basis": _("Legal basis"),
    "export-states": _("States involved"),
    "export-ends": _("Ends on"),
    "export-members": _("Members of the room"),
    "export-role-host": _("Host"),
    "export-role-member": _("Member"),
    "export-role-observer": _("Observer"),
    "export-role-records": _("Records officer"),
    # what is counted
    "export-entries": _("Entries: {n}."),
    "export-left-out-count": _("Left out because they are TLP:RED: {n}."),
    "export-unreadable-count": _("Could not be read: {n}."),
    "export-unreadable-one": _("No. {n}, {name}: {problem}"),
    # entries
    "export-messages": _("Messages"),
    "export-device": _("Device: {device}"),
    "export-server": _("Written by the server"),
    "export-unreadable": _("Could not be read: {problem}"),
    "export-left-out": _("Left out: TLP:RED, no consent of a host."),
    "export-gone-redacted": _("The message was deleted."),
    "export-gone-expired": _("The message disappeared at its time."),
    "export-gone-purged": _("The message was deleted because its time was over."),
    "export-about": _("About message {id}"),
    "export-thread": _("In the topic of message {id}"),
    "export-answers": _("Answers message {id}"),
    "export-file-size": _("Size in bytes: {n}"),
    "export-kind-message": _("Message {id}"),
    "export-kind-poll": _("Poll {id}"),
    "export-kind-edit": _("New text of a message {id}"),
    "export-kind-delete_request": _("Wish to delete a message {id}"),
    "export-kind-reaction": _("Reaction {id}"),
    "export-kind-vote": _("Vote in a poll {id}"),
    "export-kind-pin": _("Pinning of a message {id}"),
    "export-kind-read_marker": _("Mark of what was read {id}"),
    "export-kind-room_meta": _("Facts of the room {id}"),
    # what the server writes down
    "export-change-created": _("The room was opened."),
    "export-change-roster": _("The signed list of members was changed."),
    "export-change-joined": _("{name} joined."),
    "export-change-left": _("{name} left."),
    "export-change-declined": _("{name} declined the invitation."),
    "export-change-redacted": _("A message was deleted."),
    "export-change-purged": _("Older messages were deleted because their time was over."),
    "export-change-hold": _("A legal hold until {date} was set. Nothing is deleted before."),
    "export-change-hold-ended": _("The legal hold ended."),
    "export-change-settings": _("The rules of the room were changed."),
    "export-change-closing": _("The room is closing. It is read only now."),
    "export-change-closed": _("The room was closed."),
}
