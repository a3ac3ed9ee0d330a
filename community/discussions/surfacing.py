"""Questions nobody has answered for three days: focal points are told, once. Run by a timer."""

from django.db import transaction

from community.discussions.kinds import WAITS, TopicKind
from community.discussions.models import Topic
from community.discussions.permissions import is_open
from community.discussions.reach import moderators_of
from portal.notifications.services import notify
from portal.shared import clock

PART = 500


def tell() -> int:
    """Notify who moderates a question that waits; return how many questions. Twice tells nothing
    twice."""
    moment = clock.now()
    rows = Topic.objects.select_related("space__group", "author").filter(
        kind=TopicKind.QUESTION, others=0, accepted=None, locked_at=None, surfaced_at=None,
        created_at__lte=moment - WAITS, title_gone="",
    )  # fmt: skip
    told = 0
    for topic in rows.order_by("created_at")[:PART]:
        with transaction.atomic():
            if not Topic.objects.filter(pk=topic.pk, surfaced_at=None).update(surfaced_at=moment):
                continue
            people = moderators_of(topic) if is_open(topic.space) else []
            for person in people:
                if person.pk != topic.author_id:
                    notify(
                        person, "discussion-waiting", place="discussion_topic",
                        key=str(topic.public_id),
                    )  # fmt: skip
            told += 1
    return told
