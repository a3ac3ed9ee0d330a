"""What is said: 1,000 messages in six rooms, a script each, and all that goes with them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from portal.shared import clock
from tests.community.canary.words import LABEL, REACTION

MESSAGES = 1_000
Plan = dict[str, Any]


def forms(words: Mapping[str, str]) -> list[Plan]:
    """What hosts write when they open a room, a room for each word."""
    return [
        {
            "name": f"{word} name", "topic": f"{word} topic", "purpose": f"Agree about {word}",
            "legal_basis": f"Article {word} of an invented act", "states": ["XA", "XB"],
            "tlp_default": LABEL, "tlp_max": "RED", "history": "joined", "retentionDays": 90,
            "ends_on": (clock.now() + timedelta(days=60)).date().isoformat(),
        }
        for word in words.values()
    ]  # fmt: skip


def talk(rooms: list[str], words: Mapping[str, str]) -> list[Plan]:
    """What is said in each room; every message has a word of its own: the script's and a number."""
    expires = (clock.now() + timedelta(hours=1)).isoformat()
    return [
        {
            "room": room, "expires": expires,
            "texts": [_message(f"{word}{n}", n) for n in range(at, MESSAGES, len(words))],
            "file": {
                "name": f"{word} file.pdf", "type": "application/pdf", "text": f"{word} inside " * 40,
            },
            "silent": _silent(word),
        }
        for at, (room, word) in enumerate(zip(rooms, words.values(), strict=True))
    ]  # fmt: skip


def _message(word: str, number: int) -> Plan:
    """A message; every tenth is a poll, and some are long."""
    label = LABEL if number % 4 else "RED"
    if number % 10 == 9:
        return {"kind": "poll", "body": f"{word}?\n{word} yes\n{word} no", "tlp": label}
    times = 60 if number % 25 == 0 else 1
    return {"kind": "message", "body": f"{word} was seen. {word}! " * times, "tlp": label}


def _silent(word: str) -> list[Plan]:
    """What is done to the first messages of a room; the last one is then taken back."""
    kinds = {
        "reaction": REACTION, "pin": f"{word} pin", "edit": f"{word} edited", "vote": "",
        "read_marker": "", "delete_request": f"{word} deleted",
    }  # fmt: skip
    return [{"kind": kind, "body": body, "tlp": LABEL} for kind, body in kinds.items()]
