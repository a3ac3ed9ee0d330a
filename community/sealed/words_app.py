"""Words of the list of rooms, catching up, finding people and messages, and of every screen."""

from django.utils.translation import gettext_lazy as _

APP = {
    # everywhere
    "add": _("Add"),
    "back": _("Back"),
    "cancel": _("Cancel"),
    "close": _("Close"),
    "completed": _("Completed"),
    "date-unknown": _("a date that is not known"),
    "error-mark": _("Error:"),
    "go-on": _("Continue"),
    "loading": _("Loading"),
    "optional": _("(optional)"),
    "options": _("Options"),
    "save-change": _("Save"),
    "size-kb": _("{size} KB"),
    "size-mb": _("{size} MB"),
    "someone": _("Somebody"),
    "summary-title": _("There is a problem"),
    "take-out": _("Remove {name}"),
    "try-again": _("Try again"),
    "undo": _("Undo"),
    "warning-mark": _("Warning:"),
    "you": _("You"),
    # where one is
    "crumbs": _("You are here"),
    "crumb-account": _("Account security"),
    "crumb-community": _("Community"),
    "crumb-catch-up": _("Catch up"),
    "crumb-new-message": _("New direct message"),
    "crumb-search": _("Search messages"),
    "messages-title": _("Messages and case rooms"),
    # start, stop, connection
    "starting": _("Opening your sealed messages"),
    "starting-size": _(
        "Opening your sealed messages. The first time about 2 MB are loaded; then they stay on "
        "this device."
    ),
    "waiting-tab": _("Sealed messages are open in another tab. This tab follows it."),
    "other-tab": _("Sealed messages are also open in another tab. That tab sends and receives."),
    "keys-removed": _("The keys were removed from this browser."),
    "keys-set-up-again": _("Set up this browser again"),
    "stopped-title": _("Sealed messages have stopped"),
    "connecting": _("Connecting"),
    "offline": _("You are offline. What you write is kept on this device and sent later."),
    "history-protected": _("History protected on this device"),
    "history-not-protected": _("Not protected – fix"),
    "history-working-now": _("Protecting your history"),
    # list
    "list-label": _("Messages and case rooms"),
    "new-room": _("New case room"),
    "new-message": _("New direct message"),
    "catch-up": _("Catch up"),
    "nothing-unread": _("Nothing unread"),
    "search-here": _("Search messages"),
    "rooms-filter": _("Find a room by name"),
    "rooms-loading": _("Loading your rooms"),
    "rooms-empty": _("You are in no room yet."),
    "rooms-empty-text": _(
        "Open a case room with colleagues, or write to one person. Invitations appear here."
    ),
    "rooms-none-found": _("No room has this name."),
    "rooms-show-all": _("Show all rooms"),
    "group-invited": _("Invitations"),
    "group-pinned": _("Pinned"),
    "group-case": _("Case rooms"),
    "group-direct": _("Direct messages"),
    "group-closed": _("Closed rooms"),
    "mark-stopped": _("Sending stopped"),
    "mark-hold": _("On hold"),
    "mark-closing": _("Closing"),
    "mark-closed": _("Closed"),
    "mark-draft": _("Draft"),
    "mark-muted": _("Muted"),
    "mark-pinned": _("Pinned"),
    "room-unnamed": _("Case room, name not readable yet"),
    "direct-unnamed": _("Direct message"),
    "invited-by-note": _("Invited by"),
    "first-title": _("Talk about a case in a sealed room"),
    "first-text": _(
        "A case room has a purpose, a legal basis, an end date and a list of people. Only they "
        "can read it."
    ),
    # catching up
    "open-next": _("Open next"),
    "nothing-unread-title": _("You have read everything."),
    "nothing-unread-text": _("New messages appear here by topic."),
    "you-are-mentioned": _("You are mentioned."),
    "mark-read": _("Mark topic read"),
    "mark-room-read": _("Mark the whole room read"),
    "mark-room-read-label": _("Mark the whole room read: {room}"),
    "mark-read-label": _("Mark topic read: {room} {topic}"),
    "open-to-read": _("Open it to read it."),
    # people
    "people-hint": _("Type at least two letters of a name or an organisation."),
    "people-none": _("No member found who can be written to."),
    "people-chosen": _("People to invite"),
    "person-verb": _("{verb}: {name}"),
    "not-set-up": _("Has not set up secure messages yet."),
    "not-set-up-reason": _("Ask this person to open “Messages and case rooms” once."),
    "write": _("Write"),
    "new-message-lead": _("Write to one member. Only the two of you can read it."),
    "new-message-to": _("To whom?"),
    "room-opening": _("Opening"),
    "role-of": _("Role of {name}"),
    "give-history": _("Give earlier messages"),
    # messages found
    "search": _("Search"),
    "search-all": _("Search the messages on this device"),
    "search-room": _("Search this room"),
    "search-hint": _("The search runs on this device. What you look for is not sent anywhere."),
    "search-verb": _("Search"),
    "search-short": _("Type at least two letters."),
    "search-none": _("No message found."),
    "search-none-text": _(
        "Only messages that were opened on this device are searched. Open a room to include it."
    ),
    "go-to-message": _("Go to the message of {name}, {time}"),
    # sentences put into a composer or onto the clipboard
    "ask-history-text": _("Please give me the earlier messages of the room “{room}”."),
    "ask-role-text": _("I would like to write in the room “{room}”. Please change my role."),
    "tell-unsigned-text": _(
        "The server lists a person in the room “{room}” whom no host has signed. Please check the "
        "list of members."
    ),
    "ask-why-text": _(
        "I cannot read a message of yours: your device did not share its key. Please check the "
        "list of your devices."
    ),
    "ask-setup-text": _("Please set up secure messages: open {address} and follow the steps."),
    "ask-setup-copied": _(
        "A sentence with the address is copied. Send it to {name} by another way."
    ),
}
