"""What an address of the list of groups asks for, read strictly: ``q``, facets, ``page``.

What cannot be understood is left out, and a sentence says so. No value is compared with the groups
there are: an address tells nothing.
"""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.groups.models import Group
from community.library import vocabulary
from community.library.kinds import TOPIC
from portal.organisations import regions
from portal.search.forms import SearchForm

KIND, REGION = "kind", "region"
NAMES = (KIND, REGION, TOPIC)
TITLES: dict[str, Any] = {
    KIND: gettext_lazy("Kind of group"),
    REGION: gettext_lazy("Region or country"),
    TOPIC: gettext_lazy("Theme"),
}
MOST_VALUES = 50
MOST_PAGES = 1_000


@dataclass(frozen=True)
class Asked:
    """What is asked for. ``terms`` are as search compares words."""

    text: str = ""
    terms: tuple[str, ...] = ()
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    error: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether nothing at all was asked."""
        return not (self.text or self.chosen)

    def values(self, facet: str) -> tuple[str, ...]:
        """Return what is chosen in a facet."""
        return self.chosen.get(facet, ())

    def without(self, facet: str, value: str) -> "Asked":
        """Return the same with one value less; "q" stands for the words."""
        if facet == "q":
            return replace(self, text="", terms=(), page=1)
        rest = tuple(one for one in self.values(facet) if one != value)
        chosen = {name: values for name, values in self.chosen.items() if name != facet}
        return replace(self, chosen=chosen | ({facet: rest} if rest else {}), page=1)

    def query(self, *, page: int = 1) -> str:
        """Return the query string, encoded, always in the same order."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, value) for name in NAMES for value in self.values(name)]
        pairs += [("page", str(page))] if page > 1 else []
        return urlencode(pairs)


def read(query: QueryDict) -> Asked:
    """Return what a query string asks for; what is not understood is left out and named."""
    form = SearchForm(query)
    error = "" if form.is_valid() else str(next(iter(form.errors["q"])))
    notes: list[str] = []
    chosen = {name: _values(query, name, notes) for name in NAMES}
    return Asked(
        text=form.text[:200],
        terms=() if error else tuple(form.terms),
        chosen={name: values for name, values in chosen.items() if values},
        page=_page(query),
        error=error,
        notes=tuple(dict.fromkeys(notes)),
    )


def name_of(facet: str, value: str) -> str:
    """Return what people read for a value."""
    if facet == KIND:
        return str(dict(Group.Kind.choices).get(value, value))
    return regions.name(value) if facet == REGION else vocabulary.name(facet, value)


def _is_value(facet: str, value: str) -> bool:
    if facet == KIND:
        return value in Group.Kind.values
    return value in regions.tree() if facet == REGION else vocabulary.is_known(facet, value)


def _values(query: QueryDict, name: str, notes: list[str]) -> tuple[str, ...]:
    asked = list(dict.fromkeys(value for value in query.getlist(name) if value))
    known = [value for value in asked if len(value) <= 60 and _is_value(name, value)]
    if known != asked:
        notes.append(
            _("Part of the address was left out: “%(name)s” has no such value.")
            % {"name": TITLES[name]}
        )
    return tuple(known[:MOST_VALUES])


def _page(query: QueryDict) -> int:
    text = query.get("page", "")
    is_number = text.isascii() and text.isdigit() and len(text) <= 4
    return min(max(int(text), 1), MOST_PAGES) if is_number else 1
