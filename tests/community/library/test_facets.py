"""Counts equal those made by hand over all records a person may see, and nothing leaks."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.bits import Order, bits_of, keys_of
from community.library import asking, finding, index, memory
from community.library.asking import NAMES
from community.library.models import Publication
from community.library.permissions import may_open, may_see
from portal.markings.models import Reader
from portal.shared import clock
from tests import people
from tests.community.library.finds import record, verified

WORDS = ("marking", "tracing", "parcel")
TERMS = {
    "language": ["en", "fr", "ar"], "topic": ["research", "cases"], "region": ["sahel", "europe"],
    "country": ["SN", "GT"], "instrument": ["att", "untoc"],
}  # fmt: skip
LABELS = ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED", ""]
# What is most likely to be got wrong comes most often: AMBER that may be asked for.
OFTEN = [*LABELS, "AMBER", "AMBER", "AMBER"]
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "label": st.sampled_from(OFTEN), "kind": st.sampled_from(["study", "report", "film"]),
            "year": st.sampled_from([None, 1999, 2005, 2020]), "live": st.sampled_from([True, True, True, False]),
            "asked_for": st.sampled_from([True, True, False]), "source": st.sampled_from([None, 0, 1]),
            "marked_by": st.sampled_from([None, 0, 1]), "reader": st.sampled_from([None, 0, 1, 2]),
            "title": st.sampled_from(WORDS), "file": st.sampled_from(["", *WORDS]),
            "terms": st.fixed_dictionaries(
                {name: st.lists(st.sampled_from(values), unique=True) for name, values in TERMS.items()}
            ),
        }
    ),
    min_size=2,
    max_size=8,
)  # fmt: skip


def few(values: list[str]) -> Any:
    """Nothing chosen, mostly; else one or two values."""
    return st.one_of(st.just([]), st.just([]), st.lists(st.sampled_from(values), max_size=2))


ASKED = st.fixed_dictionaries(
    {
        "q": st.sampled_from(["", *WORDS, *WORDS]), "kind": few(["study", "film"]),
        "label": few(LABELS[:-1]),
        "from": st.sampled_from(["", "2000"]), "to": st.sampled_from(["", "2010"]),
        **{name: few(values) for name, values in TERMS.items()},
    }
)  # fmt: skip


def values_of(row: Publication, facet: str) -> set[str]:
    """What a record has in a facet, by hand."""
    if facet == "kind":
        return {row.kind}
    if facet == "label":
        return {row.label or "AMBER"}
    found = {term.value for term in row.terms.all() if term.facet == facet}
    return found | {one.language for one in row.editions.all()} if facet == "language" else found


def fits(user: Any, row: Publication, asked: asking.Asked, but: str = "") -> bool:
    """Whether a record is found, by hand; without what is chosen in the facet ``but``."""
    if not may_see(user, row):
        return False
    words = [text.title for text in row.texts.all()]
    if may_open(user, row):
        words += [one.text for one in row.editions.all()]
    if not all(term in " ".join(words) for term in asked.terms):
        return False
    if but != "years" and asked.start and (row.year or 0) < asked.start:
        return False
    if but != "years" and asked.end and not (row.year and row.year <= asked.end):
        return False
    return all(
        set(values) & values_of(row, facet)
        for facet, values in asked.chosen.items()
        if facet != but
    )


class TestCounts(TestCase):
    """People of two organisations, a visitor, an unverified member, a courier's learner."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.offices = [people.organisation("Here"), people.organisation("There", "GT")]
        cls.members = [people.member(of=office) for office in cls.offices]
        cls.people: list[Any] = [
            AnonymousUser(), *map(verified, cls.members), people.member(of=cls.offices[0]),
            verified(people.member(of=cls.offices[0], tier="courier")),
            verified(people.member(of=cls.offices[1])),
        ]  # fmt: skip

    def make(self, rows: list[dict[str, Any]]) -> list[Publication]:
        made = []
        with index.held():
            for row in rows:
                office, by = row["source"], row["marked_by"]
                made.append(
                    record(
                        row["title"], row["label"], kind=row["kind"], year=row["year"],
                        live=row["live"], asked_for=row["asked_for"], terms=row["terms"],
                        file_text=row["file"],
                        source=None if office is None else self.offices[office],
                        marked_by=None if by is None else self.members[by],
                    )
                )  # fmt: skip
                self.lend(made[-1], row["reader"])
        return made

    def lend(self, row: Publication, to: int | None) -> None:
        if to is None:
            return
        whom = {"organisation": self.offices[1]} if to == 2 else {"person": self.members[to]}
        Reader.objects.create(
            kind="community.publication", key=str(row.pk), given_at=clock.now(), **whom
        )

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(ROWS, ASKED)
    def test_counts_are_those_made_by_hand(self, rows: Any, query: Any) -> None:
        memory.forget()
        made = self.make(rows)
        parts = QueryDict(mutable=True)
        for name, value in query.items():
            parts.setlist(name, value if isinstance(value, list) else [value])
        asked = asking.read(parts)
        for user in self.people:
            user.__dict__.pop("_membership", None)
            self.check(user, made, asked)

    def check(self, user: Any, made: list[Publication], asked: asking.Asked) -> None:
        found = finding.find(user, asked, "en")
        expected = [row for row in made if fits(user, row, asked)]
        assert found.total == len(expected)
        assert set(found.keys) == {row.pk for row in expected}
        known = [row for row in made if may_see(user, row)]
        for facet in NAMES:
            values = {value for row in known for value in values_of(row, facet)}
            under = [row for row in made if fits(user, row, asked, facet)]
            by_hand = {v: sum(v in values_of(row, facet) for row in under) for v in values}
            assert found.counts[facet] == by_hand, facet
        dated = [row for row in made if row.year and fits(user, row, asked, "years")]
        decades = {row.year // 10 * 10 for row in dated}
        assert found.decades == {
            one: sum(row.year // 10 * 10 == one for row in dated) for one in decades
        }
        assert finding.count(user, asked) == found.total
        assert set(finding.latest(user, 99)) == {row.pk for row in known}


def test_bits_and_back() -> None:
    for keys in ([], [0], [1, 2, 3], [64, 7, 100_000]):
        assert keys_of(bits_of(keys)) == sorted(keys)


@pytest.mark.parametrize("bits", [0, 0b1011])
def test_order_gives_parts(bits: int) -> None:
    order = Order([("c", 3), ("a", 1), ("b", 0)])
    assert order.part(bits, 0, 5) == ([3, 1, 0] if bits else [])
    assert order.part(bits, 1, 2) == ([1] if bits else [])
