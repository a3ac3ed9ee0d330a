"""What can be decided about a report, and how long a copy is kept. Pure."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

NO_BREACH, WARN, SUSPEND, PASS = "none", "warned", "suspended", "passed"
LONGEST_NOTE = 2_000  # characters
COPIES_KEPT = timedelta(days=90)  # after the decision
# Why a post of a discussion is reported.
WHYS = (
    ("person", _("It names a person or leads to one")),
    ("label", _("It says more than its label allows")),
    ("weapon", _("It tells how to make, convert, hide or buy a weapon")),
    ("conduct", _("It insults or threatens somebody")),
    ("other", _("Something else")),
)
