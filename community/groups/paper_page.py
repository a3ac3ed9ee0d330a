"""What the pages of papers show."""

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community.groups import compare as comparing
from community.groups import group_page
from community.groups.models import Group
from community.groups.paper_models import Paper, PaperComment, PaperVersion
from community.groups.paper_permissions import (
    lowering_of,
    may_name_readers,
    may_settle,
    papers_in,
)
from community.groups.readers import knows_readers
from portal.accounts import step_up
from portal.files.models import StoredFile
from portal.files.words import name_of
from portal.languages.table import BY_CODE, direction
from portal.markings.audience import is_source
from portal.markings.labels import FRESH, Label, label_of
from portal.shared.html import cleaned

PER_PAGE = 25
OPEN_STATES = {StoredFile.State.CLEAN, StoredFile.State.UNSCANNED}


def listed(user: Any, group: Group, number: int) -> dict[str, Any]:
    """Return the papers of a group that this person may read, the newest first."""
    open_ones = Count("versions__comments", filter=Q(versions__comments__done_at=None,
                      versions__comments__to=None), distinct=True)  # fmt: skip
    found = papers_in(user, group)
    total = found.count()
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(number, 1), pages)
    rows = found.select_related("marked_by").annotate(open_comments=open_ones)
    return group_page.frame(user, group, _("Papers")) | {
        "rows": rows.order_by("-changed_at", "-pk")[(number - 1) * PER_PAGE : number * PER_PAGE],
        "total": total,
        "number": number,
        "pages": pages,
    }


def frame(user: Any, paper: Paper, *rest: str) -> dict[str, Any]:
    """Return what every page of a paper shows. Raises step_up.Needed for the strictest labels."""
    if label_of(paper.label) in FRESH:
        step_up.require(user)
    group = paper.group
    own = paper.language == (get_language() or "en")
    context = group_page.frame(user, group)
    arguments = [group.public_id, paper.public_id]
    context["crumbs"] += [
        {"title": _("Papers"), "url": reverse("community_group_papers", args=[group.public_id])},
        {"title": paper.title, "url": reverse("community_paper", args=arguments)},
        *({"title": title, "url": ""} for title in rest),
    ]  # fmt: skip
    return context | {
        "paper": paper,
        "label": str(label_of(paper.label)),
        "paper_language": "" if own else paper.language,
        "paper_direction": "" if own else direction(paper.language),
        "paper_language_name": BY_CODE[paper.language].name,
        "open": paper.agreed_at is None and group.closed_at is None,
    }


def version(user: Any, row: PaperVersion) -> dict[str, Any]:
    """Return a version with its comments, and the list of all versions."""
    paper = row.paper
    settles = may_settle(user, paper)
    versions = list(paper.versions.select_related("author").defer("text", "html"))
    return frame(user, paper, _("Version %(number)s") % {"number": row.number}) | {
        "version": row,
        "html": cleaned(row.html),
        "file": _file(row),
        "versions": versions,
        "texts": [one.number for one in versions if not one.file_name],
        "comments": _comments(row),
        "may_settle": settles,
        "may_name": may_name_readers(user, paper) and knows_readers(paper),
        "may_label": settles and (is_source(user, paper) or label_of(paper.label) != Label.RED),
        "lowering": lowering_of(user, paper),
        "is_last": row.number == paper.latest,
    }


def _file(row: PaperVersion) -> dict[str, Any] | None:
    if not row.file_name:
        return None
    stored = row.file
    if stored is None:
        return {"name": row.file_name, "words": _("The file is not there any more.")}
    words = str(StoredFile.State(stored.state).label)
    is_open = stored.state in OPEN_STATES
    return {
        "name": row.file_name, "words": words, "type": name_of(stored.content_type),
        "size": stored.size, "is_open": is_open,
    }  # fmt: skip


def _comments(row: PaperVersion) -> list[dict[str, Any]]:
    """Return the comments on a version, each with its answers, in the order they were said."""
    said = list(row.comments.select_related("author", "done_by").order_by("pk"))
    answers: dict[int, list[PaperComment]] = {}
    for one in said:
        if one.to_id is not None:
            answers.setdefault(one.to_id, []).append(one)
    return [{"row": one, "answers": answers.get(one.pk, [])} for one in said if one.to_id is None]


def compared(user: Any, old: PaperVersion, new: PaperVersion) -> dict[str, Any]:
    """Return what changed between two versions that are texts."""
    return frame(user, new.paper, _("Compare versions")) | {
        "old": old,
        "new": new,
        "difference": comparing.compare(old.text, new.text),
    }


def behind(paper: Paper, base: int) -> dict[str, Any]:
    """Return what others changed since the version somebody wrote on."""
    rows = {row.number: row for row in paper.versions.filter(number__in=[base, paper.latest])}
    old, new = rows.get(base), rows.get(paper.latest)
    if old is None or new is None or old.file_name or new.file_name:
        return {}
    return {"difference": comparing.compare(old.text, new.text), "old": old, "new": new}
