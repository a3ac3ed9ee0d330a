"""Frames of ``/ws/chat/`` (messaging.md 10.4): reading what came, writing what goes. Pure."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from community.realtime import limits
from portal.sockets.codes import Close

PROTOCOL = "community.chat.v1"
HEAD_BYTES = 32
Number = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Rooms = Annotated[list[str], msgspec.Meta(max_length=limits.ROOMS)]

# What ``bye`` says before the close code.
WORDS = {
    Close.BAD_FRAME: "bad_frame", Close.SIGNED_OUT: "signed_out", Close.ROLE_LOST: "role_lost",
    Close.CONFIRM_AGAIN: "confirm_again", Close.DEVICE_REMOVED: "device_revoked",
    Close.TOO_LARGE: "too_large", Close.UPDATE: "update_client", Close.TOO_FAST: "rate_limited",
}  # fmt: skip


class _Frame(msgspec.Struct, tag_field="t", forbid_unknown_fields=True, frozen=True):
    """A frame of a client: unknown fields and wrong types are refused."""


class Hello(_Frame, tag="hello", frozen=True):
    """The first frame: which device, what it has seen, which rooms it wants."""

    device_id: str
    app: str
    cursor: str | None = None
    rooms: Rooms = []


class Subscribe(_Frame, tag="subscribe", frozen=True):
    """Replaces the rooms whose events are delivered."""

    rooms: Rooms


class Typing(_Frame, tag="typing", frozen=True):
    """The person is writing in a room; told to the others, stored nowhere."""

    room: str


class Ping(_Frame, tag="ping", frozen=True):
    """Answered by ``pong`` with the same number."""

    n: Number


class Ack(_Frame, tag="ack", frozen=True):
    """Everything up to frame ``n`` arrived; with ``cursor`` the inbox up to there is done with."""

    n: Number
    cursor: str | None = None


Frame = Hello | Subscribe | Typing | Ping | Ack
_decoder = msgspec.json.Decoder(Frame, strict=True)


def parse(text: str | None) -> Frame | Close:
    """Return the frame of a text message, or why it is none (``BAD_FRAME``, ``TOO_LARGE``)."""
    if text is None:
        return Close.BAD_FRAME
    if len(text) > limits.FRAME_BYTES:  # the server closes with 1009 before this; another may not
        return Close.TOO_LARGE
    try:
        frame = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Close.BAD_FRAME
    return Close.TOO_LARGE if _has_long_text(frame) else frame


def _has_long_text(frame: Frame) -> bool:
    for name in frame.__struct_fields__:
        value = getattr(frame, name)
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and len(text) > limits.TEXT_CHARACTERS:
                return True
    return False


def is_old(app: str) -> bool | None:
    """Say whether a client of this version must be updated; None if it is no version."""
    parts = app.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() for part in parts):
        return None
    return tuple(int(part) for part in parts) < limits.OLDEST_APP


def write(kind: str, **fields: Any) -> str:
    """Return the text of a frame."""
    return msgspec.json.encode({"t": kind} | fields).decode()


def numbered(fields: Mapping[str, Any]) -> str:
    """Return a numbered frame without its ``head``, so that it can be shared by many sockets."""
    return "," + msgspec.json.encode(fields).decode()[1:]


def head(kind: str, number: int) -> str:
    """Return what stands before the shared part of a numbered frame; up to ``HEAD_BYTES``."""
    return f'{{"t":"{kind}","n":{number}'


def bye(word: str) -> str:
    """Return the last frame."""
    return write("bye", code=word)
