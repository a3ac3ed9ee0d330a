"""Events as cards of links in posts: those the person may see."""

import re
from typing import Any

from django.urls import reverse

from community.events.models import Meeting
from community.events.permissions import visible
from community.ids import parse_uuid
from portal.cards import Card, register
from portal.languages.table import CODES, direction
from portal.markings.labels import label_of

_PATH = re.compile(
    rf"/(?:{'|'.join(CODES)})/community/events/([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})/"
)


def read(path: str) -> str:
    """Return the number of the event an address leads to; "" for others."""
    found = _PATH.fullmatch(path)
    return found[1] if found else ""


def find(user: Any, keys: list[str], language: str) -> dict[str, Card]:
    """Return the cards of events by number, without those of groups: a topic is read by all."""
    numbers = [number for number in map(parse_uuid, keys) if number]
    rows = visible(user).filter(public_id__in=numbers, group=None)
    return {str(row.public_id): _card(row, language) for row in rows}


def _card(meeting: Meeting, language: str) -> Card:
    own = meeting.language == language
    return Card(
        title=meeting.title,
        kind=meeting.get_kind_display(),
        label=str(label_of(meeting.label)),
        url=reverse("community_event", args=[meeting.public_id]),
        language="" if own else meeting.language,
        direction="" if own else direction(meeting.language),
    )


register("event", read, find)
