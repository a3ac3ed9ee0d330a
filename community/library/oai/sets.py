"""The sets records are in: by kind and by topic, one level below each. Pure."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from community.library.kinds import KINDS
from community.library.vocabulary import TOPICS

KIND, TOPIC = "kind", "topic"


def all_sets() -> list[tuple[str, str]]:
    """Return (setSpec, setName) of every set; the same list whatever is in the library."""
    rows = [(KIND, _("Kind of document"))]
    rows += [(f"{KIND}:{code}", str(name)) for code, name in KINDS.items()]
    rows.append((TOPIC, _("Topic")))
    return rows + [(f"{TOPIC}:{code}", str(name)) for code, name in TOPICS.items()]


def specs(kind: str, topics: Iterable[str]) -> list[str]:
    """Return the sets of a record."""
    return [f"{KIND}:{kind}", *(f"{TOPIC}:{code}" for code in sorted(topics))]


def is_in(spec: str, own: Iterable[str]) -> bool:
    """Say whether something with the sets ``own`` is in a set: one of them, or one above."""
    return any(name == spec or name.startswith(f"{spec}:") for name in own)
