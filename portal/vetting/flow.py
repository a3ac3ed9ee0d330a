"""The questions of an application: their order, who is asked which, and what is still missing.

Pure functions over an application's fields. Views ask where to go, services ask whether a step
may be answered now; a step out of order is refused by both (ASVS 2.3.1).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.organisations.models import Unit
from portal.vetting import terms
from portal.vetting.models import Tier

NONE_OF_THESE = "none"
WORK_CHOICES = [*Unit.choices, (NONE_OF_THESE, _("None of these"))]
# Groups that come for public courses and publications (brief, section 3, last row).
PUBLIC_ONLY = frozenset({Unit.CIVIL.value, NONE_OF_THESE})
CHECK = "check"
LETTERS_AT_MOST = 3
FILES_AT_MOST = 9  # of one application, those sent with later answers counted


def tier_for(work: str) -> str:
    """Return what a person with this work can become: member, courier, or "" (public courses).

    Raises ValueError for a work that is not in ``WORK_CHOICES``.
    """
    if work in PUBLIC_ONLY:
        return ""
    return Tier.COURIER if Unit(work) == Unit.COURIER else Tier.MEMBER


@dataclass(frozen=True)
class Step:
    """One page of the journey. ``title`` stands in lists, ``question`` is the page's heading."""

    key: str
    title: str | Promise
    question: str | Promise
    done: Callable[[Any], bool]
    optional: bool = False
    tiers: tuple[str, ...] = (Tier.MEMBER, Tier.COURIER)


def _terms_accepted(application: Any) -> bool:
    return bool(application.terms_version == terms.CURRENT and application.terms_accepted_at)


STEPS: tuple[Step, ...] = (
    Step("work", _("Your work"), _("Which work do you do?"), lambda a: bool(a.eligible_as)),
    Step("name", _("Your name"), _("What is your name?"), lambda a: bool(a.name)),
    Step(
        "country",
        _("Your country"),
        _("In which country do you work?"),
        lambda a: a.country_id is not None,
    ),
    Step(
        "organisation",
        _("Your organisation"),
        _("Which organisation do you work for?"),
        lambda a: a.organisation_id is not None,
    ),
    Step(
        "post",
        _("Your post"),
        _("What is your post, and what do you do?"),
        lambda a: bool(a.post and a.work),
    ),
    Step(
        "sponsor",
        _("Your sponsor"),
        _("Which member knows you?"),
        lambda a: bool(a.sponsor_email),
        tiers=(Tier.MEMBER,),
    ),
    Step(
        "letter",
        _("Letter of nomination"),
        _("Do you have a letter of nomination?"),
        lambda a: True,
        optional=True,
    ),
    Step("terms", _("Terms"), _("Do you accept the terms?"), _terms_accepted),
)
KEYS = tuple(step.key for step in STEPS)


def steps_of(application: Any) -> list[Step]:
    """Return the steps this application has, in order."""
    return [step for step in STEPS if application.tier in step.tiers]


def step_of(application: Any, key: str) -> Step | None:
    """Return the step of that key, or None if this application does not have it."""
    return next((step for step in steps_of(application) if step.key == key), None)


def first_missing(application: Any) -> Step | None:
    """Return the first step without an answer; None when all is ready to be sent."""
    return next((step for step in steps_of(application) if not step.done(application)), None)


def missing_before(application: Any, key: str) -> Step | None:
    """Return the step to answer before this one may be opened, or None."""
    for step in steps_of(application):
        if step.key == key:
            return None
        if not step.done(application):
            return step
    return first_missing(application)


def following(application: Any, key: str) -> str:
    """Return the key of the page after this one: what is left, else the check-answers page.

    A page that may be left empty is shown once on the way, not again after a change.
    """
    steps = steps_of(application)
    if first_missing(application) is None:
        return CHECK
    after = [step.key for step in steps].index(key) + 1
    for step in steps[after:]:
        if step.optional or not step.done(application):
            return step.key
    return first_missing(application).key  # type: ignore[union-attr]


def previous(application: Any, key: str) -> str:
    """Return the key of the page before this one, "" before the first; check when all is ready."""
    if first_missing(application) is None and key != CHECK:
        return CHECK
    keys = [step.key for step in steps_of(application)]
    at = len(keys) if key == CHECK else keys.index(key)
    return keys[at - 1] if at else ""
