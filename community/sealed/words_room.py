"""Words of a case room: its charter, its people, its facts, and its orderly end."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ROOM = {
    # the binding sentence of messaging.md 6.4
    "may-not-be-posted": _(
        "Do not post classified information here. Do not post evidence, or anything that your law "
        "requires to go through an official channel. Official requests stay official: agree here "
        "who sends them, then send them through your authority's channel."
    ),
    # charter
    "charter-topic": _("Subject"),
    "charter-purpose": _("Purpose"),
    "charter-basis": _("Legal basis"),
    "charter-states": _("States involved"),
    "charter-default": _("Usual label"),
    "charter-max": _("Highest label"),
    "charter-ends": _("Ends on"),
    "charter-coming": _("What this room is for cannot be read on this device yet."),
    "not-given": _("Not given"),
    # form
    "new-room-lead": _(
        "What you write here is sealed. Everybody you invite sees it before they accept."
    ),
    "form-name": _("Name of the room"),
    "form-name-hint": _("Short. Without names of suspects."),
    "form-topic": _("Subject"),
    "form-purpose": _("Purpose"),
    "form-purpose-hint": _("What the people in this room want to reach together."),
    "form-legal_basis": _("Legal basis"),
    "form-legal_basis-hint": _("For example the article of a treaty, or the law of your State."),
    "form-states": _("States involved"),
    "form-states-hint": _("Choose one after the other."),
    "form-states-add": _("Add a State"),
    "form-default": _("Usual label"),
    "form-default-hint": _("Each message starts with this label. The writer can change it."),
    "form-max": _("Highest label"),
    "form-max-hint": _("Nothing with a stricter label can be written in this room."),
    "form-ends": _("The room ends on"),
    "form-ends-hint": _("Within two years. A host can change the date."),
    "form-history": _("What newcomers can read"),
    "form-history-hint": _("A change holds for people who are invited after it."),
    "history-joined": _("Only what is written after they join"),
    "history-shared": _("Earlier messages too, if the host who invites them says so"),
    "form-retention": _("Messages and files are deleted after"),
    "form-retention-hint": _("A legal hold stops the deletion; everybody in the room sees it."),
    "form-people": _("People"),
    "form-people-find": _("Find a member"),
    "second-host": _(
        "Ask a second person to be host. If the only host is lost, nobody can add or remove people."
    ),
    "make-room": _("Open the room"),
    "room-made": _("The room is open."),
    "form-name-missing": _("Give the room a name."),
    "form-purpose-missing": _("Say what the room is for."),
    "form-legal_basis-missing": _("Name the legal basis."),
    "form-states-missing": _("Choose at least one State."),
    "form-too-long": _("This text is too long. Write at most {max} characters."),
    "form-all-too-long": _("Purpose and legal basis are too long together. Shorten one of them."),
    "form-default-too-strict": _("The usual label is stricter than the highest one."),
    "form-ends-missing": _("Give the date on which the room ends."),
    "form-ends-past": _("Choose a date after today."),
    "form-ends-far": _("Choose a date within two years."),
    # roles
    "roles-explained": _("What each role may do"),
    "history-given": _("May read earlier messages"),
    "role-host": _("Host"),
    "role-member": _("Member"),
    "role-observer": _("Observer"),
    "role-records": _("Records officer"),
    "role-host-text": _("A host reads, writes, invites, removes, and closes the room."),
    "role-member-text": _("A member reads and writes."),
    "role-observer-text": _("An observer reads and writes nothing."),
    "role-records-text": _(
        "A records officer reads and takes transcripts, and writes nothing. Everybody sees that "
        "person in the list."
    ),
    # invitation
    "invitation": _("Invitation"),
    "invited-by": _("{name} invites you."),
    "join-consequence": _(
        "If you accept, the others see that you joined, and your device receives the keys."
    ),
    "accept-invitation": _("Accept and open"),
    "decline": _("Decline"),
    "decline-title": _("Decline this invitation?"),
    "decline-text": _("The others see that you declined. A host can invite you again."),
    "declined": _("You declined the invitation."),
    "room-loading": _("Opening the room"),
    # panels
    "in-this-room": _("In this room"),
    "panel-topics": _("Topics"),
    "panel-members": _("People in this room"),
    "panel-invite": _("Invite people"),
    "panel-pins": _("Pinned messages"),
    "panel-search": _("Search this room"),
    "panel-facts": _("About this room"),
    "panel-edit": _("Change this room"),
    "panel-closing": _("Transcript and closing"),
    "close-panel": _("Close this part"),
    "topics": _("Topics"),
    "members": _("People"),
    "pins": _("Pinned"),
    "facts": pgettext_lazy("part of a room", "About"),
    "topics-none": _("No topic yet."),
    "topics-none-text": _("Open the menu of a message and choose “Open a topic”."),
    "all-messages": _("All messages"),
    "topic": pgettext_lazy("part of a room", "Topic"),
    "pins-none": _("Nothing is pinned."),
    "pins-none-text": _("Open the menu of a message and choose “Pin”."),
    "unpin-label": _("Take down the pinned message of {name}"),
    "message-unpinned": _("The message is no longer pinned."),
    # people
    "invite": _("Invite people"),
    "invite-verb": _("Send invitations"),
    "invite-nobody": _("Choose somebody first."),
    "invite-history-shared": _(
        "You decide for each person whether earlier messages are given. Everybody sees it."
    ),
    "invite-history-joined": _("New people read only what is written after they join."),
    "check-why": _(
        "A check by emoji shows that nobody stands between you and the other person. Do it once."
    ),
    "members-before": _("No longer in this room"),
    "member-menu": _("What to do with {name}"),
    "member-write": _("Write directly"),
    "member-check": _("Check by emoji"),
    "member-accept": _("Accept the changed identity"),
    "member-role": _("Change role"),
    "member-remove": _("Remove from this room"),
    "member-block": _("Block"),
    "member-state-invited": _("Invited"),
    "member-state-left": _("Left"),
    "member-state-removed": _("Removed"),
    "member-state-declined": _("Declined"),
    "not-signed": _("Listed by the server, signed by no host: receives no keys"),
    "trust-checked": _("Checked"),
    "trust-not-checked": _("Not checked yet"),
    "trust-changed": _("Identity changed"),
    "trust-no-identity": _("Has not set up secure messages yet"),
    "trust-restored": _("Restored"),
    "trust-shared": _("Shared by {name}"),
    "remove-title": _("Remove {name} from this room?"),
    "remove-text": _(
        "{name} receives nothing that is written from now on. What {name} has read already stays "
        "with {name}. The next message uses a new key."
    ),
    "remove-verb": _("Remove from this room"),
    "member-removed": _("{name} was removed."),
    "accept-title": _("Accept the changed identity of {name}?"),
    "accept-text": _(
        "Do this only after you have talked to {name} in person or by telephone and the emoji "
        "matched. Otherwise somebody else may read this room."
    ),
    "accept-more": _("Your signature is shown to everybody in the room."),
    "accept-verb": _("Sign the new identity"),
    "accepted": _("The new identity of {name} is signed. Sending works again."),
    "role-changed": _("The role of {name} was changed."),
    "block-title": _("Block {name}?"),
    "block-text": _(
        "{name} cannot write to you directly or invite you any more, and you cannot write to "
        "{name}. Rooms that you share stay as they are."
    ),
    "block-verb": _("Block"),
    "blocked": _("{name} is blocked."),
    # facts
    "facts-rules": _("Rules of this room"),
    "facts-retention": _("How long messages stay"),
    "facts-ends": _("The room ends on"),
    "facts-history": _("What newcomers can read"),
    "facts-receipts": _("Who has read what"),
    "facts-hold": _("Legal hold"),
    "facts-purge": _("Deleted on"),
    "facts-role": _("Your role"),
    "receipts-on": _("Everybody sees how far others have read."),
    "receipts-off": _("Nobody sees how far others have read."),
    "receipts-turn-on": _("Show how far others have read"),
    "receipts-hint": _("It holds for everybody in the room."),
    "hold-none": _("None"),
    "on-hold": _("On hold until {date}: nothing is deleted before."),
    "edit-facts": _("Change"),
    "facts-saved": _("The room was changed. Everybody sees it."),
    "shorter-title": _("Delete messages sooner?"),
    "shorter-text": _("Messages and files older than {days} days are deleted for everybody."),
    "shorter-verb": _("Delete sooner"),
    # room as a whole
    "room-menu": _("What to do with this room"),
    "room-mute": _("Mute"),
    "room-unmute": _("Stop muting"),
    "room-pin": _("Pin to the top of my list"),
    "room-unpin": _("Take down from the top of my list"),
    "room-export": _("Make a transcript"),
    "room-close": _("Close this room"),
    "room-leave": _("Leave this room"),
    "room-block": _("Block this person"),
    "muted": _("The room is muted. It tells you only when you are mentioned."),
    "unmuted": _("The room is no longer muted."),
    "pinned-to-top": _("The room is pinned to the top of your list."),
    "unpinned": _("The room is no longer at the top of your list."),
    "reason-export-observer": _("Observers take no transcripts."),
    "leave-title": _("Leave this room?"),
    "leave-text": _("You receive nothing more from it. Only a host can ask you in again."),
    "leave-last-host": _(
        "You are the only host. Without a host nobody can add or remove people; make somebody "
        "else a host first."
    ),
    "leave-verb": _("Leave the room"),
    "left-room": _("You left the room."),
    # end
    "closing-one": _("1. Read only"),
    "closing-one-text": _(
        "Nobody can write any more. Everybody can still read and take a transcript."
    ),
    "closing-title": _("Begin to close this room?"),
    "closing-text": _("From now on nobody can write here. This cannot be taken back."),
    "closing-verb": _("Make the room read only"),
    "closing-reason": _("This room is closing. It can be read, and nothing more can be sent."),
    "transcript": _("2. Transcript"),
    "transcript-text": _(
        "Your browser writes down everything it can read, with author, time and label, and signs "
        "it. It is made on this device and is not sealed: keep it as your law demands."
    ),
    "transcript-recorded": _("The site records that you made a transcript, not what is in it."),
    "transcript-red": _("Include messages labelled TLP:RED"),
    "transcript-red-hint": _("As a host you consent to it. Your consent is recorded."),
    "transcript-no-red": _("Messages labelled TLP:RED are left out; only a host can include them."),
    "transcript-verb": _("Make the transcript"),
    "transcript-again": _("Make it again"),
    "transcript-working": _("Writing the transcript. Long rooms take a minute."),
    "transcript-save": _("Save the transcript ({size})"),
    "closing-three": _("3. Close"),
    "closing-three-text": _(
        "Messages, files and keys are deleted 7 days after closing, unless a legal hold stops it."
    ),
    "closing-digest": _("Propose a case digest. Nothing from the room goes with it."),
    "closing-first": _("Make the room read only first."),
    "closing-transcript-first": _("Make the transcript first."),
    "close-title": _("Close this room?"),
    "close-text": _(
        "After 7 days messages, files and keys are deleted for everybody, unless a legal hold "
        "stops it. This cannot be taken back."
    ),
    "close-more": _("You have saved the transcript on this device."),
    "close-unsaved": _("You have not saved the transcript yet."),
    "close-verb": _("Close the room"),
    "room-closed": _("The room is closed."),
}
