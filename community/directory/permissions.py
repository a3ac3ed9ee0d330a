"""Who finds whom in the directory, and which fields she sees: question and list are one rule.

An entry is found by whoever sees its name. It counts while its person is a member in force. "My
region" is the group of countries the organisation's country belongs to in the tree of places (the
country itself where it belongs to none); "my groups" are those both are in.
"""

import uuid
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.directory import rules
from community.directory.kinds import Sight
from community.directory.models import Profile
from community.groups.models import GroupMember
from portal.permissions import is_member, is_verified, membership_of
from portal.shared import clock
from portal.shared.errors import NotAllowed
from portal.vetting.models import Membership, Tier

IN = GroupMember.State.IN


def may_look(user: Any) -> bool:
    """Say whether the person may use the directory: members in a sign-in with second factor."""
    return is_member(user) and is_verified(user)


def listed() -> QuerySet[Profile]:
    """Return the entries of members in force that are switched on: to be narrowed, never shown."""
    return Profile.objects.filter(
        listed=True, person__is_active=True, person__hold="",
        person__membership__tier=Tier.MEMBER,
        person__membership__state=Membership.State.ACTIVE,
        person__membership__lapses_at__gt=clock.now(),
    )  # fmt: skip


def region_of(user: Any) -> str:
    """Return the code of a member's region; "" for whoever is none."""
    membership = membership_of(user)
    return rules.region_of(membership.organisation.country_id) if membership else ""


def _in_her_groups(user: Any, person: Any) -> Exists:
    hers = GroupMember.objects.filter(person=user, state=IN).values("group")
    return Exists(GroupMember.objects.filter(person=person, state=IN, group__in=hers))


def fellows_of(user: Any) -> QuerySet[Profile]:
    """Return the entries of people who are in a group with her, whatever they show."""
    hers = GroupMember.objects.filter(person=user, state=IN).values("group")
    people = GroupMember.objects.filter(group__in=hers, state=IN).values("person")
    return Profile.objects.filter(listed=True, person__in=people)


def visible(user: Any) -> QuerySet[Profile]:
    """Return the entries a person finds, her own not among them. ``fellow`` says whether a group
    is shared, for ``shown_to``."""
    if not may_look(user):
        return Profile.objects.none()
    countries = rules.countries_of(region_of(user))
    near = Q(person__membership__organisation__country__in=countries)
    rows = listed().exclude(person=user)
    rows = rows.annotate(fellow=_in_her_groups(user, OuterRef("person")))
    return rows.filter(
        Q(show_name=Sight.EVERYBODY)
        | (Q(show_name=Sight.REGION) & near)
        | Q(show_name=Sight.GROUPS, fellow=True)
    )


def get_profile_for(user: Any, public_id: uuid.UUID) -> Profile:
    """Return an entry the person finds, with what a page needs. Raises NotAllowed, also where there
    is none."""
    found = with_place(visible(user)).filter(public_id=public_id).first()
    if found is None:
        raise NotAllowed
    return found


def with_place(rows: QuerySet[Profile]) -> QuerySet[Profile]:
    """Return entries with person, membership, organisation and country."""
    return rows.select_related("person__membership__organisation__country")


def own_profile(user: Any) -> Profile | None:
    """Return the person's own entry, switched on or off. Raises NotAllowed for who is no member."""
    if not may_look(user):
        raise NotAllowed
    return with_place(Profile.objects.filter(person=user)).first()


def shown_to(user: Any, profile: Profile) -> frozenset[str]:
    """Return the fields of an entry of ``visible`` that she sees."""
    country = profile.person.membership.organisation.country_id
    near = rules.region_of(country) == region_of(user)
    return rules.shown(profile.sights, rules.Shared(region=near, groups=profile.fellow))  # type: ignore[attr-defined]  # annotated by visible
