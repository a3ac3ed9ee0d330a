"""The limits that are in force, each as a sentence, for the page "What we store"."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.shared.ratelimit import DAY, HOUR, LIMITS, MINUTE, Limit
from portal.templatetags.ui import file_size, number

# Sockets and sealed messages have limits too; they are listed when there are rooms.
AREAS: Mapping[str, str | Promise] = {
    "sign-in": _("Signing in"),
    "codes": _("Passwords and codes"),
    "time": _("Time"),
    "applications": _("Applications"),
    "reading": _("Reading"),
    "discussions": _("Discussions"),
    "files": _("Files"),
    "groups": _("Groups"),
}
SENTENCES: Mapping[str, str | Promise] = {
    "sign-in": _("Tries to sign in from one network address: %(amount)s a minute"),
    "sign-in-failed": _("Failed tries to sign in from one network address: %(amount)s a minute"),
    "sign-in-failed-account": _("Failed tries to sign in to one account: %(amount)s in 5 minutes"),
    "sign-up": _("New accounts from one network address: %(amount)s a minute"),
    "reset": _("Requests for a new password from one network address: %(amount)s a minute"),
    "reset-account": _("Requests for a new password for one account: %(amount)s a minute"),
    "confirmation-mail": _("Mails with a code to one address: %(amount)s in 3 minutes"),
    "fresh-check": _("Tries to confirm that it is you: %(amount)s a minute"),
    "password-change": _("Changes of the password: %(amount)s a minute"),
    "email-change": _("Changes of the e-mail address: %(amount)s a minute"),
    "password-length": _("Characters of a password, at least: %(amount)s"),
    "password-length-advised": _("Characters of a password that we advise: %(amount)s"),
    "password-length-allowed": _("Characters of a password that are always accepted: %(amount)s"),
    "token-bits": _("Random bits in the secret of a link: %(amount)s"),
    "recovery-codes": _("Recovery codes for signing in: %(amount)s"),
    "fresh-check-valid": _("A confirmation that it is you counts for %(amount)s"),
    "session-idle": _("A sign-in with second factor ends without use after %(amount)s"),
    "session": _("A sign-in with second factor ends in any case after %(amount)s"),
    "learner-session-idle": _("A sign-in without second factor ends without use after %(amount)s"),
    "learner-session": _("A sign-in without second factor ends in any case after %(amount)s"),
    "addresses-in-logs": _("Network addresses stay in the logs of the machine for %(amount)s"),
    "restricted-downloads-hour": _("Restricted files you may open: %(amount)s an hour"),
    "restricted-downloads-day": _("Restricted files you may open: %(amount)s a day"),
    "stamped-copies": _("Copies with your name you may have prepared: %(amount)s an hour"),
    "access-requests": _("Restricted documents you may ask for or give: %(amount)s a day"),
    "profiles": _("Profiles you may open: %(amount)s an hour"),
    "searches": _("Searches from one network address: %(amount)s a minute"),
    "directory-lists": _("Lists of people you may open: %(amount)s an hour"),
    "contact-requests": _("People you may ask for contact: %(amount)s a day"),
    "saved-searches": _("Searches of the library you may keep: %(amount)s"),
    "shelves": _("Shelves you may have in the library: %(amount)s"),
    "shelf-records": _("Records on one shelf: %(amount)s at most"),
    "events-made": _("Events you may make: %(amount)s a day"),
    "event-registrations": _("Registrations for events: %(amount)s an hour"),
    "event-news": _("Messages you may write to people of events: %(amount)s a day"),
    "calendar-reads": _("Readings of calendars from one network address: %(amount)s a minute"),
    "digest-drafts": _("Case digests you may begin: %(amount)s a day"),
    "discussion-posts": _("Posts you may write in discussions: %(amount)s an hour"),
    "discussion-posts-newcomer": _("The same in your first week: %(amount)s an hour"),
    "discussion-edits": _("Posts you may change or delete: %(amount)s an hour"),
    "discussion-drafts": _("Times a draft is stored: %(amount)s a minute"),
    "discussion-marks": _("Reactions, and topics you mark or follow: %(amount)s a minute"),
    "discussion-reports": _("Posts you may report: %(amount)s a day"),
    "discussion-drafts-kept": _("Drafts you may keep: %(amount)s"),
    "exports": _("Files with data you may take: %(amount)s a day"),
    "imports": _("Tables of records you may bring in: %(amount)s a day"),
    "harvests": _("Questions of other libraries from one address: %(amount)s a minute"),
    "visitor-starts": _("Courses begun without account from one address: %(amount)s an hour"),
    "policy-reports": _("Fault reports of browsers from one network address: %(amount)s a minute"),
    "class-invitations": _("People you may invite to classes: %(amount)s a day"),
    "passkey-begin": _("Passkey sign-ins begun from one network address: %(amount)s a minute"),
    "identity-asks": _("Requests for a new proof of identity: %(amount)s a day"),
    "applications": _("Applications sent and sponsors named: %(amount)s a day"),
    "application-drafts": _("Applications begun: %(amount)s a day"),
    "organisations-proposed": _("Organisations proposed: %(amount)s a day"),
    "exact-message-times": _("Times of messages are kept by the hour after %(amount)s"),
    "sealed-file-size": _("A sealed file in a room: %(amount)s at most"),
    "sealed-files": _("Sealed files you may send: %(amount)s a minute"),
    "sealed-bytes": _("Sealed files you may send in a day: %(amount)s together"),
    "document-size": _("A document: %(amount)s at most"),
    "image-size": _("A picture: %(amount)s at most"),
    "image-pixels": _("Points of a picture, at most: %(amount)s"),
    "account-bytes": _("All files of one account together: %(amount)s at most"),
    "account-files": _("Number of files of one account, at most: %(amount)s"),
    "groups-made": _("Groups you may make: %(amount)s a day"),
    "group-joins": _("Groups you may join or ask to join: %(amount)s a day"),
    "group-invitations": _("People you may invite to groups: %(amount)s a day"),
    "group-papers": _("Papers of one group: %(amount)s at most"),
    "paper-versions": _("Versions of one paper: %(amount)s at most"),
    "paper-size": _("Characters of one version of a paper, at most: %(amount)s"),
    "paper-saves": _("Versions of papers you may save: %(amount)s an hour"),
    "paper-comments": _("Comments on papers you may write: %(amount)s an hour"),
    "paper-comments-held": _("Comments on one paper: %(amount)s at most"),
    "archive-unpacked": _("An archive, unpacked: %(amount)s at most"),
    "archive-ratio": _("An archive may grow by this factor at most: %(amount)s"),
    "archive-files": _("Files in one archive, at most: %(amount)s"),
    "archive-depth": _("Folders inside each other in an archive, at most: %(amount)s"),
}
# Limits of what is not built yet: packages, X-ray images.
LATER = frozenset(
    {
        "socket-check", "package-launch", "xray-image-size",
    }
)  # fmt: skip


def duration(seconds: int) -> str:
    """Return a length of time in words: "10 minutes"."""
    if seconds % DAY == 0:
        count = seconds // DAY
        return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}
    if seconds % HOUR == 0:
        count = seconds // HOUR
        return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}
    count = seconds // MINUTE
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


def _amount(limit: Limit) -> str:
    if limit.unit == "seconds":
        return duration(limit.amount)
    return file_size(limit.amount) if limit.unit == "bytes" else number(limit.amount)


def shown() -> list[Limit]:
    """Return the limits that are listed."""
    return [row for row in LIMITS if row.area in AREAS and row.name not in LATER]


def sentence(limit: Limit) -> str:
    """Return a limit in words; one without words of its own says its name."""
    words = SENTENCES.get(limit.name)
    if words is None:
        return gettext("%(name)s: %(amount)s") % {"name": limit.name, "amount": _amount(limit)}
    return str(words) % {"amount": _amount(limit)}


def table() -> list[tuple[str | Promise, list[str]]]:
    """Return area → sentences, in the order of the areas."""
    return [
        (name, [sentence(row) for row in shown() if row.area == area])
        for area, name in AREAS.items()
    ]
