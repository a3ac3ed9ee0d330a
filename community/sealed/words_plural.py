"""Sentences that follow a number, with every form the language has (categories of CLDR)."""

from collections.abc import Callable, Mapping

from babel.core import Locale, UnknownLocaleError
from django.utils.translation import get_language, ngettext

SENTENCES: Mapping[str, Callable[[int], str]] = {
    "connecting-waiting": lambda n: ngettext(
        "Connecting. {n} message waits on this device.",
        "Connecting. {n} messages wait on this device.", n,
    ),
    "days": lambda n: ngettext("{n} day", "{n} days", n),
    "history-working": lambda n: ngettext(
        "Protecting your history: {n} key left", "Protecting your history: {n} keys left", n
    ),
    "hits": lambda n: ngettext("{n} message found", "{n} messages found", n),
    "hours": lambda n: ngettext("{n} hour", "{n} hours", n),
    "invited": lambda n: ngettext("{n} person was invited.", "{n} people were invited.", n),
    "key-missing-groups": lambda n: ngettext(
        "{n} group is missing. A recovery key has 12 groups of four.",
        "{n} groups are missing. A recovery key has 12 groups of four.", n,
    ),
    "mention-offered": lambda n: ngettext(
        "{n} person to mention. Choose with the arrow keys and Enter.",
        "{n} people to mention. Choose with the arrow keys and Enter.", n,
    ),
    "mentions": lambda n: ngettext(
        "You are mentioned in {n} message", "You are mentioned in {n} messages", n
    ),
    "messages-count": lambda n: ngettext("{n} message", "{n} messages", n),
    "new-below": lambda n: ngettext("{n} new message below", "{n} new messages below", n),
    "offline-waiting": lambda n: ngettext(
        "You are offline. {n} message waits on this device and is sent later.",
        "You are offline. {n} messages wait on this device and are sent later.", n,
    ),
    "people-found": lambda n: ngettext("{n} person found", "{n} people found", n),
    "people-in-room": lambda n: ngettext(
        "{n} person in this room", "{n} people in this room", n
    ),
    "reaction-given": lambda n: ngettext(
        "{word}: {n} person, {who}", "{word}: {n} people, {who}", n
    ),
    "read-by": lambda n: ngettext("Read by {n} person", "Read by {n} people", n),
    "restored": lambda n: ngettext(
        "This device is confirmed. Your backup holds {n} key; it is read room by room.",
        "This device is confirmed. Your backup holds {n} keys; they are read room by room.", n,
    ),
    "retention": lambda n: ngettext(
        "Messages and files are deleted after {n} day.",
        "Messages and files are deleted after {n} days.", n,
    ),
    "said-new": lambda n: ngettext("{n} new message", "{n} new messages", n),
    "said-new-by": lambda n: ngettext(
        "{n} new message from {name}", "{n} new messages from {name}", n
    ),
    "sealed-room": lambda n: ngettext(
        "Sealed room. Only the {n} person listed can read what is written here. The operators of "
        "this site cannot.",
        "Sealed room. Only the {n} people listed can read what is written here. The operators of "
        "this site cannot.", n,
    ),
    "sending-waiting": lambda n: ngettext("Sending {n} message", "Sending {n} messages", n),
    "topics-waiting": lambda n: ngettext(
        "{n} topic has something new.", "{n} topics have something new.", n
    ),
    "typing": lambda n: ngettext("{names} is writing", "{names} are writing", n),
    "unread": lambda n: ngettext("{n} unread", "{n} unread", n),
    "votes": lambda n: ngettext("{n} vote", "{n} votes", n),
}  # fmt: skip

# Between them these have every category of every language of the site: French and Spanish use
# "many" for millions.
NUMBERS = (*range(201), 1_000_000)


def forms() -> dict[str, dict[str, str]]:
    """Return key → category (``one``, ``few``, …) → sentence, in the present language."""
    language = get_language() or "en"
    try:
        locale = Locale.parse(language.split("-", maxsplit=1)[0])
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    samples: dict[str, int] = {}
    for number in NUMBERS:
        samples.setdefault(locale.plural_form(number), number)
    return {
        key: {category: sentence(number) for category, number in samples.items()}
        for key, sentence in SENTENCES.items()
    }
