"""Puts a room's events into frames: as many as fit, each encoded once for all sockets. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from community.realtime import limits
from community.realtime.frames import HEAD_BYTES

_AROUND = 256  # bytes of a frame around its events: head, room, numbers


@dataclass(frozen=True, slots=True)
class Event:
    """An event as JSON text; ``size`` in bytes. ``server``: class x, made by the server."""

    seq: int
    text: str
    size: int
    server: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Events ``first``…``last`` of a room as the shared part of a frame; ``size`` in bytes."""

    first: int
    last: int
    text: str
    size: int


def encode(event: dict[str, Any]) -> Event:
    """Return an event of 10.3 as text."""
    data = msgspec.json.encode(event)
    return Event(event["seq"], data.decode(), len(data), event["class"] == "x")


def parts(room: str, events: Iterable[Event], first: int, last: int) -> list[Part]:
    """Return the frames that tell events ``first``…``last`` of a room, in order and without a gap.

    An event too big for a frame gets one of its own, without events and with ``more`` true: the
    client fetches it by HTTP. ``last`` may lie above the last event there is.
    """
    made: list[Part] = []
    texts: list[str] = []
    start, size = first, 0
    for event in events:
        too_big = event.size + _AROUND > limits.FRAME_BYTES
        if texts and (too_big or size + event.size + 1 + _AROUND > limits.FRAME_BYTES):
            made.append(_part(room, start, event.seq - 1, texts))
            start, size, texts = event.seq, 0, []
        if too_big:
            if start < event.seq:
                made.append(_part(room, start, event.seq - 1, []))
            made.append(_part(room, event.seq, event.seq, [], more=True))
            start = event.seq + 1
            continue
        texts.append(event.text)
        size += event.size + 1
    if texts or start <= last:
        made.append(_part(room, start, last, texts))
    return made


def _part(room: str, first: int, last: int, texts: list[str], *, more: bool = False) -> Part:
    text = (
        f',"room":"{room}","from_seq":{first},"to_seq":{last},"events":[{",".join(texts)}],'
        f'"more":{"true" if more else "false"}}}'
    )
    return Part(first, last, text, len(text.encode()) + HEAD_BYTES)
