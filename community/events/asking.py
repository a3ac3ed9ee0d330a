"""The address of the list of events, read strictly: what is not understood is left out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from community.events.models import Meeting
from community.library import vocabulary
from community.library.kinds import TOPIC
from portal.languages.table import BY_CODE
from portal.organisations.regions import GROUPS

PAST, MINE = "past", "mine"
MOST_PAGES = 500


@dataclass(frozen=True)
class Asked:
    """What is asked for; empty means everything."""

    past: bool = False
    mine: bool = False
    kind: str = ""
    language: str = ""
    region: str = ""
    topic: str = ""
    page: int = 1

    @property
    def is_open(self) -> bool:
        """Whether nothing narrows the list."""
        return not (self.mine or self.kind or self.language or self.region or self.topic)

    def query(self, **changes: Any) -> str:
        """Return the query string of this, with changes; the first page unless one is given."""
        one = replace(self, **({"page": 1} | changes))
        pairs = [("when", PAST)] if one.past else []
        pairs += [(MINE, "1")] if one.mine else []
        names = ("kind", "language", "region", "topic")
        pairs += [(name, getattr(one, name)) for name in names if getattr(one, name)]
        pairs += [("page", str(one.page))] if one.page > 1 else []
        return urlencode(pairs)


def read(given: Mapping[str, str]) -> Asked:
    """Return what a query string asks for."""

    def known(name: str, codes: Any) -> str:
        value = given.get(name, "")
        return value if value in codes else ""

    topic = given.get("topic", "")
    page = given.get("page", "")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 5 else 1
    return Asked(
        past=given.get("when") == PAST,
        mine=given.get(MINE) == "1",
        kind=known("kind", Meeting.Kind.values),
        language=known("language", BY_CODE),
        region=known("region", GROUPS),
        topic=topic if vocabulary.is_known(TOPIC, topic) else "",
        page=min(max(number, 1), MOST_PAGES),
    )
