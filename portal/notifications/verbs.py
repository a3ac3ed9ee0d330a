"""The verbs there are. A notice is a verb, a count and a place to go; it cannot say more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Verb:
    """``words`` is the sentence shown inside; ``group`` the sentence of mails and pushes.

    ``at_once`` verbs are mailed whatever pace the person chose, because she waits for them or
    somebody waits for her. ``may`` is asked again when a mail is sent: may this person still go
    to this place? (``None``: anybody who is signed in.)
    """

    words: str | Promise
    at_once: bool = False
    may: Callable[[Any, str], bool] | None = None


VERBS: Mapping[str, Verb] = {
    "application": Verb(_("There is news about your application."), at_once=True),
    "sponsor": Verb(_("Somebody asks you to confirm that you know them."), at_once=True),
    "decision": Verb(_("An application waits for a decision.")),
    "membership": Verb(_("Please confirm your post, so that your membership goes on."), at_once=True),
    "security": Verb(_("Something about the security of your account changed."), at_once=True),
    "role": Verb(_("Your roles changed."), at_once=True),
    "role-confirm": Verb(_("A role waits for a second administrator."), at_once=True),
    "identity": Verb(_("Somebody who lost a second factor waits for a check."), at_once=True),
    "organisation": Verb(_("A proposed organisation waits for a decision.")),
    "label": Verb(_("A label waits for a second person."), at_once=True),
    "file": Verb(_("A file of yours was checked.")),
}
