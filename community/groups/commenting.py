"""Comments on versions of papers: said, answered, marked as done."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.groups import permissions
from community.groups.paper_models import Paper, PaperComment, PaperVersion
from community.groups.paper_permissions import may_settle
from community.groups.papers import held
from community.groups.places import count
from community.groups.rules import LONGEST_COMMENT
from community.relabelled import check_seen
from portal.markings.audience import in_audience
from portal.notifications.services import notify
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.shared.written import paragraphs

VERB = "group-paper"


def say(*, actor: Any, version: PaperVersion, text: str, seen_label: str = "") -> PaperComment:
    """Comment on a version. Raises NotAllowed, Invalid (nothing said, too long), TooMany, Conflict
    (the paper or its group is closed, its label was lowered since ``seen_label``)."""
    paper = version.paper
    return _said(actor, version, text, None, {paper.marked_by, version.author}, seen_label)


def answer(*, actor: Any, comment: PaperComment, text: str, seen_label: str = "") -> PaperComment:
    """Answer a comment; an answer to an answer stands below the same comment. Raises like
    ``say``."""
    first = comment.to or comment
    return _said(actor, comment.version, text, first, {comment.author, first.author}, seen_label)


def _said(
    actor: Any, version: PaperVersion, text: str, to: PaperComment | None, told: set[Any],
    seen_label: str,
) -> PaperComment:  # fmt: skip
    words = paragraphs(text, field="text", most=LONGEST_COMMENT, missing=_("Write your comment."))
    count(actor, "paper-comments")
    with transaction.atomic():
        paper = held(actor, version.paper)
        check_seen(paper.label, seen_label)
        said = PaperComment.objects.filter(version__paper=paper)
        if said.count() >= ratelimit.get("paper-comments-held").amount:
            raise Invalid(_("This paper has the largest number of comments."))
        row = PaperComment.objects.create(
            version=version, to=to, author=actor, text=words, at=clock.now()
        )
        tell(paper, {person for person in told if person is not None and person != actor})
    return row


def tell(paper: Paper, people: set[Any]) -> None:
    """Tell people who are in the group and may read the paper. A notice names the group alone."""
    rows = permissions.in_force(paper.group.members.filter(state="in", person__in=people))
    for row in rows.select_related("person").order_by("person"):
        if in_audience(row.person, paper):
            notify(row.person, VERB, place="community_group_papers", key=str(paper.group.public_id))


@transaction.atomic
def settle(*, actor: Any, comment: PaperComment, done: bool) -> None:
    """Mark a comment as done, or as open again: for who began the paper, and leaders. Raises
    NotAllowed, Conflict (the paper or its group is closed; an answer has no such mark)."""
    paper = held(actor, comment.version.paper)
    if not may_settle(actor, paper):
        raise NotAllowed
    if comment.to_id is not None:
        raise Conflict(_("Mark the comment itself, not an answer to it."))
    comment.done_at, comment.done_by = (clock.now(), actor) if done else (None, None)
    comment.save(update_fields=["done_at", "done_by"])
