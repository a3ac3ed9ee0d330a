"""What groups keep about a person: her places, what was decided about her, what she wrote.

With the account go her places, answers and the words of her comments. Versions of papers stay with
the group, without her name: they are the group's text.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.groups.models import GroupAnswer, GroupMember
from community.groups.paper_models import Paper, PaperComment, PaperVersion
from community.groups.places import leave_everywhere
from portal.rights import inventory
from portal.rights.registry import Rows, register


def give(user: Any) -> Rows:
    """Return her places in groups with her reasons, answers to her, versions and comments."""
    places = GroupMember.objects.filter(person=user).order_by("pk")
    found = [
        {"kind": "group", **row}
        for row in places.values("group__name", "state", "leads", "reason", "since")
    ]
    answers = GroupAnswer.objects.filter(person=user).order_by("pk")
    found += [
        {"kind": "answer of a group", **row}
        for row in answers.values("group__name", "what", "reason", "at")
    ]
    versions = PaperVersion.objects.filter(author=user).order_by("pk")
    found += [
        {"kind": "version of a paper", **row}
        for row in versions.values("paper__title", "number", "text", "file_name", "note", "at")
    ]
    comments = PaperComment.objects.filter(author=user).order_by("pk")
    found += [
        {"kind": "comment on a paper", **row}
        for row in comments.values("version__paper__title", "version__number", "text", "at")
    ]
    relabelled = Paper.objects.filter(labelled_by=user).order_by("pk")
    found += [
        {"kind": "label of a paper", **row}
        for row in relabelled.values("title", "label", "label_why", "labelled_at")
    ]
    return found


def erase(user: Any) -> None:
    """Take her out of her groups, and the words out of her comments and notes."""
    leave_everywhere(user)
    PaperComment.objects.filter(author=user).update(text="")
    PaperVersion.objects.filter(author=user).update(note="")
    Paper.objects.filter(labelled_by=user).update(labelled_by=None, label_why="")


register("groups", give, erase)
inventory.add(
    {
        "community.group": ("groups", _("groups: name, purpose, who made them")),
        "community.groupmember": (
            "groups",
            _("groups you are in, are invited to or asked to join, with your reason"),
        ),
        "community.groupanswer": ("groups", _("why a group declined or removed you")),
        "community.paper": ("groups", _("papers of groups: title, label, who began them")),
        "community.paperversion": ("groups", _("versions of papers and who wrote them")),
        "community.papercomment": ("groups", _("comments on papers and who wrote them")),
    }
)
