"""What remains of an event: recording with captions, materials, who was there."""

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.events.details import is_web
from community.events.models import Meeting, Registration
from community.events.permissions import managed
from community.events.places import locked
from community.library.models import Publication
from community.library.permissions import visible as records_visible
from portal.audit.services import record
from portal.languages.table import BY_CODE
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.shared.text import plain

LONGEST_CAPTIONS = 1_000_000  # bytes
MOST_MATERIALS = 30
_TIME = r"(?:\d{2,}:)?\d\d:\d\d\.\d{3}"
_TIMING = re.compile(rf"(?m)^{_TIME}[ \t]+-->[ \t]+{_TIME}")
_NUMBER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class FollowUp:
    """Where people talk about an event afterwards."""

    title: str
    url: str


# A concept that holds discussions registers here; nothing is shown while nothing is registered.
_follow_ups: list[Callable[[Any, Meeting], FollowUp | None]] = []


def register_follow_up(find: Callable[[Any, Meeting], FollowUp | None]) -> None:
    """Have ``find(user, meeting)`` asked for the topic of an event (called at start-up)."""
    if find not in _follow_ups:
        _follow_ups.append(find)


def follow_up(user: Any, meeting: Meeting) -> FollowUp | None:
    """Return the topic that follows an event, if there is one this person may read."""
    return next((found for find in _follow_ups if (found := find(user, meeting))), None)


@transaction.atomic
def keep_recording(
    *, actor: Any, meeting: Meeting, recording: str, captions: Any, captions_language: str
) -> Meeting:
    """Keep the address of the recording with its captions (WebVTT); both empty: take it away.

    Raises NotAllowed, Conflict before the event has begun, Invalid for a recording without
    captions, because people who cannot hear it would be left out.
    """
    meeting = _begun(actor, meeting)
    address = plain(recording or "").strip()
    text = _read(captions) if captions else meeting.captions
    if address and (len(address) > 500 or not is_web(address)):
        raise Invalid(fields={"recording": _("Give an address that begins with https://")})
    if address and not text:
        sentence = _(
            "A recording needs captions, so that everybody can follow it. Add a WebVTT file."
        )
        raise Invalid(fields={"captions": sentence})
    if address and captions_language not in BY_CODE:
        raise Invalid(fields={"captions_language": _("Choose a language.")})
    meeting.recording, meeting.captions = address, text if address else ""
    meeting.captions_language = captions_language if address else ""
    meeting.save(update_fields=["recording", "captions", "captions_language"])
    record("event.recording", actor=actor, thing=meeting)
    return meeting


def _read(upload: Any) -> str:
    """Return the text of a captions file. Raises Invalid for what is no WebVTT."""
    wrong = _("This is no captions file in the form WebVTT, or it is larger than 1 MB.")
    if upload.size > LONGEST_CAPTIONS:
        raise Invalid(fields={"captions": wrong})
    try:
        text = plain(upload.read(LONGEST_CAPTIONS + 1).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Invalid(fields={"captions": wrong}) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = text.partition("\n")[0]
    if "\x00" in text or not re.fullmatch(r"WEBVTT(?:[ \t].*)?", first) or not _TIMING.search(text):
        raise Invalid(fields={"captions": wrong})
    return text


@transaction.atomic
def keep_materials(*, actor: Any, meeting: Meeting, addresses: str) -> Meeting:
    """Make these records of the library the materials of an event: their addresses, one a line.

    Records she may not see stay as they are. Raises NotAllowed, Invalid, Conflict.
    """
    meeting = _run(actor, meeting)
    numbers = [uuid.UUID(one) for one in dict.fromkeys(_NUMBER.findall(addresses.lower()))]
    lines = [line for line in addresses.splitlines() if line.strip()]
    seen = records_visible(actor)
    found = list(seen.filter(public_id__in=numbers[: MOST_MATERIALS + 1]))
    if len(found) != len(lines) or len(lines) > MOST_MATERIALS:
        sentence = _("Give the address of one record of the library on each line, at most 30.")
        raise Invalid(fields={"addresses": sentence})
    hidden = meeting.materials.exclude(pk__in=seen.values("pk"))
    meeting.materials.set([*found, *hidden])
    record("event.materials", actor=actor, thing=meeting, facts={"count": len(found)})
    return meeting


def materials_for(user: Any, meeting: Meeting) -> Iterable[Publication]:
    """Return the materials a person may know of."""
    rows = records_visible(user).filter(pk__in=meeting.materials.values("pk"))
    return rows.prefetch_related("texts").order_by("pk")


@transaction.atomic
def keep_attendance(*, actor: Any, meeting: Meeting, present: Iterable[str]) -> int:
    """Note who was there; return how many. Raises NotAllowed, Conflict before the event."""
    meeting = _begun(actor, meeting)
    chosen, count = set(present), 0
    rows = meeting.registrations.select_for_update().filter(state=Registration.State.IN)
    for row in rows:
        row.attended = str(row.public_id) in chosen
        count += row.attended
        row.save(update_fields=["attended"])
    record("event.attendance", actor=actor, thing=meeting, facts={"count": count})
    return count


def _run(actor: Any, meeting: Meeting) -> Meeting:
    meeting = locked(meeting)
    if not managed(actor).filter(pk=meeting.pk).exists():
        raise NotAllowed
    if meeting.cancelled_at is not None:
        raise Conflict(_("This event is cancelled."))
    return meeting


def _begun(actor: Any, meeting: Meeting) -> Meeting:
    meeting = _run(actor, meeting)
    if meeting.starts_at > clock.now():
        raise Conflict(_("This event has not begun yet."))
    return meeting
