"""The groups of things the site stores: what for, for how long, and who sees them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Group:
    """Things kept for one purpose. Each sentence is shown as it stands."""

    key: str
    name: Words
    why: Words
    how_long: Words
    who: Words


ACCOUNT_LIFE = _("As long as the account exists.")
ONLY_YOU = _("You.")
GROUPS: tuple[Group, ...] = (
    Group(
        "account",
        _("Account"),
        _("To sign you in and to write to you in your language."),
        ACCOUNT_LIFE,
        _("You. Focal points and administrators see the name and address of members."),
    ),
    Group(
        "sign-ins",
        _("Sign-ins"),
        _("So that you can see where you are signed in and end it."),
        _("Until you sign out; 30 days at the latest."),
        ONLY_YOU,
    ),
    Group(
        "factors",
        _("Second factors"),
        _("To make sure that it is you."),
        _("Until you remove them, or as long as the account exists."),
        _("You see kinds, names and dates. Secrets and codes are shown to nobody."),
    ),
    Group(
        "applications",
        _("Applications"),
        _("To decide who becomes a member, and to be able to explain it."),
        ACCOUNT_LIFE,
        _("You, your sponsor in part, and the people who decide for your region or organisation."),
    ),
    Group(
        "membership",
        _("Membership and roles"),
        _("To know what you may open and do."),
        ACCOUNT_LIFE,
        _("You, and focal points and administrators of your region or organisation."),
    ),
    Group(
        "invitations",
        _("Invitations"),
        _("To let people of a class in without asking everything again."),
        _("No end is set. Address and name are removed with the account of the invited person."),
        _("The person who invited, and administrators."),
    ),
    Group(
        "organisations",
        _("Organisations and their contacts"),
        _("To know who works where and how a country can be reached."),
        _("Until they are changed. A contact that is your own address goes with your account."),
        _("Members."),
    ),
    Group(
        "learning",
        _("Learning"),
        _("To continue where you stopped and to show your result."),
        ACCOUNT_LIFE,
        ONLY_YOU,
    ),
    Group(
        "visitors",
        _("Work of visitors without an account"),
        _("So that you can try a course and keep your work when you create an account."),
        _("30 days after the last use."),
        _("Whoever uses the same browser."),
    ),
    Group(
        "files",
        _("Files"),
        _("To hand them to the people they are meant for."),
        ACCOUNT_LIFE,
        _("You, and the people who may read what they belong to."),
    ),
    Group(
        "messages",
        _("Sealed messages and rooms"),
        _("To deliver messages to the people in a room, and to nobody else."),
        _(
            "As long as the room keeps them; deleted messages at once. What you wrote goes with "
            "your account, unless a legal hold keeps the room. Signed lists of members keep your "
            "name until the room ends."
        ),
        _("The people in the room. The operators of this site cannot read what is written there."),
    ),
    Group(
        "notices",
        _("Notices"),
        _("To tell you that something happened."),
        ACCOUNT_LIFE,
        ONLY_YOU,
    ),
    Group(
        "discussions",
        _("Discussions"),
        _("So that members can ask and answer each other."),
        _(
            "As long as the space exists. What you wrote is emptied when you delete it or your "
            "account; drafts until you send or delete them."
        ),
        _("Whoever reads the space. Drafts, reactions you gave and what you read: you."),
    ),
    Group(
        "library",
        _("The library"),
        _("To keep searches and records for you, and to lend restricted documents."),
        _("Searches and shelves until you delete them; all of it as long as the account exists."),
        _("You. Whoever decides about a request sees it."),
    ),
    Group(
        "groups",
        _("Groups and their papers"),
        _("So that members can find a group, join it and write papers together."),
        _(
            "Your place until you leave or your membership ends. Versions of papers stay with the "
            "group without your name; your comments are emptied with your account."
        ),
        _("People in the group; its leaders also see requests. Every member sees who leads it."),
    ),
    Group(
        "directory",
        _("The directory of members"),
        _("So that members find the colleague who can help them, and can ask for contact."),
        _("Until you delete your entry or end a contact; all of it as long as the account exists."),
        _(
            "Each field: whom you say. Reasons and answers: the two people. Address and telephone "
            "number: your contacts."
        ),
    ),
    Group(
        "meetings",
        _("Events and case digests"),
        _("To give you a place, to remind you, and to make a lesson of a case."),
        _(
            "As long as the account exists; a draft of a digest until you delete it. A released "
            "digest stays in the library without your name."
        ),
        _(
            "You. Who runs an event sees who comes; those who come see what you wrote to them; "
            "reviewers see a digest that you sent them."
        ),
    ),
    Group(
        "writing",
        _("Pages written in the studio"),
        _("To publish pages and courses and to know who changed what."),
        _("As long as the page exists. Your name goes with your account."),
        _("Everyone sees published pages; people who work in the studio see who wrote them."),
    ),
    Group(
        "record",
        _("The record of what happened"),
        _("So that nobody can misuse rights unnoticed."),
        _("For good. It names people by a number; without the account it leads to nobody."),
        _("Administrators, and you your own entries. That somebody read it is recorded."),
    ),
    Group(
        "limits",
        _("Counts of tries"),
        _("To slow down those who guess passwords or collect data."),
        _("Minutes, one day at most."),
        _("Nobody."),
    ),
)
