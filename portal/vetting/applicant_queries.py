"""Reads applications for those who write them and for those who vouch: own and asked ones only."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.files.models import StoredFile
from portal.organisations.models import Organisation, Unit
from portal.organisations.queries import to_pick_from
from portal.permissions import is_member, is_verified
from portal.shared.errors import NotAllowed
from portal.shared.text import fold
from portal.vetting import flow, rules
from portal.vetting.models import Application, ApplicationStep, Tier

Kind = ApplicationStep.Kind
ANSWERS = (Kind.SPONSOR_CONFIRMED, Kind.SPONSOR_DECLINED)
LISTED = 40  # organisations shown at once; the rest is found by searching
# What happens between the approvers alone is not shown to the applicant.
HIDDEN = (Kind.PROPOSED, Kind.SENT_BACK, Kind.REMINDED)


def newest(user: Any) -> Application | None:
    """Return the person's latest application, whatever became of it."""
    return (
        Application.objects.filter(applicant=user)
        .select_related("applicant", "country", "organisation")
        .order_by("-created_at", "-pk")
        .first()
    )


def open_application(user: Any) -> Application | None:
    """Return the one that is not decided, withdrawn or expired."""
    found = newest(user)
    return found if found is not None and found.state in rules.OPEN else None


def draft_of(user: Any) -> Application | None:
    """Return the one that is being written."""
    found = newest(user)
    return found if found is not None and found.state == Application.State.DRAFT else None


def organisations_for(application: Application) -> QuerySet[Organisation]:
    """Return what the applicant may pick: her country's, of her tier, and what she proposed."""
    country = application.country_id or ""
    own = Organisation.objects.filter(
        country_id=country,
        state=Organisation.State.PROPOSED,
        proposed_by_id=application.applicant_id,
    )
    known = Q(pk__in=to_pick_from(country).values("pk")) | Q(pk__in=own.values("pk"))
    rows = Organisation.objects.filter(known).order_by("name")
    if application.tier == Tier.COURIER:
        return rows.filter(unit=Unit.COURIER)
    return rows.exclude(unit=Unit.COURIER)


def search(rows: QuerySet[Organisation], query: str) -> list[Organisation]:
    """Return those in whose names every word of the query stands, whatever case and accents."""
    wanted = fold(query).split()
    return [
        row
        for row in rows
        if all(word in fold(" ".join([row.name, *row.other_names])) for word in wanted)
    ]


def files_of(application: Application) -> QuerySet[StoredFile]:
    """Return the files she sent with it, the oldest first."""
    return StoredFile.objects.filter(
        purpose="application", about=application.number, owner_id=application.applicant_id
    ).order_by("pk")


def history_of(application: Application) -> list[ApplicationStep]:
    """Return what happened, as far as the applicant may know; texts only where she may read."""
    return list(application.steps.exclude(kind__in=HIDDEN))


def said_to(application: Application, kind: str) -> str:
    """Return what the approvers wrote to her last in a step of this kind, "" if nothing."""
    found = application.steps.filter(kind=kind, for_applicant=True).last()
    return found.text if found is not None else ""


@dataclass(frozen=True)
class Answer:
    """One row of the check-answers list; ``key`` is the step that changes it, or ""."""

    key: str
    label: str | Promise
    values: tuple[str, ...]


def answers_of(application: Application) -> list[Answer]:
    """Return everything she answered, in the order of the pages."""
    row = application
    work = str(dict(flow.WORK_CHOICES).get(row.eligible_as, ""))
    rows = [
        Answer("work", _("Your work"), (work,)),
        Answer("name", _("Name"), (row.name,)),
        Answer("country", _("Country"), (str(row.country or ""),)),
        Answer("organisation", _("Organisation"), (str(row.organisation or ""),)),
        Answer("post", _("Post"), (row.post,)),
        Answer("post", _("What you do"), (row.work,)),
    ]
    if row.tier == Tier.MEMBER:
        rows.append(Answer("sponsor", _("Your sponsor’s e-mail address"), (row.sponsor_email,)))
    names = tuple(files_of(row).values_list("name", flat=True))
    return [
        *rows,
        Answer("letter", _("Letter of nomination"), names),
        Answer("", _("Your e-mail address"), (row.applicant.email,)),
    ]


# The sponsor's side


def may_sponsor(user: User) -> bool:
    """Say whether the person can see requests at all: a member, signed in with both factors."""
    return is_verified(user) and is_member(user)


def requests_to(user: User) -> QuerySet[Application]:
    """Return the applications that wait for this member's word."""
    return (
        Application.objects.filter(sponsor=user, state=Application.State.SPONSOR)
        .exclude(applicant=user)
        .select_related("country", "organisation")
        .order_by("state_since")
    )


def answered_by(user: User) -> QuerySet[ApplicationStep]:
    """Return what this member answered, the newest first."""
    return (
        ApplicationStep.objects.filter(actor=user, kind__in=ANSWERS)
        .select_related("application")
        .order_by("-at")
    )


def request_for(user: User, number: str) -> Application:
    """Return the application this member is asked about now. Raises NotAllowed for any other."""
    if not may_sponsor(user):
        raise NotAllowed
    found = requests_to(user).filter(number=number).first()
    if found is None:
        raise NotAllowed
    return found
