"""Who else may read a paper under AMBER or RED: named by its source, out of the group."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from community.groups import permissions
from community.groups.models import GroupMember
from community.groups.paper_models import Paper
from community.groups.paper_permissions import may_name_readers
from portal.markings import services as markings
from portal.markings.audience import readers_of
from portal.markings.labels import Label, label_of
from portal.shared.errors import Conflict, NotAllowed

NAMED = (Label.AMBER, Label.RED)  # labels that know readers by name


def knows_readers(paper: Paper) -> bool:
    """Say whether the paper's label can be widened by naming people."""
    return label_of(paper.label) in NAMED


def to_name(user: Any, paper: Paper) -> list[tuple[GroupMember, bool]]:
    """Return the others in the group, each with whether the source has named her."""
    if not may_name_readers(user, paper) or not knows_readers(paper):
        return []
    named = set(readers_of(paper).values_list("person_id", flat=True))
    rows = permissions.members_of(user, paper.group).exclude(person=user)
    rows = rows.select_related("person__membership__organisation__country")
    return [(row, row.person_id in named) for row in rows.order_by("person__name", "pk")]


@transaction.atomic
def choose(*, actor: Any, paper: Paper, people: list[UUID]) -> None:
    """Name exactly these people of the group as readers. Raises NotAllowed for others than the
    source, Conflict where the label knows no readers by name, step_up.Needed for RED."""
    if not may_name_readers(actor, paper):
        raise NotAllowed
    if not knows_readers(paper):
        raise Conflict(_("This label cannot be widened by naming readers."))
    wanted = set(people)
    for row, is_named in to_name(actor, paper):
        wants = row.person.public_id in wanted
        if wants and not is_named:
            markings.give(actor=actor, thing=paper, person=row.person)
        elif is_named and not wants:
            reader = readers_of(paper).get(person=row.person)
            markings.take_back(actor=actor, thing=paper, reader=reader)
