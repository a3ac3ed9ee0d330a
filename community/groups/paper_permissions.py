"""Who may read and change the papers of groups: who is in the group, and in the label's audience.

Both must hold: a CLEAR paper is for the group alone as long as it is worked on, and a paper whose
label keeps a member from it is in no list and no count of hers.
"""

import uuid
from typing import Any

from django.db.models import QuerySet

from community.groups import permissions
from community.groups.models import Group, GroupMember
from community.groups.paper_models import Paper, PaperComment, PaperVersion
from portal.files.kinds import KINDS, Family
from portal.files.models import StoredFile
from portal.files.permissions import register_purpose
from portal.markings import audience
from portal.markings.audience import is_source
from portal.markings.labels import Label, label_of
from portal.markings.models import LoweringRequest
from portal.markings.services import may_confirm
from portal.shared.errors import NotAllowed

PURPOSE = "paper"
ACCEPTED = frozenset(
    name for name, kind in KINDS.items() if kind.family in {Family.PDF, Family.OOXML, Family.ODF}
)


def papers_visible_to(user: Any) -> QuerySet[Paper]:
    """Return the papers a person may read, in all her groups."""
    return audience.visible_to(user, Paper.objects.filter(group__in=permissions.inside(user)))


def papers_in(user: Any, group: Group) -> QuerySet[Paper]:
    """Return the papers of one group that a person may read."""
    return papers_visible_to(user).filter(group=group)


def may_read(user: Any, paper: Paper) -> bool:
    """Say whether a person may read a paper."""
    return permissions.is_inside(user, paper.group) and audience.may_read(user, paper)


def get_paper_for(user: Any, group_id: uuid.UUID, public_id: uuid.UUID) -> Paper:
    """Return a paper of a group. Raises NotAllowed, also for a paper of another group."""
    rows = papers_visible_to(user).select_related("group", "marked_by", "labelled_by")
    found = rows.filter(public_id=public_id, group__public_id=group_id).first()
    if found is None:
        raise NotAllowed
    return found


def get_version_for(
    user: Any, group_id: uuid.UUID, public_id: uuid.UUID, number: int
) -> PaperVersion:
    """Return a version of a paper, the paper with it. Raises NotAllowed, also if it is none."""
    paper = get_paper_for(user, group_id, public_id)
    rows = PaperVersion.objects.select_related("author", "file").filter(paper=paper)
    found = rows.filter(number=number).first()
    if found is None:
        raise NotAllowed
    found.paper = paper
    return found


def get_comment_for(
    user: Any, group_id: uuid.UUID, public_id: uuid.UUID, comment: uuid.UUID
) -> PaperComment:
    """Return a comment on a paper. Raises NotAllowed, also for one of another paper."""
    paper = get_paper_for(user, group_id, public_id)
    rows = PaperComment.objects.select_related("version", "author", "to")
    found = rows.filter(public_id=comment, version__paper=paper).first()
    if found is None:
        raise NotAllowed
    found.version.paper = paper
    return found


def may_settle(user: Any, paper: Paper) -> bool:
    """Say whether a reader of a paper may close it and mark comments as done: who began it, and
    the leaders of its group."""
    return paper.marked_by_id == user.pk or permissions.leads(user, paper.group)


def may_label(user: Any, paper: Paper) -> bool:
    """Say whether a reader of a paper may change its label at all: its source lowers and raises,
    the leaders of its group raise."""
    return is_source(user, paper) or permissions.leads(user, paper.group)


def get_labelled_for(user: Any, group_id: uuid.UUID, public_id: uuid.UUID) -> Paper:
    """Return a paper whose label she may change. Raises NotAllowed, also where there is none."""
    paper = get_paper_for(user, group_id, public_id)
    if not may_label(user, paper):
        raise NotAllowed
    return paper


def lowering_of(user: Any, paper: Paper) -> LoweringRequest | None:
    """Return the wish to lower a RED paper that a reader of it may confirm as the second person.

    Who wishes it must be in the group still.
    """
    if label_of(paper.label) != Label.RED:
        return None
    rows = LoweringRequest.objects.filter(**audience.key_of(paper), decided_at=None)
    asked = rows.select_related("asked_by").first()
    if asked is None or not may_confirm(user, paper, asked):
        return None
    return asked if is_there(paper, asked.asked_by) else None


def is_there(paper: Paper, person: Any) -> bool:
    """Say whether somebody is a member of the community and in the group of a paper today."""
    places = paper.group.members.filter(state=GroupMember.State.IN, person=person)
    return permissions.in_force(places).exists()


def get_lowering_for(
    user: Any, group_id: uuid.UUID, public_id: uuid.UUID
) -> tuple[Paper, LoweringRequest]:
    """Return a RED paper and the wish to lower it, for its second person. Raises NotAllowed."""
    paper = get_paper_for(user, group_id, public_id)
    asked = lowering_of(user, paper)
    if asked is None:
        raise NotAllowed
    return paper, asked


def may_name_readers(user: Any, paper: Paper) -> bool:
    """Say whether a reader of a paper is its source, who names further readers."""
    return is_source(user, paper)


def get_source_for(user: Any, group_id: uuid.UUID, public_id: uuid.UUID) -> Paper:
    """Return a paper whose readers she names. Raises NotAllowed, also for all but its source."""
    paper = get_paper_for(user, group_id, public_id)
    if not may_name_readers(user, paper):
        raise NotAllowed
    return paper


def version_of(stored: StoredFile) -> PaperVersion | None:
    """Return the version whose file this is."""
    rows = PaperVersion.objects.select_related("paper__group")
    return rows.filter(file=stored).first()


def _bearer(stored: StoredFile) -> Paper | None:
    version = version_of(stored)
    return version.paper if version else None


def _may_read_file(user: Any, stored: StoredFile) -> bool:
    version = version_of(stored)
    return version is not None and may_read(user, version.paper)


def register() -> None:
    """Make the purpose known; called when the site starts."""
    register_purpose(
        PURPOSE, may_read=_may_read_file, accepted=ACCEPTED, bearer=_bearer, outlives=True
    )
