"""Takes a member's report of a post to the desk where sealed messages are reported as well."""

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.discussions.models import Post
from community.discussions.permissions import get_standing_for
from community.moderation.permissions import moderators_of
from community.moderation.rules import WHYS
from community.rooms.models import Report
from portal.audit.services import record
from portal.notifications.services import notify
from portal.shared import clock, ratelimit
from portal.shared.errors import Invalid, NotAllowed, TooMany
from portal.shared.text import plain

LONGEST = 1_000


def report(*, actor: Any, post: Post, why: str, text: str = "") -> Report:
    """Keep a report and tell moderators that there is one. While one of hers about this post is
    open there is no second. Raises NotAllowed (not hers to read, or her own), Invalid, TooMany."""
    found = get_standing_for(actor, post.public_id)
    if found.author is None or found.author_id == actor.pk:
        raise NotAllowed
    if why not in dict(WHYS):
        raise Invalid(fields={"why": _("Choose a reason.")})
    words = plain(text.replace("\x00", "")).strip()[:LONGEST]
    if seconds := ratelimit.wait(f"account {actor.pk}", "discussion-reports"):
        raise TooMany(seconds)
    with transaction.atomic():
        Post.objects.select_for_update().filter(pk=found.pk).first()
        same = {"post": found, "reporter": actor}
        before = Report.objects.filter(**same, state=Report.State.OPEN).first()
        if before is not None:
            return before
        row = Report.objects.create(
            **same, public_id=uuid.uuid4(), reported=found.author, why=why, reason=words,
            created=clock.now(),
        )  # fmt: skip
        for moderator in moderators_of(row):
            notify(moderator, "report", place="moderation_case", key=str(row.public_id))
        record("report.made", actor=actor, about=found.author, thing=row, facts={"copy": False})
    return row
