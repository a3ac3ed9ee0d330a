"""What must hold before a role is granted. Each check raises Invalid with a sentence to show."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.organisations.models import Organisation, Region
from portal.permissions import is_member
from portal.roles.courses_port import book
from portal.roles.models import Role, RoleGrant
from portal.roles.scope import PARTS, Scope, within
from portal.shared import clock
from portal.shared.errors import Invalid, NotAllowed
from portal.shared.text import plain

SHORTEST_REASON = 10  # characters
LONGEST_REASON = 1000
LONGEST_ADMINISTRATOR = 731  # days: two years
PROPOSAL_DAYS = 30  # a proposal nobody confirmed in this time is no longer one

# Which parts of a scope a role has.
FIELDS: dict[str, tuple[str, ...]] = {
    Role.TRAINER: ("course", "language"),
    Role.REVIEWER: ("course", "language"),
    Role.TRANSLATOR: ("course", "language"),
    Role.FOCAL_POINT: ("region_id", "organisation_id"),
    Role.ADMINISTRATOR: ("region_id", "organisation_id"),
}


def is_over(row: RoleGrant) -> bool:
    old = clock.now() - timedelta(days=PROPOSAL_DAYS)
    return (row.ends_on is not None and row.ends_on < clock.now().date()) or (
        row.confirmed_at is None and row.granted_at < old
    )


def checked_scope(role: str, scope: Scope) -> Scope:
    """Return the scope with the country of its organisation; refuse parts the role has not.

    The country makes "within" decidable: an organisation lies in its country.
    """
    if any(getattr(scope, part) for part in PARTS if part not in FIELDS[role]):
        raise NotAllowed  # no form offers it
    if scope.course and scope.course not in dict(book().choices()):
        raise Invalid(fields={"course": _("Choose a course from the list.")})
    if scope.region_id and not Region.objects.filter(pk=scope.region_id).exists():
        raise Invalid(fields={"region": _("Choose a region from the list.")})
    if not scope.organisation_id:
        return scope
    country = (
        Organisation.objects.filter(pk=scope.organisation_id, state=Organisation.State.ACTIVE)
        .values_list("country_id", flat=True)
        .first()
    )
    if country is None:
        raise Invalid(fields={"organisation": _("Choose an organisation from the list.")})
    if scope.region_id and not within(Scope(country), Scope(scope.region_id)):
        raise Invalid(
            fields={"organisation": _("This organisation does not lie in the region chosen.")}
        )
    return Scope(country, scope.organisation_id)


def check_person(actor: User, user: User) -> None:
    if actor.pk == user.pk:
        raise Invalid(_("You cannot grant a role to yourself. Ask another administrator."))
    if not is_member(user):
        raise Invalid(_("This person is not a member at present. Only members can hold a role."))


def checked_reason(reason: str) -> str:
    text = plain(reason).strip()
    if len(text) < SHORTEST_REASON:
        raise Invalid(fields={"reason": _("Give the reason in at least 10 characters.")})
    return text[:LONGEST_REASON]


def check_end(role: str, ends_on: date | None) -> None:
    today = clock.now().date()
    if ends_on is None:
        return
    if ends_on <= today:
        raise Invalid(fields={"ends_on": _("The last day must lie in the future.")})
    if role == Role.ADMINISTRATOR and ends_on > today + timedelta(days=LONGEST_ADMINISTRATOR):
        raise Invalid(fields={"ends_on": _("An administrator is appointed for two years at most.")})


def check_not_twice(made: RoleGrant) -> None:
    """Refuse a second row of the same role and scope: a doubled click, or two people at once."""
    same = RoleGrant.objects.filter(
        user=made.user, role=made.role, ended_at=None,
        **{part: getattr(made, part) for part in PARTS},
    )  # fmt: skip
    if any(not is_over(row) for row in same):
        raise Invalid(_("This person has this role with this scope already, or it waits."))
