"""Changes the label of a paper by the rules of ``portal.markings``; versions and comments follow.

The source lowers it, with a reason and a fresh second factor; from RED a second person of the
source who reads the paper confirms (security.md 4.2). Leaders of the group may raise it.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.groups.commenting import tell
from community.groups.paper_models import Paper
from community.groups.paper_permissions import is_there, lowering_of, may_label
from community.groups.papers import held
from portal.files.models import StoredFile
from portal.markings.audience import is_source, readers_of
from portal.markings.labels import Label, is_lower, label_of
from portal.markings.models import LoweringRequest
from portal.markings.services import decide_lowering, lower_label, set_label
from portal.permissions import forget
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.shared.text import plain


def choices_for(user: Any, paper: Paper) -> list[Label]:
    """Return the labels a person may give to a paper whose label she may change."""
    present = label_of(paper.label)
    lowers = is_source(user, paper) and paper.group.closed_at is None
    able = [row for row in Label if row != present and (lowers or not is_lower(row, present))]
    return [row for row in able if row != Label.RED or _may_be_red(paper)]


def _may_be_red(paper: Paper) -> bool:
    """RED is read by its source and whom she names: without her it would be out of all reach."""
    return paper.marked_by is not None and is_there(paper, paper.marked_by)


@transaction.atomic
def relabel(*, actor: Any, paper: Paper, label: str, seen: str, reason: str = "") -> None:
    """Raise a label, or lower it as the source; ``seen`` is the one the form was made from.

    RED stays until a second person confirms. Raises NotAllowed, step_up.Needed, Invalid (no such
    label, no reason), Conflict (changed meanwhile, asked already, the group is closed).
    """
    forget(actor)
    now = held(actor, paper, may_be_agreed=True, may_be_closed=True)
    if not may_label(actor, now):
        raise NotAllowed
    old = label_of(now.label)
    if seen != old:
        raise Conflict(_("The label was changed meanwhile."))
    if label not in set(Label) or label == old:
        raise Invalid(fields={"label": _("Choose a label.")})
    if label == Label.RED and not _may_be_red(now):
        sentence = _(
            "Who began this paper is not in the group any more. Under TLP:RED nobody could read it."
        )
        raise Invalid(fields={"label": sentence})
    if not is_lower(label, old):
        _follow(set_label(actor=actor, thing=now, label=label), actor)
        return
    if now.group.closed_at is not None:
        raise Conflict(_("This group is closed. Nothing can be added to it."))
    found = lower_label(actor=actor, thing=now, label=label, reason=reason)
    if isinstance(found, LoweringRequest):
        _tell_seconds(now, found)
    else:
        _follow(now, actor, " ".join(plain(reason).split()))


def _follow(paper: Paper, by: Any, why: str = "") -> None:
    """Note who changed the label, and have the files of all versions bear it."""
    paper.save(update_fields=paper.note_label(by, why))
    label = Paper.objects.values_list("label", flat=True).get(pk=paper.pk)
    files = paper.versions.exclude(file=None).values("file")
    StoredFile.objects.filter(pk__in=files).update(label=label)


def _tell_seconds(paper: Paper, asked: LoweringRequest) -> None:
    """Tell those who may confirm. The notice names the group alone."""
    named = [row.person for row in readers_of(paper).exclude(person=None).select_related("person")]
    for person in named:
        forget(person)
    tell(paper, {person for person in named if lowering_of(person, paper) is not None})


@transaction.atomic
def decide(*, actor: Any, paper: Paper, asked: LoweringRequest, granted: bool) -> None:
    """Confirm or refuse the lowering of a RED paper as the second person.

    Raises NotAllowed, step_up.Needed, and Conflict where it was decided or changed meanwhile, or
    the group is closed.
    """
    forget(actor)
    now = held(actor, paper, may_be_agreed=True)
    if granted and not is_there(now, asked.asked_by):
        raise Conflict(_("Who asked for this is not in the group any more."))
    decide_lowering(actor=actor, asked=asked, thing=now, granted=granted)
    if granted:
        _follow(now, asked.asked_by, asked.reason)
    tell(now, {asked.asked_by})
