"""What an address of the directory asks for, read strictly.

Everything chosen stands in the query string: ``q``, the facets (as often as values are chosen),
``sort``, ``page``. What cannot be understood is left out, and a sentence says so. No value is
compared with what the directory holds: an address tells nothing.
"""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.directory import kinds
from community.library import vocabulary
from portal.languages.table import CODES
from portal.organisations import regions
from portal.organisations.languages import OTHERS, language_name
from portal.organisations.models import FocalPoint, Unit
from portal.search.forms import SearchForm

COUNTRY, REGION, ORGANISATION, UNIT = "country", "region", "organisation", "unit"
TOPIC, LANGUAGE, FUNCTION, MENTOR = "topic", "language", "function", "mentor"
TITLES: dict[str, Any] = {
    REGION: gettext_lazy("Region"),
    COUNTRY: gettext_lazy("Country"),
    TOPIC: gettext_lazy("Expertise"),
    LANGUAGE: gettext_lazy("Language"),
    UNIT: gettext_lazy("Kind of unit"),
    ORGANISATION: gettext_lazy("Organisation"),
    FUNCTION: gettext_lazy("Focal point for"),
    MENTOR: gettext_lazy("Mentoring"),
}
# The field of an entry that a facet counts: who does not see it is not counted.
FIELD_OF = {
    REGION: kinds.COUNTRY, COUNTRY: kinds.COUNTRY, TOPIC: kinds.EXPERTISE,
    LANGUAGE: kinds.LANGUAGES, UNIT: kinds.ORGANISATION, ORGANISATION: kinds.ORGANISATION,
    FUNCTION: kinds.FUNCTIONS, MENTOR: kinds.MENTORING,
}  # fmt: skip
BEST, NAME, CONFIRMED = "best", "name", "confirmed"
SORTS: dict[str, Any] = {
    BEST: gettext_lazy("Best match"),
    NAME: gettext_lazy("Name"),
    CONFIRMED: gettext_lazy("Last confirmed"),
}
MOST_VALUES = 50  # of one facet
MOST_PAGES = 25  # nobody reads further; who wants more people says more about them


@dataclass(frozen=True)
class Asked:
    """What is asked for. ``text`` is as it was written, ``terms`` as words are compared."""

    text: str = ""
    terms: tuple[str, ...] = ()
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    error: str = ""  # why the words cannot be searched for
    notes: tuple[str, ...] = ()  # what else was left out

    @property
    def is_open(self) -> bool:
        """Whether nothing at all was asked: the start of the directory."""
        return not (self.text or self.chosen or self.page > 1)

    @property
    def order(self) -> str:
        """The order in force: without words there is no best match."""
        if self.sort == BEST and not self.terms:
            return NAME
        return self.sort or (BEST if self.terms else NAME)

    def values(self, facet: str) -> tuple[str, ...]:
        """Return what is chosen in a facet."""
        return self.chosen.get(facet, ())

    def without(self, facet: str, value: str) -> "Asked":
        """Return the same with one value of a facet less; "q" stands for the words."""
        if facet == "q":
            return replace(self, text="", terms=(), page=1)
        rest = tuple(one for one in self.values(facet) if one != value)
        return replace(self, chosen=_filled(self.chosen | {facet: rest}), page=1)

    def with_only(self, facet: str, value: str) -> "Asked":
        """Return the same with one value in a facet."""
        return replace(self, chosen=self.chosen | {facet: (value,)}, page=1)

    def sorted_by(self, name: str) -> "Asked":
        """Return the same in another order."""
        return replace(self, sort=name, page=1)

    def query(self, *, page: int = 1) -> str:
        """Return the query string, encoded, always in the same order."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, value) for name in TITLES for value in self.values(name)]
        pairs += [("sort", self.sort)] if self.sort else []
        pairs += [("page", str(page))] if page > 1 else []
        return urlencode(pairs)


def read(query: QueryDict) -> Asked:
    """Return what a query string asks for; what is not understood is left out and named."""
    form = SearchForm(query)
    error = "" if form.is_valid() else str(next(iter(form.errors["q"])))
    notes: list[str] = []
    chosen = {name: _values(query, name, notes) for name in TITLES}
    sort = query.get("sort", "")
    if sort and sort not in SORTS:
        notes.append(_("This order is not known. The usual one is used."))
    return Asked(
        text=form.text[:200],
        terms=() if error else tuple(form.terms),
        chosen=_filled(chosen),
        sort=sort if sort in SORTS else "",
        page=_page(query, notes),
        error=error,
        notes=tuple(dict.fromkeys(notes)),
    )


def is_value(facet: str, value: str) -> bool:
    """Say whether a facet has such a value at all, whatever the directory holds."""
    if facet == ORGANISATION:
        return _is_uuid(value)
    if facet in {COUNTRY, REGION}:
        return value in regions.tree() and (facet == REGION or value.isupper())
    if facet == TOPIC:
        return value in vocabulary.TOPICS
    if facet == LANGUAGE:
        return value in CODES or value in OTHERS
    known = {UNIT: Unit.values, FUNCTION: FocalPoint.Function.values, MENTOR: ["yes"]}
    return value in known[facet]


def name_of(facet: str, value: str) -> str:
    """Return what people read for a value; of an organisation only its number is known here."""
    if facet in {COUNTRY, REGION}:
        return regions.name(value)
    if facet == TOPIC:
        return str(vocabulary.TOPICS.get(value, value))
    if facet == LANGUAGE:
        name = language_name(value)
        return name[:1].upper() + name[1:]
    if facet == UNIT:
        return str(Unit(value).label)
    if facet == FUNCTION:
        return str(FocalPoint.Function(value).label)
    return _("Available as a mentor") if facet == MENTOR else value


def _is_uuid(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def _filled(chosen: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: values for name, values in chosen.items() if values}


def _values(query: QueryDict, name: str, notes: list[str]) -> tuple[str, ...]:
    asked = list(dict.fromkeys(value for value in query.getlist(name) if value))
    known = [value for value in asked if len(value) <= 40 and is_value(name, value)]
    if known != asked:
        notes.append(
            _("Part of the address was left out: “%(name)s” has no such value.")
            % {"name": TITLES[name]}
        )
    return tuple(known[:MOST_VALUES])


def _page(query: QueryDict, notes: list[str]) -> int:
    text = query.get("page", "")
    known = text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MOST_PAGES
    if text and not known:
        notes.append(_("There is no such page of the list. You see the first one."))
    return int(text) if known else 1
