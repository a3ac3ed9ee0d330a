"""Who may see and decide reports. Predicate and list agree; a property test holds it.

A report is a focal point's or administrator's in whose reach the reported person's organisation
lies (security.md 3.2). Never hers who reported or was reported, nor of a sealed message that of
anybody who is or was in that room: for them it does not exist.
"""

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.permissions import ONCE_INSIDE
from community.rooms.models import Report, RoomMembership
from portal.accounts.models import User
from portal.permissions import grants_in_force, is_member
from portal.roles.models import Role
from portal.roles.scope import covers
from portal.shared.errors import NotAllowed
from portal.vetting.models import Membership
from portal.vetting.permissions import (
    APPROVERS,
    any_of,
    can_manage_membership,
    grants_of,
    in_reach,
    people_who_count,
    reach,
)

State = Report.State
_PLACE = "reported__membership__organisation"


def is_moderator(user: Any) -> bool:
    """Say whether the person decides reports at all, wherever."""
    return is_member(user) and bool(grants_of(user, APPROVERS))


def reports_visible_to(user: Any) -> QuerySet[Report]:
    """Return the reports this person may read and decide."""
    grants = grants_of(user, APPROVERS)
    if not grants:
        return Report.objects.none()
    in_room = RoomMembership.objects.filter(room=OuterRef("room"), user=user, state__in=ONCE_INSIDE)
    reached = any_of([reach(row, f"{_PLACE}__country_id", _PLACE) for row in grants])
    own = Q(reporter__isnull=False, reporter=user) | Q(reported__isnull=False, reported=user)
    return Report.objects.filter(reached).exclude(own).exclude(Exists(in_room))


def can_decide(user: Any, report: Report) -> bool:
    """Say whether this person may read a report, and decide it while it is open."""
    country, organisation_id = place_of(report)
    if not in_reach(user, country=country, organisation_id=organisation_id):
        return False
    return user.pk not in _concerned(report)


def place_of(report: Report) -> tuple[str | None, int | None]:
    """Return country and organisation (id) of the reported person; None where she is gone."""
    rows = Membership.objects.filter(user=report.reported_id).select_related("organisation")
    membership = rows.first() if report.reported_id else None
    if membership is None:
        return None, None
    return membership.organisation.country_id, membership.organisation_id


def _concerned(report: Report) -> set[int | None]:
    """Return the people (ids) who may not decide: reporter, reported, everybody of the room."""
    own = {report.reporter_id, report.reported_id}
    if report.room_id is None:  # a post: whoever reads the space may decide about it
        return own
    rows = RoomMembership.objects.filter(room=report.room_id, state__in=ONCE_INSIDE)
    return own | set(rows.values_list("user_id", flat=True))


def get_report_for(user: Any, public_id: uuid.UUID) -> Report:
    """Return a report she may read. Raises NotAllowed, also if it does not exist."""
    rows = reports_visible_to(user).select_related(
        "room", "post__topic", "reporter", "reported", "decided_by"
    )
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotAllowed
    return found


def moderators_of(report: Report) -> list[User]:
    """Return who is told of a report: focal points in reach, administrators where there is none."""
    able = _able(report)
    focal = [user for user, role in able if role == Role.FOCAL_POINT]
    return list({user.pk: user for user in focal or [user for user, _ in able]}.values())


def _able(report: Report) -> list[tuple[User, str]]:
    country, organisation_id = place_of(report)
    concerned = _concerned(report)
    grants = grants_in_force().filter(people_who_count("user__"), role__in=APPROVERS)
    return [
        (grant.user, grant.role)
        for grant in grants.select_related("user").order_by("user_id")
        if grant.user_id not in concerned
        and covers(grant, country=country, organisation_id=organisation_id)
    ]


def can_suspend(user: Any, report: Report) -> bool:
    """Say whether vetting lets this person suspend the reported one's membership."""
    membership = Membership.objects.filter(user=report.reported_id).first()
    if report.reported_id is None or membership is None:
        return False
    open_states = (Membership.State.ACTIVE, Membership.State.LAPSED)
    return membership.state in open_states and can_manage_membership(user, membership)


def able_to_suspend(report: Report) -> list[User]:
    """Return the moderators of a report who could suspend: to whom others pass it on."""
    people = {user.pk: user for user, _ in _able(report)}
    return [user for user in people.values() if can_suspend(user, report)]
