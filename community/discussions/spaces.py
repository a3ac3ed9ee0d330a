"""Makes spaces, and says what they are called in the reader's language."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.discussions.kinds import SpaceKind
from community.discussions.models import Space
from community.discussions.reach import makes_spaces
from community.groups.models import Group
from community.library.vocabulary import TOPICS
from portal.audit.services import record
from portal.languages.table import BY_CODE, CODES
from portal.organisations import regions
from portal.roles.scope import covers
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.vetting.permissions import APPROVERS, grants_of


def name_of(space: Space) -> str:
    """Return what a space is called: in the reader's language, that of a group as it stands."""
    if space.group is not None:
        return space.group.name
    return name(space.kind, space.code)


def name(kind: str, code: str) -> str:
    """Return what a region, language or theme is called."""
    if kind == SpaceKind.REGION:
        return regions.name(code)
    if kind == SpaceKind.LANGUAGE:
        return BY_CODE[code].name if code in BY_CODE else code
    return str(TOPICS.get(code, code))


def codes(kind: str) -> list[str]:
    """Return what there can be a space for."""
    if kind == SpaceKind.REGION:
        return [*regions.GROUPS, *sorted(code for code in regions.tree() if code.isupper())]
    if kind == SpaceKind.LANGUAGE:
        return list(CODES)
    return list(TOPICS) if kind == SpaceKind.THEME else []


def choices_for(actor: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the spaces a person may make and nobody has made yet, by kind."""
    there = set(Space.objects.exclude(kind=SpaceKind.GROUP).values_list("kind", "code"))
    found = []
    for kind in (SpaceKind.REGION, SpaceKind.LANGUAGE, SpaceKind.THEME):
        rows = [
            (f"{kind}:{code}", name(kind, code))
            for code in codes(kind)
            if (kind, code) not in there and _may_make(actor, kind, code)
        ]
        found.append((str(kind.label), rows))
    return [group for group in found if group[1]]


def _may_make(actor: Any, kind: str, code: str) -> bool:
    """A focal point of a region makes spaces of places in it; languages and themes are anybody's
    who moderates at all."""
    grants = grants_of(actor, APPROVERS)
    return kind != SpaceKind.REGION or any(covers(grant, country=code) for grant in grants)


@transaction.atomic
def make(*, actor: Any, about: str) -> Space:
    """Make the space ``kind:code``. Raises NotAllowed, Invalid, Conflict where there is one."""
    if not makes_spaces(actor):
        raise NotAllowed
    kind, _colon, code = about.partition(":")
    if code not in codes(kind) or not _may_make(actor, kind, code):
        sentence = _("Choose what the space is about.")
        raise Invalid(sentence, {"about": sentence})
    space, made = _there(kind, code, actor)
    if not made:
        raise Conflict(_("There is such a space already."))
    record("discussion.space", actor=actor, thing=space, facts={"kind": kind})
    return space


def _there(
    kind: str, code: str, actor: Any = None, group: Group | None = None
) -> tuple[Space, bool]:
    moment = clock.now()
    start = {"created_by": actor, "created_at": moment, "last_at": moment, "group": group}
    return Space.objects.get_or_create(kind=kind, code=code, defaults=start)


def of_group(group: Group) -> Space:
    """Return the space of a group; it is made with the group."""
    return _there(SpaceKind.GROUP, str(group.public_id), group.created_by, group)[0]


@transaction.atomic
def begin() -> int:
    """Make the spaces every site starts with: regions of the programme, languages, themes, groups.

    Return how many were new. Twice makes nothing twice.
    """
    wanted = [(SpaceKind.REGION, code) for code in regions.GROUPS]
    wanted += [(SpaceKind.LANGUAGE, code) for code in CODES]
    wanted += [(SpaceKind.THEME, code) for code in TOPICS]
    made = sum(_there(kind, code)[1] for kind, code in wanted)
    before = Space.objects.filter(kind=SpaceKind.GROUP).count()
    for group in Group.objects.filter(space=None):
        of_group(group)
    return made + Space.objects.filter(kind=SpaceKind.GROUP).count() - before
