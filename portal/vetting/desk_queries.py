"""What the approvers' pages show: the queue with its counts, one case, open identity checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.files.models import StoredFile
from portal.organisations.models import Region
from portal.shared import clock
from portal.vetting import deadlines
from portal.vetting.applicant_queries import files_of
from portal.vetting.identity_permissions import identity_checks_visible_to
from portal.vetting.models import Application, ApplicationStep, IdentityCheck, Membership
from portal.vetting.permissions import (
    applications_awaiting,
    applications_visible_to,
    barred,
    can_confirm,
    can_propose,
)

PAGE = 25
State = Application.State
MINE, OPEN = "mine", ""
OPEN_STATES = (State.SPONSOR, State.REVIEW, State.INFORMATION, State.CONFIRMATION)
LISTED = (*OPEN_STATES, State.APPROVED, State.REFUSED, State.WITHDRAWN, State.EXPIRED)
WHO_ACTS: Mapping[str, str | Promise] = {
    State.SPONSOR: _("The sponsor has to answer"),
    State.REVIEW: _("A first approver has to decide"),
    State.INFORMATION: _("The applicant has to answer"),
    State.CONFIRMATION: _("A second approver has to decide"),
}


@dataclass(frozen=True)
class Row:
    """One application in the list."""

    application: Application
    mine: bool
    days: int
    overdue: bool
    who: str | Promise


@dataclass(frozen=True)
class Choice:
    """One filter of the list, with the number of applications behind it."""

    name: str | Promise
    count: int
    query: str
    current: bool


@dataclass(frozen=True)
class Queue:
    """A page of the list."""

    rows: list[Row]
    states: list[Choice]
    countries: list[tuple[str, str]]
    state: str
    country: str
    next_query: str  # "" on the last page


def is_overdue(application: Application, moment: datetime) -> bool:
    """Say whether whoever has to act should have acted by now."""
    due = deadlines.remind_at(application.state, application.state_since)
    return due is not None and due < moment


def _row(application: Application, mine: set[int], moment: datetime) -> Row:
    return Row(
        application=application,
        mine=application.pk in mine,
        days=max(0, (moment - application.state_since).days),
        overdue=is_overdue(application, moment),
        who=WHO_ACTS.get(application.state, ""),
    )


def _in_state(user: Any, rows: QuerySet[Application], state: str) -> QuerySet[Application]:
    if state == MINE:
        return rows.filter(pk__in=applications_awaiting(user).values("pk"))
    if state == OPEN:
        return rows.filter(state__in=OPEN_STATES)
    return rows.filter(state=state)


def _after(rows: QuerySet[Application], after: str) -> QuerySet[Application]:
    """Go on behind the row with this key; a key that is none begins at the start."""
    if not (after.isascii() and after.isdecimal() and len(after) < 16):
        return rows
    last = Application.objects.filter(pk=int(after)).values_list("submitted_at", flat=True).first()
    if last is None:
        return rows
    return rows.filter(Q(submitted_at__gt=last) | Q(submitted_at=last, pk__gt=int(after)))


def _choices(user: Any, rows: QuerySet[Application], state: str, country: str) -> list[Choice]:
    counted = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    mine = _in_state(user, rows, MINE).count()
    found: list[tuple[str, str | Promise, int]] = [
        (OPEN, _("All open"), sum(counted.get(one, 0) for one in OPEN_STATES)),
        (MINE, _("Waiting for me"), mine),
        *((one.value, one.label, counted.get(one, 0)) for one in LISTED),
    ]
    return [
        Choice(name, count, _query(state=key, country=country), key == state)
        for key, name, count in found
        if count or key in (OPEN, MINE, state)
    ]


def _query(**parts: str) -> str:
    return urlencode({name: value for name, value in parts.items() if value})


def queue(user: Any, *, state: str = "", country: str = "", after: str = "") -> Queue:
    """Return one page of the applications an approver may see, the oldest first.

    Unknown values of the filters count as none. At most ``PAGE`` rows; the key of the next page is
    the last row's.
    """
    visible = applications_visible_to(user)
    codes = visible.order_by().values_list("country", flat=True).distinct()
    places = {row.pk: str(row) for row in Region.objects.filter(pk__in=codes)}
    state = state if state == MINE or state in LISTED else OPEN
    country = country if country in places else ""
    rows = visible.filter(country=country) if country else visible
    listed = _after(_in_state(user, rows, state), after)
    listed = listed.select_related("applicant", "country", "organisation")
    page = list(listed.order_by("submitted_at", "pk")[: PAGE + 1])
    more, page = len(page) > PAGE, page[:PAGE]
    ids = [row.pk for row in page]
    mine = set(applications_awaiting(user).filter(pk__in=ids).values_list("pk", flat=True))
    moment = clock.now()
    return Queue(
        rows=[_row(row, mine, moment) for row in page],
        states=_choices(user, rows, state, country),
        countries=sorted(places.items(), key=lambda pair: pair[1]),
        state=state,
        country=country,
        next_query=_query(state=state, country=country, after=str(page[-1].pk)) if more else "",
    )


def open_identity_checks(user: Any) -> list[IdentityCheck]:
    """Return the open checks in the approver's reach, the oldest first; at most ``PAGE``."""
    return list(
        identity_checks_visible_to(user)
        .filter(
            state__in=(IdentityCheck.State.ASKED, IdentityCheck.State.PROPOSED),
            expires_at__gt=clock.now(),
        )
        .select_related("user__membership__organisation")
        .order_by("asked_at", "pk")[:PAGE]
    )


def case(user: Any, application: Application) -> dict[str, Any]:
    """Return what the page of one application shows."""
    steps = list(application.steps.select_related("actor"))
    stage = "first" if can_propose(user, application) else ""
    if can_confirm(user, application):
        stage = "second"
    proposed = [step for step in steps if step.kind == ApplicationStep.Kind.PROPOSED]
    return {
        "application": application,
        "steps": steps,
        "stage": stage,
        "barred": barred(user, application),
        "decided_first": application.proposed_by_id == user.pk,
        "proposal": proposed[-1] if application.proposal and proposed else None,
        "words_of_sponsor": [
            step for step in steps if step.kind == ApplicationStep.Kind.SPONSOR_CONFIRMED
        ],
        "who": WHO_ACTS.get(application.state, ""),
        "overdue": is_overdue(application, clock.now()),
        "files": files(application),
        "membership": Membership.objects.select_related("organisation")
        .filter(user=application.applicant_id)
        .first(),
        "earlier": applications_visible_to(user)
        .filter(applicant=application.applicant_id)
        .exclude(pk=application.pk)
        .order_by("-submitted_at")[:PAGE],
    }


def files(application: Application) -> list[StoredFile]:
    """Return the files an applicant sent with her application."""
    return list(files_of(application).exclude(state=StoredFile.State.REFUSED))
