"""Words of setting up, the recovery key, devices and the check by emoji."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SETUP = {
    # what it protects (messaging.md 6.4)
    "protects": _(
        "This protects your messages if the database is stolen, if a backup leaks or if an "
        "administrator is curious."
    ),
    "cannot-protect": _(
        "It cannot protect you if this site is changed to send your browser altered program code."
    ),
    "about-link": _("What the server sees, and what it does not see"),
    # first device
    "setup-title": _("Set up secure messages"),
    "setup-one": _("Only the people listed in a room can read it; this site cannot."),
    "setup-two": _("The keys for this are made on this device and stay with you."),
    "setup-three": _("A recovery key brings your messages back if you lose this device."),
    "setup-make-key": _("Make my recovery key"),
    "setup-making": _("Making your keys"),
    "setup-working": _("Finishing. This takes a few seconds."),
    "setup-step": _("Step {number} of {total}"),
    "setup-done": _("Secure messages are set up. Your history is protected."),
    "setup-go-on": _("Go to messages"),
    # recovery key
    "recovery-key": _("Recovery key for messages"),
    "recovery-key-hint": _("12 groups of four letters and digits. You can paste it."),
    "recovery-text": _(
        "With it you read your messages on a new device. It is shown once, when it is made; if "
        "you do not have it, make a new one."
    ),
    "key-sheet": _("Recovery key for messages"),
    "key-file-title": _("Recovery key for messages of {name}"),
    "key-file-name": _("recovery-key.txt"),
    "key-keep": _(
        "Write this key down and keep it apart from your device. Without it, and without another "
        "device of yours, nobody can bring your messages back, including us."
    ),
    "key-copy": _("Copy"),
    "key-print": _("Print"),
    "key-save": _("Save as a text file"),
    "key-copied": _("Copied. Put it into a password manager, not into a mail."),
    "key-not-copied": _("Your browser does not allow copying. Write the key down or print it."),
    "key-saved": _("Saved as a text file. Keep it apart from this device."),
    "key-kept": _("I have kept the key"),
    "key-retype": _("Type three groups of your key, so that we know it can be read."),
    "key-group": _("Group {number}"),
    "key-group-wrong": _("Group {number} is not right. Look at it again; capitals matter."),
    "key-finish": _("Finish"),
    "key-show-again": _("Show the key again"),
    "key-empty": _("Type your recovery key, or paste it."),
    "key-letters": _("Look at these groups again: {groups}. A group has four letters or digits."),
    "key-too-long": _("This is too long. A recovery key has 12 groups of four."),
    "confirm-beside": _(
        "Open the page in another tab, confirm there, and come back here. Your key stays on this "
        "page meanwhile."
    ),
    "confirm-beside-link": _("Confirm in another tab"),
    "confirmed-go-on": _("I have confirmed: finish"),
    "restore": _("Restore my messages"),
    "restore-title": _("Restore your messages"),
    "restoring": _("Restoring. This takes a few seconds."),
    "new-key": _("New recovery key"),
    "new-key-text": _("A new recovery key is made, and your backup is sealed with it again."),
    "new-key-old": _("The old recovery key stops working. Your messages stay readable."),
    "new-key-verb": _("Make a new recovery key"),
    "new-key-done": _("The new recovery key works. Destroy the old one."),
    "back-to-devices": _("Back to devices"),
    # further device
    "device-title": _("Confirm this device"),
    "device-lead": _("You already use secure messages on another device. Choose one way."),
    "device-by-key": _("With your recovery key"),
    "device-by-emoji": _("With another device of yours"),
    "device-by-emoji-text": _(
        "Open messages on the other device and compare seven pictures. Your messages follow."
    ),
    "device-by-emoji-verb": _("Compare with my other device"),
    "device-lost": _("You have neither"),
    "device-lost-text": _("Then you can only start again, without your earlier messages."),
    "device-lost-verb": _("Read what is lost"),
    # starting again
    "reset-title": _("Start again"),
    "reset-when": _("Only if you have lost your recovery key and all your devices."),
    "reset-read": _("Read what is lost"),
    "reset-warning": _("This cannot be taken back"),
    "reset-messages": _("Your earlier messages are gone for you. Nobody can bring them back."),
    "reset-people": _(
        "Everybody you write with is told that your security identity has changed. Nothing is "
        "sent to your rooms until a host has checked it with you."
    ),
    "reset-devices": _("Your other devices stop working with sealed messages."),
    "reset-confirm": _("You will be asked to confirm that it is you."),
    "reset-agree": _("I understand that my earlier messages are gone"),
    "reset-agree-first": _("Say first that you understand what is lost."),
    "reset-verb": _("Delete my keys and start again"),
    "reset-done": _("You have a new identity and a new recovery key."),
    # devices
    "devices-title": _("Devices for messages"),
    "devices-lead": _("A device is a phone or computer that reads sealed messages."),
    "devices-list": _("Your devices"),
    "devices-loading": _("Loading your devices"),
    "this-device": _("This device"),
    "device-unnamed": _("Device without a name"),
    "device-confirmed": pgettext_lazy("device", "Confirmed"),
    "device-not-confirmed": _("Not confirmed: it receives no keys"),
    "device-dates": _("Added on {created}. Last used on {seen}."),
    "device-name": _("Name of the device"),
    "device-name-hint": _("The server keeps this name. Write nothing that should stay sealed."),
    "rename": _("Rename"),
    "rename-device": _("Rename {name}"),
    "remove-device": _("Remove device"),
    "remove-device-label": _("Remove device {name}"),
    "remove-device-title": _("Remove {name}?"),
    "remove-device-text": _(
        "It gets no more messages, and everybody’s next message uses a new key. What it has read "
        "already may still be on it. It has to be set up again to be used."
    ),
    "device-removed": _("{name} was removed."),
    "check-devices": _("Compare with another device"),
    "check-devices-text": _("A device is confirmed when it shows the same seven pictures."),
    "blocked-title": _("Blocked people"),
    "unblock": _("Unblock"),
    "unblock-label": _("Unblock {name}"),
    "unblocked": _("{name} is no longer blocked."),
    "sign-out-title": _("Sign out of messages"),
    "sign-out-text": _(
        "Signing out removes the keys from this browser. You will need your recovery key or "
        "another device of yours to read sealed messages here again."
    ),
    "sign-out-verb": _("Remove the keys from this browser"),
    "sign-out-working": _("Finishing your backup first"),
    "sign-out-site": _("Sign out"),
    "sign-out-unsaved": _(
        "Your backup could not be finished. If you sign out now, you cannot read messages again "
        "whose keys are not in it yet."
    ),
    "sign-out-anyway": _("Sign out all the same"),
    # check by emoji
    "check-title": _("Check with {name}"),
    "check-title-device": _("Compare with your other device"),
    "check-asked": _("{name} wants to check with you that nobody stands between you."),
    "check-asked-device": _("Another device of yours wants to be confirmed."),
    "check-start": _("Compare now"),
    "check-not-now": _("Not now"),
    "check-stop": _("Stop"),
    "check-requested": _("Waiting for {name} to answer. Call {name} meanwhile."),
    "check-requested-device": _("Open messages on your other device and answer there."),
    "check-getting-ready": _("Getting the pictures ready"),
    "check-compare": _("Call {name}, or meet. Do both of you see these seven pictures?"),
    "check-compare-device": _("Does your other device show these seven pictures?"),
    "check-order": _("Read the words aloud in this order, from first to last."),
    "check-pictures": _("Seven pictures"),
    "check-match": _("They match"),
    "check-differ": _("They do not match"),
    "check-confirmed": _("Waiting for {name} to say that the pictures match."),
    "check-confirmed-device": _("Say on the other device that the pictures match."),
    "check-done": _("{name} is checked."),
    "check-done-device": _("The device is confirmed."),
    "check-mismatch": _(
        "The pictures differ. Somebody may stand between you. Do not send anything sensitive, and "
        "tell the operators."
    ),
    "check-cancelled": _("The check was stopped. Nothing has changed."),
    "check-timeout": _("Nobody answered in time. Nothing has changed. Start again."),
}
