"""The one vocabulary of the record: event → which facts it may carry, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Event:
    """``words`` is the sentence shown in the record; ``facts`` the names it may carry.

    A ``private`` event is not shown to the person it is about: a first decision that a second
    person may overturn, or a look into the record. She sees it if she did it herself.
    """

    words: str | Promise
    facts: frozenset[str] = field(default_factory=frozenset)
    private: bool = False


def _event(words: str | Promise, *facts: str, private: bool = False) -> Event:
    return Event(words, frozenset(facts), private)


SCOPE = ("region", "organisation", "course", "language")

EVENTS: Mapping[str, Event] = {
    # signing in
    "sign-in": _event(_("Signed in"), "way", "factor", "known"),
    "sign-in.failed": _event(_("Sign-in failed"), "way"),
    "sign-in.held": _event(_("Sign-in stopped: the account is held"), "hold"),
    "sign-out": _event(_("Signed out")),
    "session.ended": _event(_("A sign-in was ended"), "count"),
    "password.changed": _event(_("Password changed"), "way"),
    "address.changed": _event(_("E-mail address changed")),
    "factor.added": _event(_("Second factor added"), "kind"),
    "factor.removed": _event(_("Second factor removed"), "kind"),
    "factor.failed": _event(_("Second factor refused"), "kind"),
    "recovery.made": _event(_("Recovery codes made")),
    "recovery.used": _event(_("Recovery code used"), "left"),
    "step-up": _event(_("Second factor confirmed again"), "kind"),
    "identity.asked": _event(_("New proof of identity asked for")),
    "identity.proposed": _event(_("Identity confirmed by a first person"), private=True),
    "identity.granted": _event(_("Identity confirmed; second factors removed"), "count"),
    "identity.refused": _event(_("New proof of identity refused")),
    "identity.withdrawn": _event(_("Request for a new proof of identity taken back")),
    "identity.expired": _event(_("Request for a new proof of identity expired")),
    "account.held": _event(_("Account suspended"), "hold"),
    "account.released": _event(_("Suspension of the account ended")),
    "account.made": _event(_("Account made"), "way"),
    "account.deleted": _event(_("Account deleted")),
    "data.exported": _event(_("Own data downloaded")),
    # vetting
    "application.submitted": _event(_("Application sent"), "tier"),
    "application.sponsor": _event(_("Sponsor answered"), "answer"),
    "application.sponsor-named": _event(_("Another sponsor named")),
    "application.information-asked": _event(_("More information asked for")),
    "application.information-given": _event(_("Information given")),
    "application.proposed": _event(_("First decision on an application"), "proposal", private=True),
    "application.sent-back": _event(_("Second person did not agree"), private=True),
    "application.approved": _event(_("Application approved"), "tier"),
    "application.refused": _event(_("Application refused")),
    "application.appealed": _event(_("Appeal against a refusal")),
    "application.withdrawn": _event(_("Application withdrawn")),
    "application.expired": _event(_("Application expired"), "state"),
    "application.read": _event(_("Application read")),
    "membership.started": _event(_("Membership began"), "tier"),
    "membership.confirmed": _event(_("Post confirmed, membership renewed")),
    "membership.suspended": _event(_("Membership suspended")),
    "membership.restored": _event(_("Membership restored")),
    "membership.prolonged": _event(_("Membership goes on while an application is decided")),
    "membership.lapsed": _event(_("Membership lapsed")),
    "membership.ended": _event(_("Membership ended")),
    "invitations.sent": _event(_("Invitations sent"), "count", "tier"),
    "invitation.accepted": _event(_("Invitation accepted"), "tier", "terms", "digest"),
    "invitation.withdrawn": _event(_("Invitation withdrawn")),
    # roles
    "role.proposed": _event(_("Role proposed"), "role", *SCOPE, "ends"),
    "role.granted": _event(_("Role granted"), "role", *SCOPE, "ends"),
    "role.ended": _event(_("Role taken away"), "role"),
    "role.kept": _event(_("Role of the last administrator kept past its end date"), "role"),
    "role.expired": _event(_("Role reached its end date"), "role"),
    # organisations
    "organisation.proposed": _event(_("Organisation proposed")),
    "organisation.accepted": _event(_("Organisation accepted")),
    "organisation.added": _event(_("Organisation added")),
    "organisation.changed": _event(_("Organisation changed"), "count"),
    "organisation.confirmed": _event(_("Contact of an organisation confirmed")),
    "organisation.merged": _event(_("Organisations merged"), "into", "moved"),
    "focal-point.changed": _event(_("Focal point changed"), "function"),
    "focal-point.confirmed": _event(_("Focal point confirmed"), "function"),
    "focal-point.removed": _event(_("Focal point taken away"), "function"),
    # labels and files
    "label.set": _event(_("Label set"), "label"),
    "label.lowered": _event(_("Label lowered"), "old", "label"),
    "label.lowering-asked": _event(_("Lowering of a label asked for"), "label"),
    "label.lowering-refused": _event(_("Lowering of a label refused"), "label"),
    "label.given": _event(_("A reader was named"), "label"),
    "label.taken-back": _event(_("A reader was removed")),
    "file.received": _event(_("File received"), "type", "size", "state"),
    "file.refused": _event(_("File refused"), "why"),
    "file.read": _event(_("File opened"), "label"),
    "file.deleted": _event(_("File deleted")),
    "file.scanned": _event(_("File checked for viruses"), "state"),
    # the library
    "publication.file": _event(_("File of a publication added"), "language", "type"),
    "publication.file-removed": _event(_("File of a publication removed"), "language"),
    "publication.copied": _event(_("Stamped copy of a publication made"), "label", "copy_number"),
    "library.imported": _event(_("Records of the library taken in"), "count", "refused"),
    "library.exported": _event(_("Records of the library downloaded"), "count"),
    "access.asked": _event(_("Access to a publication asked for"), "label"),
    "access.withdrawn": _event(_("Request for a publication taken back"), "label"),
    "access.proposed": _event(_("First decision to release a publication"), "label", private=True),
    "access.granted": _event(_("Access to a publication granted"), "label"),
    "access.declined": _event(_("Access to a publication declined"), "label"),
    "access.ended": _event(_("Access to a publication ended"), "label"),
    # the directory
    "directory.joined": _event(_("Entry in the directory switched on")),
    "directory.left": _event(_("Entry in the directory switched off")),
    "contact.asked": _event(_("Asked a member for contact")),
    "contact.withdrawn": _event(_("Request for contact taken back")),
    "contact.accepted": _event(_("Request for contact accepted")),
    "contact.declined": _event(_("Request for contact declined")),
    "contact.ended": _event(_("Contact ended")),
    # events and case digests
    "event.made": _event(_("Event made"), "kind", "label"),
    "event.changed": _event(_("Event changed"), "kind"),
    "event.group": _event(_("Group of an event changed")),
    "event.cancelled": _event(_("Event cancelled")),
    "event.registered": _event(_("Registered for an event")),
    "event.left": _event(_("Registration for an event ended")),
    "event.accepted": _event(_("Accepted for a case meeting")),
    "event.declined": _event(_("Not accepted for a case meeting")),
    "event.moved-up": _event(_("Moved up from the wait-list of an event")),
    "event.joined": _event(_("Join link of an event opened"), "label"),
    "event.recording": _event(_("Recording of an event changed")),
    "event.materials": _event(_("Materials of an event changed"), "count"),
    "event.attendance": _event(_("Attendance list of an event saved"), "count"),
    "event.news": _event(_("Message written to the people of an event"), "count"),
    "event.news-deleted": _event(_("Message to the people of an event deleted")),
    "event.calendar-made": _event(_("Secret calendar address made")),
    "event.calendar-ended": _event(_("Secret calendar address ended")),
    "digest.begun": _event(_("Case digest begun")),
    "digest.submitted": _event(_("Case digest sent for review"), "version"),
    "digest.reviewed": _event(_("Case digest reviewed"), "decision", "version"),
    "digest.changed": _event(_("Case digest changed; approvals ended"), "version", "count"),
    "digest.released": _event(_("Case digest released"), "label"),
    "digest.withdrawn": _event(_("Case digest withdrawn")),
    "digest.deleted": _event(_("Draft of a case digest deleted")),
    # messages
    "message-device.added": _event(_("Device for sealed messages added")),
    "message-device.removed": _event(_("Device for sealed messages removed")),
    "message-identity.reset": _event(_("New security identity for sealed messages made")),
    "messages.purged": _event(
        _("Messages of a room purged"), "why", "events", "files", "keys", "up_to"
    ),
    "room.opened": _event(_("Room opened"), "kind"),
    "room.invited": _event(_("Invited to a room"), "role"),
    "room.joined": _event(_("Joined a room"), "role"),
    "room.declined": _event(_("Invitation to a room declined")),
    "room.left": _event(_("Left a room")),
    "room.removed": _event(_("Removed from a room")),
    "room.role": _event(_("Role in a room changed"), "role"),
    "room.list": _event(_("Signed member list of a room changed"), "change", "version"),
    "room.settings": _event(_("Settings of a room changed"), "retention", "ends", "receipts"),
    "room.exported": _event(_("Transcript of a room made"), "from", "to", "unreadable", "red"),
    "room.closing": _event(_("Room set to read only before it closes")),
    "room.closed": _event(_("Room closed"), "transcript"),
    "room.held": _event(_("Purge of a room held back"), "until", "why"),
    "report.made": _event(_("Message reported"), "copy", private=True),
    "report.read": _event(_("Report of a message read"), private=True),
    "report.passed": _event(_("Report of a message passed on"), private=True),
    "report.decided": _event(_("Report of a message decided"), "decision", private=True),
    # groups
    "group.made": _event(_("Group made"), "kind"),
    "group.changed": _event(_("Name or purpose of a group changed")),
    "group.about": _event(_("Kind, region or theme of a group changed"), "kind"),
    "group.door": _event(_("How to join a group changed"), "change"),
    "group.closed": _event(_("Group closed")),
    "group.reopened": _event(_("Group opened again")),
    "group.joined": _event(_("Joined a group")),
    "group.asked": _event(_("Asked to join a group")),
    "group.withdrawn": _event(_("Request to join a group taken back")),
    "group.declined": _event(_("Request to join a group declined")),
    "group.invited": _event(_("Invited to a group")),
    "group.uninvited": _event(_("Invitation to a group taken back")),
    "group.refused": _event(_("Invitation to a group declined")),
    "group.left": _event(_("Left a group")),
    "group.removed": _event(_("Removed from a group")),
    "group.leader": _event(_("Leader of a group changed"), "change"),
    "paper.begun": _event(_("Paper of a group begun"), "label"),
    "paper.version": _event(_("Version of a paper added"), "version", "type"),
    "paper.agreed": _event(_("Paper of a group agreed and closed")),
    "paper.reopened": _event(_("Paper of a group opened again")),
    # discussions
    "discussion.space": _event(_("Discussion space made"), "kind"),
    "discussion.topic": _event(_("Topic begun in a discussion space"), "label"),
    "discussion.deleted": _event(_("Own post deleted")),
    "discussion.hidden": _event(_("Post in a discussion hidden")),
    "discussion.restored": _event(_("Hidden post restored")),
    "discussion.moved": _event(_("Topic moved to another space"), "from", "to"),
    "discussion.locked": _event(_("Topic locked")),
    "discussion.unlocked": _event(_("Topic opened again")),
    "discussion.warned": _event(_("Warned about a post in a discussion")),
    # the record itself
    "audit.read": _event(_("Record read"), "event", "count", private=True),
    "audit.exported": _event(_("Record exported"), "count", private=True),
    "operation.read": _event(_("Page on operation read"), private=True),
    # studio
    "access.refused": _event(_("Access refused"), "where"),
}
