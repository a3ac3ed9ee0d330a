"""Takes a member's report of a message. What was sealed stays so: the server has only what she
attaches by her own choice, and cannot compare it with the message."""

import unicodedata
import uuid
from typing import Any

from django.db import DatabaseError, transaction

from community.api.errors import ApiError
from community.messages.models import Event
from community.messages.services import NotStored
from community.moderation.permissions import moderators_of
from community.rooms import places
from community.rooms.models import Report
from portal.audit.services import record
from portal.notifications.services import notify
from portal.shared import clock
from portal.shared.errors import NotAllowed
from portal.shared.text import plain

LONGEST_REASON = 2_000  # characters
LONGEST_COPY = 65_536  # characters: no sealed message has more


@transaction.atomic
def report(*, user: Any, room_id: uuid.UUID, seq: int, reason: str, copy: str | None) -> Report:
    """Keep a report and tell the moderators that there is one; return it.

    While a report of hers about this message is open there is no second one, whatever it says:
    that one is returned as it is, and nobody is told again. Raises NotAllowed (not inside, or
    nothing there that she may see), bad_request; NotStored where the database fails.
    """
    place = places.joined(user, room_id)  # the room is held: two at once make one report
    reason = _words(reason, LONGEST_REASON, "reason")
    copy = _words(copy, LONGEST_COPY, "copy") if copy is not None else None
    if seq < place.first_visible_seq:
        raise NotAllowed
    event = Event.objects.filter(room=place.room, seq=seq).select_related("sender").first()
    if event is None:
        raise NotAllowed
    if event.sender is None or event.sender == user:
        raise ApiError("bad_request", "only messages of other people can be reported")
    same = {"room": place.room, "seq": seq, "reporter": user}
    before = Report.objects.filter(**same, state=Report.State.OPEN).first()
    if before is not None:
        return before
    try:
        row = Report.objects.create(
            **same, public_id=uuid.uuid4(), reported=event.sender, reason=reason, copy=copy,
            created=clock.now(),
        )  # fmt: skip
    except DatabaseError as fault:  # its words may quote the row, and the copy with it
        raise NotStored(type(fault).__name__) from None
    for moderator in moderators_of(row):
        notify(moderator, "report", place="moderation_case", key=str(row.public_id))
    facts = {"copy": copy is not None}
    record("report.made", actor=user, about=event.sender, thing=row, facts=facts)
    return row


def _words(text: str, most: int, name: str) -> str:
    """Return text of a person without marks of direction and control characters but line breaks
    and tabs. Raises bad_request if nothing is left or it is too long."""
    kept = (char for char in text if char in "\n\t" or unicodedata.category(char) != "Cc")
    found = plain("".join(kept)).strip()
    if not found or len(found) > most:
        raise ApiError("bad_request", f"{name} has from 1 to {most} characters")
    return found
