"""What the moderators' pages show: the list of reports, one report."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.messages.models import Event
from community.moderation.permissions import can_decide, reports_visible_to
from community.moderation.rules import COPIES_KEPT, NO_BREACH, PASS, SUSPEND, WARN, WHYS
from community.rooms.models import Report
from portal.shared import clock
from portal.shared.html import cleaned
from portal.vetting.models import Membership

PAGE = 25
OPEN, DECIDED = "", "decided"
DECISIONS: dict[str, str | Promise] = {
    NO_BREACH: _("No breach of the rules"),
    WARN: _("Warned"),
    SUSPEND: _("Membership suspended"),
    PASS: _("Passed on"),
}


@dataclass(frozen=True)
class Row:
    """One report in the list; the copy itself is read on its own page, which is recorded."""

    public_id: uuid.UUID
    created: datetime
    days: int
    country: str
    has_copy: bool
    is_post: bool
    decision: str | Promise


@dataclass(frozen=True)
class Choice:
    """One filter of the list, with the number of reports behind it."""

    name: str | Promise
    count: int
    query: str
    current: bool


@dataclass(frozen=True)
class Queue:
    """A page of the list; ``next_query`` is "" on the last one."""

    rows: list[Row]
    states: list[Choice]
    state: str
    next_query: str


def queue(user: Any, *, state: str = "", after: str = "") -> Queue:
    """Return one page of the reports a moderator may read: open ones from the oldest on, decided
    ones from the newest on. Unknown values count as none."""
    visible = reports_visible_to(user)
    state = state if state == DECIDED else OPEN
    counted = dict(visible.order_by().values_list("state").annotate(Count("pk")))
    rows = visible.filter(state=DECIDED if state == DECIDED else Report.State.OPEN)
    rows = _after(rows, state, after).order_by(*(("-pk",) if state == DECIDED else ("pk",)))
    # The copy is not read for a list: it may be long, and it is nobody's before the page.
    listed = rows.annotate(with_copy=Q(copy__isnull=False)).defer("copy", "reason", "note")
    places = "reported__membership__organisation__country"
    page = list(listed.select_related(places)[: PAGE + 1])
    more, page = len(page) > PAGE, page[:PAGE]
    return Queue(
        rows=[_row(row) for row in page],
        states=[
            Choice(
                pgettext_lazy("state of a report", "Open"),
                counted.get("open", 0),
                "",
                state == OPEN,
            ),
            Choice(_("Decided"), counted.get(DECIDED, 0), "state=decided", state == DECIDED),
        ],
        state=state,
        next_query=urlencode({"state": state, "after": page[-1].pk}) if more else "",
    )


def _after(rows: QuerySet[Report], state: str, after: str) -> QuerySet[Report]:
    if not (after.isascii() and after.isdecimal() and len(after) < 16):
        return rows
    return rows.filter(pk__lt=int(after)) if state == DECIDED else rows.filter(pk__gt=int(after))


def _row(report: Any) -> Row:
    membership = getattr(report.reported, "membership", None) if report.reported else None
    return Row(
        public_id=report.public_id,
        created=report.created,
        days=max(0, (clock.now() - report.created).days),
        country=str(membership.organisation.country) if membership else "",
        has_copy=report.with_copy,
        is_post=report.post_id is not None,
        decision=DECISIONS.get(report.decision, ""),
    )


def case(user: Any, report: Report) -> dict[str, Any]:
    """Return what the page of one report shows. Of a sealed message there is nothing but the
    copy the reporter attached, when it was written and in which kind of room; a post of a
    discussion is shown as it is."""
    people = [row for row in (report.reporter_id, report.reported_id) if row is not None]
    memberships = Membership.objects.filter(user__in=people).select_related("organisation__country")
    by_user = {row.user_id: row for row in memberships}
    return {
        "report": report,
        "is_open": report.state == Report.State.OPEN and can_decide(user, report),
        "written": _written(report),
        "kind": report.room.get_kind_display() if report.room else _("Discussions"),
        "post": _post(report),
        "why": dict(WHYS).get(report.why, ""),
        "reporter_membership": by_user.get(report.reporter_id or 0),
        "reported_membership": by_user.get(report.reported_id or 0),
        "decision": DECISIONS.get(report.decision, ""),
        "days_kept": COPIES_KEPT.days,
    }


def _written(report: Report) -> datetime | None:
    if report.post is not None:
        return report.post.created_at
    event = Event.objects.filter(room=report.room_id, seq=report.seq).values("ts").first()
    return datetime.fromtimestamp(event["ts"] / 1000, UTC) if event else None


def _post(report: Report) -> dict[str, Any] | None:
    """Return the reported post, with its text as long as the author has not deleted it."""
    post = report.post
    if post is None:
        return None
    return {
        "label": post.topic.label,
        "title": post.topic.title,
        "html": cleaned(post.html),
        "is_deleted": post.deleted_at is not None,
        "is_hidden": post.hidden_at is not None,
    }
