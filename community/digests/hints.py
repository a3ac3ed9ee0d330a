"""Names that are known to the person who reads a draft, for the hints beside it.

Organisations are known to every member. Of people only those are looked for whom she knows of
already, because they are in a group or a sealed room with her: a hint must not tell who is a
member.
"""

from typing import Any

from community.digests import rules
from community.digests.models import Digest
from community.groups.models import GroupMember
from community.permissions import share_a_room
from portal.accounts.models import User
from portal.organisations.models import Organisation


def hints_for(user: Any, digest: Digest) -> list[rules.Hint]:
    """Return what may have been left in a digest, as this person can know it."""
    texts = {"title": digest.title, **digest.sections}
    return rules.leftovers(texts, [*_organisations(), *_people(user)])


def _organisations() -> list[str]:
    rows = Organisation.objects.filter(state=Organisation.State.ACTIVE)
    found = []
    for name, others in rows.values_list("name", "other_names"):
        found += [name, *(other for other in others if isinstance(other, str))]
    return found


def _people(user: Any) -> list[str]:
    groups = GroupMember.objects.filter(person=user, state=GroupMember.State.IN).values("group")
    fellows = GroupMember.objects.filter(group__in=groups, state=GroupMember.State.IN)
    keys = share_a_room([user.pk]) | set(fellows.values_list("person", flat=True))
    names = User.objects.filter(pk__in=keys).exclude(name="")
    return list(names.values_list("name", flat=True))
