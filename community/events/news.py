"""What who runs an event writes to those who come: on the event's page, for them alone.

They are told that there is something, and not what (``portal.notifications``).
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.events.models import Meeting, MeetingNews, Registration
from community.events.permissions import fits, managed, visible
from community.events.places import NEWS, locked, tell
from portal.audit.services import record
from portal.shared import clock, ratelimit
from portal.shared.errors import Conflict, NotAllowed, TooMany
from portal.shared.markdown import to_html
from portal.shared.written import paragraphs

LONGEST = 4_000
MOST = 50  # that stand on one event
State = Registration.State


def write(*, actor: Any, meeting: Meeting, text: str, for_waiting: bool = False) -> MeetingNews:
    """Write to all with a place, and where wanted to those who wait for one; they are told.

    Raises NotAllowed, Invalid, TooMany, and Conflict where an event has as many as there may be.
    """
    if not managed(actor).filter(pk=meeting.pk).exists():
        raise NotAllowed
    text = paragraphs(text, field="text", most=LONGEST, missing=_("Write something."))
    if wait := ratelimit.wait(str(actor.pk), "event-news"):
        raise TooMany(wait)
    with transaction.atomic():
        meeting = locked(meeting)
        if not managed(actor).filter(pk=meeting.pk).exists():
            raise NotAllowed
        if meeting.news.count() >= MOST:
            raise Conflict(_("This event has 50 messages. Delete one first."))
        row = MeetingNews.objects.create(
            meeting=meeting, author=actor, text=text, html=to_html(text),
            for_waiting=for_waiting, at=clock.now(),
        )  # fmt: skip
        people = _readers(row)
        record("event.news", actor=actor, thing=meeting, facts={"count": len(people)})
        for person in people:
            tell(person, meeting, NEWS)
    return row


def _readers(row: MeetingNews) -> list[Any]:
    states = [State.IN, State.WAITING] if row.for_waiting else [State.IN]
    rows = row.meeting.registrations.filter(state__in=states).exclude(person=row.author_id)
    return [one.person for one in rows.select_related("person") if fits(one.person, row.meeting)]


@transaction.atomic
def delete(*, actor: Any, news: MeetingNews) -> None:
    """Delete what one wrote oneself. Raises NotAllowed."""
    meeting = locked(news.meeting)
    row = meeting.news.filter(pk=news.pk, author=actor).first()
    if row is None or not visible(actor).filter(pk=meeting.pk).exists():
        raise NotAllowed
    record("event.news-deleted", actor=actor, thing=meeting)
    row.delete()
