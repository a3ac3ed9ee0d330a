"""What the decider of a report may do with the post it is about, also in a group's space."""

import uuid
from typing import Any

from community.discussions import moderating
from community.moderation.permissions import can_decide, get_report_for
from community.rooms.models import Report
from portal.permissions import forget
from portal.shared.errors import NotAllowed


def get_reported_for(user: Any, public_id: uuid.UUID) -> Report:
    """Return the report of a post she decides. Raises NotAllowed, also for a deleted post."""
    found = get_report_for(user, public_id)
    if found.post is None or found.post.deleted_at is not None:
        raise NotAllowed
    return found


def decided(user: Any, report: Report, form: Any, data: Any) -> bool:
    """Hide the post with the reason of a form, or restore it; say whether it was done."""
    forget(user)
    if not can_decide(user, report) or report.post is None:
        raise NotAllowed
    if "restore" in data:
        moderating.restore_reported(actor=user, post=report.post)
        return True
    return form.is_valid() and form.carry_out(
        moderating.hide_reported, actor=user, post=report.post
    )  # fmt: skip
