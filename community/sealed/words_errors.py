"""What is said about each problem, and on the one button beside it (messaging.md 4.4).

The English texts are binding. Codes are those of ``ProblemCode`` in the interface of the engine.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise

ERRORS: dict[str, tuple[Sentence, Sentence]] = {
    "waiting-for-key": (_("Waiting for the key from {name}'s device."), _("Try again")),
    "key-in-locked-backup": (
        _("This message is locked on this device. Its key may be in your backup."),
        _("Enter recovery key"),
    ),
    "before-joining": (
        _("This was sent before you joined. This room starts for you on {date}."),
        _("Ask a host for earlier messages"),
    ),
    "key-missing": (
        _("The key for this message did not reach this device."),
        _("Ask {name} to send it again"),
    ),
    "withheld-unverified": (
        _("{name}'s device did not share the key because this device of yours is not confirmed."),
        _("Confirm this device"),
    ),
    "withheld-other": (
        _("{name}'s device did not share the key for this message."),
        _("Ask {name} why"),
    ),
    "device-added-later": (
        _("This device was added after this message was sent."),
        _("Restore from backup"),
    ),
    "mismatched-sender": (
        _("Refused: this message does not come from the person it names."),
        _("Report to the operators"),
    ),
    "unsigned-device": (
        _("Not shown: it was sent from a device that {name} has not confirmed."),
        _("Check {name}'s devices"),
    ),
    "identity-changed": (
        _(
            "{name}'s security identity has changed. Nothing is sent to this room until this is "
            "checked."
        ),
        _("Check now"),
    ),
    "damaged": (
        _("This message is damaged or was changed on the way."),
        _("Fetch it again"),
    ),
    "copy": (
        _("Refused: this is a copy of a message from {time}."),
        _("Report to the operators"),
    ),
    "hole": (_("Messages are missing here."), _("Fetch them again")),
    "member-unsigned": (
        _(
            "The server lists {name} as a member, but no host has signed this. {name} receives no "
            "keys."
        ),
        _("Tell the hosts"),
    ),
    "roster-conflict": (
        _("The member list of this room does not match what you saw before. Sending is stopped."),
        _("Report to the operators"),
    ),
    "store-lost": (
        _("This browser has lost its keys for sealed messages."),
        _("Restore with recovery key"),
    ),
    "key-reused": (
        _("This browser profile seems to be a copy of another one."),
        _("Set up this device again"),
    ),
    "panic": (_("The message could not be sealed. Nothing was sent."), _("Try again")),
    "leader-asleep": (
        _("Sealed messages are open in another tab that is asleep."),
        _("Close that tab, then try again"),
    ),
    "browser-too-old": (
        _("This browser cannot open sealed rooms ({feature} is missing)."),
        _("See which browsers work"),
    ),
    "offline": (_("Saved here. It will be sent when you are online."), _("Send now")),
    "wrong-recovery-key": (
        _("This is not the right recovery key. Check each group of four."),
        _("Try again"),
    ),
    "signed-out": (
        _("You have been signed out. Unsent messages are kept, sealed, on this device."),
        _("Sign in"),
    ),
    "role-lost": (_("You can no longer use secure messages."), _("Contact the operators")),
    "removed": (_("You are no longer a member of this room."), _("Back to rooms")),
    # The same words for whoever has blocked and for whoever was: nobody is told that or which.
    "contact-refused": (
        _("Direct messages between you two cannot be sent at present."),
        _("Try again"),
    ),
    "room-closed": (
        _("This room is closed. Nothing more can be sent here."),
        _("Back to rooms"),
    ),
    "read-only": (
        _("You are in this room to read. Only members and hosts can write here."),
        _("Ask a host"),
    ),
    "no-identity": (
        _("{name} has not set up secure messages yet."),
        _("Ask {name} to set up"),
    ),
    "device-unconfirmed": (
        _("This device of yours is not confirmed yet."),
        _("Confirm this device"),
    ),
    "setup-incomplete": (_("Set up secure messages before you write."), _("Set up")),
    "confirm-again": (_("Please confirm that it is you."), _("Confirm")),
    "device-removed": (
        _("This device was removed from your account. Its messages were deleted here."),
        _("Set up this device again"),
    ),
    "update-needed": (_("A newer version is needed."), _("Reload")),
    "too-fast": (_("Too much at once. Sending goes on at {time}."), _("Wait")),
    # Not in the table: whatever else went wrong.
    "failed": (_("That did not work. What you wrote is kept."), _("Try again")),
}
