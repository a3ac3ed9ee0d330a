"""The verbs there are. A notice is a verb, a count and a place to go; it cannot say more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SOMETHING = _("There is something new for you.")


@dataclass(frozen=True)
class Verb:
    """``words`` is the sentence shown inside, ``outside`` that of mails.

    ``at_once`` verbs are mailed whatever pace the person chose, because she waits for them or
    somebody waits for her. ``may`` is asked again before a mail goes: may this person still go to
    this place? (``None``: anybody who is signed in.)
    """

    words: str | Promise
    outside: str | Promise = SOMETHING
    at_once: bool = False
    may: Callable[[Any, str], bool] | None = None


VERBS: dict[str, Verb] = {
    "application": Verb(_("There is news about your application."), at_once=True),
    "sponsor": Verb(_("Somebody asks you to confirm that you know them."), at_once=True),
    "decision": Verb(_("An application waits for a decision.")),
    "membership": Verb(
        _("Please confirm your post, so that your membership goes on."), at_once=True
    ),
    "membership-changed": Verb(_("Your membership changed."), at_once=True),
    "security": Verb(_("Something about the security of your account changed.")),
    "role": Verb(_("Your roles changed."), at_once=True),
    "role-confirm": Verb(_("A role waits for a second administrator."), at_once=True),
    "review": Verb(_("A text waits in the studio for a second person."), at_once=True),
    "review-answer": Verb(_("Somebody has read a text of yours in the studio.")),
    "identity": Verb(_("Somebody who lost a second factor waits for a check."), at_once=True),
    "organisation": Verb(_("A proposed organisation waits for a decision.")),
    "label": Verb(_("A label waits for a second person."), at_once=True),
    "file": Verb(_("A file of yours was checked.")),
    "access-request": Verb(_("Somebody asks for a publication."), at_once=True),
    "access-release": Verb(
        _("The release of a publication waits for a second person."), at_once=True
    ),
    "label-lowering": Verb(_("A request to lower a label waits, or was decided."), at_once=True),
    "access-answer": Verb(_("There is news about a publication you may be given."), at_once=True),
    "report": Verb(_("A reported message waits for a decision."), at_once=True),
    "report-answer": Verb(_("Your report was decided.")),
    "conduct": Verb(
        _("Something you wrote was reported. Please keep to the rules of the community."),
        at_once=True,
    ),
    "contact-request": Verb(_("Somebody asks for contact with you."), at_once=True),
    "contact-answer": Verb(_("There is news about a contact of yours."), at_once=True),
    "profile-confirm": Verb(_("Please say whether your entry in the directory is still right.")),
    "event-changed": Verb(_("There is news about an event you come to."), at_once=True),
    "event-reminder": Verb(_("An event you come to is near."), at_once=True),
    "event-news": Verb(_("There is a message about an event you come to."), at_once=True),
    "event-asked": Verb(_("Somebody asks to come to a case meeting of yours.")),
    "digest-review": Verb(_("A case digest waits for reviewers.")),
    "digest-answer": Verb(_("There is news about a case digest of yours.")),
    "library-saved": Verb(_("A search you keep has found something new.")),
    "group-request": Verb(_("Somebody asks to join a group you lead."), at_once=True),
    "group-answer": Verb(_("There is news about a group you asked to join or were in.")),
    "group-invitation": Verb(_("You are invited to a group."), at_once=True),
    "group-place": Verb(_("What you may do in a group changed.")),
    "group-door": Verb(_("How members join a group of yours changed.")),
    "group-paper": Verb(_("Somebody commented on a paper of a group of yours.")),
    "discussion-answer": Verb(_("Somebody wrote in a discussion you watch.")),
    "discussion-new": Verb(_("There is something new in a space you watch.")),
    "discussion-mention": Verb(_("Somebody mentioned you in a discussion.")),
    "discussion-accepted": Verb(_("An answer of yours was accepted.")),
    "discussion-hidden": Verb(_("A moderator decided about something you wrote.")),
    "discussion-waiting": Verb(_("A question waits for an answer.")),
    # Sealed messages say just this, also outside (messaging.md 6.6).
    "room-activity": Verb(_("New activity in a case room"), _("New activity in a case room")),
    "direct-message": Verb(_("New direct message"), _("New direct message")),
}


def ask_before_mail(verb: str, may: Callable[[Any, str], bool]) -> None:
    """Have ``may(user, key)`` asked before a mail of this verb goes out (called at start-up)."""
    row = VERBS[verb]
    VERBS[verb] = Verb(row.words, row.outside, row.at_once, may)


def known() -> Mapping[str, Verb]:
    """Return all verbs."""
    return VERBS
