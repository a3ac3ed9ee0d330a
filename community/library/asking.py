"""What an address of the results page asks for, read strictly.

Everything chosen stands in the query string: ``q``, the facets (as often as values are chosen),
``from`` and ``to`` (years), ``sort``, ``page``. What cannot be understood is left out, and a
sentence says so. No value is compared with what the library holds: an address tells nothing.
"""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.library import vocabulary
from community.library.kinds import COUNTRY, FACETS, INSTRUMENT, KINDS, LANGUAGE, REGION, TOPIC
from portal.markings.labels import Label
from portal.search.forms import SearchForm

KIND, LABEL = "kind", "label"
NAMES: tuple[str, ...] = (KIND, LANGUAGE, TOPIC, REGION, COUNTRY, INSTRUMENT, LABEL)
TITLES: dict[str, Any] = {
    KIND: gettext_lazy("Kind of document"),
    LABEL: gettext_lazy("Handling label"),
    **FACETS,
}
BEST, NEWEST, TITLE = "best", "newest", "title"
SORTS: dict[str, Any] = {
    BEST: gettext_lazy("Best match"),
    NEWEST: gettext_lazy("Newest first"),
    TITLE: gettext_lazy("Title"),
}
MOST_VALUES = 50  # of one facet
MOST_PAGES = 10_000
EARLIEST, LATEST = 1800, 2199
LONGEST = 2_000  # characters of a query string that is kept


@dataclass(frozen=True)
class Asked:
    """What is asked for. ``text`` is as it was written, ``terms`` as the index compares."""

    text: str = ""
    terms: tuple[str, ...] = ()
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    start: int | None = None
    end: int | None = None
    sort: str = ""
    page: int = 1
    error: str = ""  # why the words cannot be searched for
    notes: tuple[str, ...] = ()  # what else was left out

    @property
    def is_open(self) -> bool:
        """Whether nothing at all was asked: the start of the library."""
        return not (self.text or self.chosen or self.start or self.end or self.page > 1)

    @property
    def order(self) -> str:
        """The order in force: without words there is no best match."""
        return self.sort or (BEST if self.terms else NEWEST)

    def values(self, facet: str) -> tuple[str, ...]:
        """Return what is chosen in a facet."""
        return self.chosen.get(facet, ())

    def without(self, facet: str, value: str) -> "Asked":
        """Return the same with one value of a facet less; "q" and "years" stand for these."""
        if facet == "q":
            return replace(self, text="", terms=(), page=1)
        if facet == "years":
            return replace(self, start=None, end=None, page=1)
        rest = tuple(one for one in self.values(facet) if one != value)
        return replace(self, chosen=_filled(self.chosen | {facet: rest}), page=1)

    def with_only(self, facet: str, value: str) -> "Asked":
        """Return the same with one value in a facet."""
        return replace(self, chosen=self.chosen | {facet: (value,)}, page=1)

    def between(self, start: int, end: int) -> "Asked":
        """Return the same for these years."""
        return replace(self, start=start, end=end, page=1)

    def sorted_by(self, name: str) -> "Asked":
        """Return the same in another order."""
        return replace(self, sort=name, page=1)

    def query(self, *, page: int = 1) -> str:
        """Return the query string, encoded, always in the same order."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, value) for name in NAMES for value in self.values(name)]
        pairs += [("from", str(self.start))] if self.start else []
        pairs += [("to", str(self.end))] if self.end else []
        pairs += [("sort", self.sort)] if self.sort else []
        pairs += [("page", str(page))] if page > 1 else []
        return urlencode(pairs)


def read(query: QueryDict) -> Asked:
    """Return what a query string asks for; what is not understood is left out and named."""
    form = SearchForm(query)
    error = "" if form.is_valid() else str(next(iter(form.errors["q"])))
    notes: list[str] = []
    chosen = {name: _values(query, name, notes) for name in NAMES}
    start, end = _year(query, "from", notes), _year(query, "to", notes)
    if start and end and start > end:
        start, end = end, start
    return Asked(
        text=form.text[:200],
        terms=() if error else tuple(form.terms),
        chosen=_filled(chosen),
        start=start,
        end=end,
        sort=_one_of(query, "sort", SORTS, notes),
        page=_page(query, notes),
        error=error,
        notes=tuple(dict.fromkeys(notes)),
    )


def read_text(query: str) -> Asked:
    """Return what a kept query string asks for."""
    return read(QueryDict(query[:LONGEST]))


def is_value(facet: str, value: str) -> bool:
    """Say whether a facet has such a value at all, whatever the library holds."""
    if facet == KIND:
        return value in KINDS
    if facet == LABEL:
        return value in set(Label)
    return vocabulary.is_known(facet, value)


def name_of(facet: str, value: str) -> str:
    """Return what people read for a value."""
    if facet == KIND:
        return str(KINDS.get(value, value))
    return f"TLP:{value}" if facet == LABEL else vocabulary.name(facet, value)


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


def _number(text: str, low: int, high: int) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= 5
    return int(text) if is_number and low <= int(text) <= high else None


def _year(query: QueryDict, name: str, notes: list[str]) -> int | None:
    text = query.get(name, "").strip()
    year = _number(text, EARLIEST, LATEST)
    if text and year is None:
        notes.append(_("A year was left out. Write it with four digits, such as 2020."))
    return year


def _page(query: QueryDict, notes: list[str]) -> int:
    text = query.get("page", "")
    page = _number(text, 1, MOST_PAGES)
    if text and page is None:
        notes.append(_("There is no such page of the list. You see the first one."))
    return page or 1


def _one_of(query: QueryDict, name: str, known: dict[str, Any], notes: list[str]) -> str:
    text = query.get(name, "")
    if text and text not in known:
        notes.append(_("This order is not known. The usual one is used."))
    return text if text in known else ""
