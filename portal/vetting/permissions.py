"""Who may see, decide and manage in vetting. Predicate and list agree; a property test holds it."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from portal.accounts.models import Hold, User
from portal.organisations.models import Organisation
from portal.permissions import grants_in_force, roles_of
from portal.roles.models import Role, RoleGrant
from portal.roles.permissions import outranks, places_in
from portal.roles.scope import covers
from portal.shared import clock
from portal.shared.errors import NotAllowed
from portal.vetting.models import (
    Application,
    ApplicationStep,
    Invitation,
    Membership,
    Tier,
)

APPROVERS = (Role.FOCAL_POINT, Role.ADMINISTRATOR)
NOTHING = Q(pk__in=())
State = Application.State
Kind = ApplicationStep.Kind
# Whoever did one of these before an appeal took part in the decision that is appealed against.
DECISIONS = (Kind.PROPOSED, Kind.SENT_BACK, Kind.REFUSED, Kind.APPROVED)


def grants_of(user: Any, roles: tuple[str, ...]) -> list[RoleGrant]:
    """Return the person's roles in force of these kinds."""
    return [grant for grant in roles_of(user) if grant.role in roles]


def any_of(conditions: list[Q]) -> Q:
    """Join conditions by "or"; none at all is never true."""
    return reduce(or_, conditions, NOTHING)


def reach(grant: RoleGrant, country: str, organisation: str) -> Q:
    """Return ``portal.roles.scope.covers`` as a condition on the two columns named."""
    if grant.course or grant.language:
        return NOTHING  # a scope of courses or languages reaches no applications
    found = ~NOTHING
    if grant.region_id:
        found &= Q(**{f"{country}__in": places_in(grant.region_id)})
    if grant.organisation_id:
        found &= Q(**{organisation: grant.organisation_id})
    return found


def in_reach(
    user: Any,
    *,
    country: str | None,
    organisation_id: int | None,
    roles: tuple[str, ...] = APPROVERS,
) -> bool:
    """Say whether one of the person's roles reaches a place and organisation."""
    return any(
        covers(grant, country=country, organisation_id=organisation_id)
        for grant in grants_of(user, roles)
    )


# Applications


def _reaches(user: Any, application: Application, roles: tuple[str, ...] = APPROVERS) -> bool:
    return in_reach(
        user,
        country=application.country_id,
        organisation_id=application.organisation_id,
        roles=roles,
    )


def _reached_by(user: Any, roles: tuple[str, ...] = APPROVERS) -> Q:
    return any_of([reach(g, "country_id", "organisation_id") for g in grants_of(user, roles)])


def applications_visible_to(user: Any) -> QuerySet[Application]:
    """Return what was sent in the approver's region or organisation, without her own."""
    if not grants_of(user, APPROVERS):
        return Application.objects.none()
    sent = Application.objects.filter(submitted_at__isnull=False).exclude(state=State.DRAFT)
    return sent.filter(_reached_by(user)).exclude(applicant=user)


def can_see(user: Any, application: Application) -> bool:
    """Say whether an approver may read an application; her own she reads as its applicant."""
    return (
        application.submitted_at is not None
        and application.state != State.DRAFT
        and application.applicant_id != user.pk
        and _reaches(user, application)
    )


def get_application_for(user: Any, number: str) -> Application:
    """Return an application an approver may see. Raises NotAllowed."""
    found = (
        applications_visible_to(user)
        .select_related("applicant", "sponsor", "country", "organisation__country", "proposed_by")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise NotAllowed
    return found


def _before_an_appeal(application: Any) -> QuerySet[ApplicationStep]:
    """Return the decisions on an application (or outer reference) that were appealed against."""
    appeal = ApplicationStep.objects.filter(
        application=OuterRef("application"), kind=Kind.APPEALED, id__gt=OuterRef("id")
    )
    return ApplicationStep.objects.filter(
        Exists(appeal), application=application, kind__in=DECISIONS
    )


def _invited(applicant: Any, by: Any) -> QuerySet[Invitation]:
    """Return the accepted invitations by which somebody asked this applicant to apply."""
    return Invitation.objects.filter(
        accepted_by=applicant, batch__created_by=by, batch__tier=Tier.MEMBER
    )


def barred(user: Any, application: Application) -> str:
    """Return why this approver may not decide here: own, sponsor or appeal; "" if she may."""
    if application.applicant_id == user.pk:
        return "own"
    if application.sponsor_id == user.pk or _invited(application.applicant_id, user).exists():
        return "sponsor"
    if application.appeals and _before_an_appeal(application).filter(actor=user).exists():
        return "appeal"
    return ""


def people_who_count(prefix: str) -> Q:
    """Return the condition that a role counts today: its holder is a member who may sign in."""
    return Q(
        **{
            f"{prefix}is_active": True,
            f"{prefix}hold": Hold.NONE,
            f"{prefix}membership__state": Membership.State.ACTIVE,
            f"{prefix}membership__tier": Tier.MEMBER,
            f"{prefix}membership__lapses_at__gt": clock.now(),
        }
    )


def approvers_for(application: Application, *roles: str) -> list[User]:
    """Return the people of these roles who may decide on an application: in reach, not barred."""
    grants = (
        grants_in_force()
        .filter(people_who_count("user__"), role__in=roles)
        .select_related("user")
        .order_by("user_id")
    )
    found = {
        grant.user_id: grant.user
        for grant in grants
        if covers(
            grant, country=application.country_id, organisation_id=application.organisation_id
        )
    }
    return [user for user in found.values() if not barred(user, application)]


def _has_focal_point() -> Exists:
    """The same question as ``approvers_for(…, FOCAL_POINT)``, inside a query for applications."""
    took_part = _before_an_appeal(OuterRef(OuterRef("pk"))).filter(actor=OuterRef("user"))
    return Exists(
        grants_in_force().filter(
            people_who_count("user__"),
            Q(region=None) | Q(region=OuterRef("country")) | Q(region=OuterRef("country__parent")),
            Q(organisation=None) | Q(organisation=OuterRef("organisation")),
            ~Q(user=OuterRef("applicant")),
            ~Q(user=Coalesce(OuterRef("sponsor"), 0)),
            ~Exists(_invited(OuterRef(OuterRef("applicant")), OuterRef("user"))),
            ~Exists(took_part),
            role=Role.FOCAL_POINT,
            course=None,
            language="",
        )
    )


def can_propose(user: Any, application: Application) -> bool:
    """Say whether the first decision is this person's.

    It is a focal point's; an administrator's only where no focal point may decide.
    """
    if application.state != State.REVIEW or not can_see(user, application):
        return False
    if barred(user, application):
        return False
    if _reaches(user, application, (Role.FOCAL_POINT,)):
        return True
    return _reaches(user, application, (Role.ADMINISTRATOR,)) and not approvers_for(
        application, Role.FOCAL_POINT
    )


def can_confirm(user: Any, application: Application) -> bool:
    """Say whether this person may give the second decision: never the one who gave the first."""
    return (
        application.state == State.CONFIRMATION
        and can_see(user, application)
        and application.proposed_by_id != user.pk
        and not barred(user, application)
    )


def applications_awaiting(user: Any) -> QuerySet[Application]:
    """Return the applications this person can decide on now (``can_propose or can_confirm``)."""
    administers = _reached_by(user, (Role.ADMINISTRATOR,)) & ~Q(_has_focal_point())
    first = Q(state=State.REVIEW) & (_reached_by(user, (Role.FOCAL_POINT,)) | administers)
    second = Q(state=State.CONFIRMATION) & ~Q(proposed_by=user)
    return (
        applications_visible_to(user)
        .exclude(sponsor=user)
        .exclude(Exists(_invited(OuterRef("applicant"), user)))
        .exclude(Exists(_before_an_appeal(OuterRef("pk")).filter(actor=user)))
        .filter(first | second)
    )


# Memberships


def can_manage_membership(user: Any, membership: Membership) -> bool:
    """Say whether an approver may suspend, restore or end a membership; never her own.

    An administrator's membership is an administrator's to decide about.
    """
    if membership.user_id == user.pk:
        return False
    administers = grants_in_force().filter(user=membership.user_id, role=Role.ADMINISTRATOR)
    roles = (Role.ADMINISTRATOR,) if administers.exists() else APPROVERS
    place = Organisation.objects.filter(pk=membership.organisation_id).values_list("country_id")
    reached = in_reach(
        user, country=place[0][0], organisation_id=membership.organisation_id, roles=roles
    )
    return reached and outranks(user, membership.user_id)
