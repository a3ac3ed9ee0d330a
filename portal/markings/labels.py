"""Traffic Light Protocol 2.0 (FIRST, August 2022) as pure rules. Labels are never translated."""

import enum
from collections.abc import Iterable


class Label(enum.StrEnum):
    """The five labels, from the widest to the strictest."""

    CLEAR = "CLEAR"
    GREEN = "GREEN"
    AMBER = "AMBER"
    AMBER_STRICT = "AMBER+STRICT"
    RED = "RED"

    @property
    def tlp(self) -> str:
        """Return the label as it is printed: capitals, no space, ``TLP:`` before it."""
        return f"TLP:{self.value}"

    @property
    def strictness(self) -> int:
        """Return 0 for CLEAR up to 4 for RED."""
        return list(Label).index(self)


UNLABELLED = Label.AMBER
# Reading these asks for a fresh second factor (security.md 4.2).
FRESH = frozenset({Label.AMBER_STRICT, Label.RED})


def label_of(value: str | None) -> Label:
    """Return the label in force: what is unlabelled is AMBER. Raises ValueError for nonsense."""
    return Label(value) if value else UNLABELLED


def strictest(values: Iterable[str | None]) -> Label:
    """Return the label a reply or a derived thing takes: the strictest of its sources.

    Of nothing at all it is AMBER, because nobody said that it may go further.
    """
    found = [label_of(value) for value in values]
    return max(found, key=lambda row: row.strictness, default=UNLABELLED)


def is_lower(new: str | None, old: str | None) -> bool:
    """Say whether ``new`` lets more people read than ``old``."""
    return label_of(new).strictness < label_of(old).strictness
