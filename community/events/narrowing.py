"""The list of events under what was asked for, and beside each value how many it would show.

Counts begin with the events the reader may know of, so none tells of another. Each facet is counted
under the others that are chosen, one query each.
"""

from dataclasses import replace
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from community.events.asking import Asked
from community.events.models import Meeting, MeetingTerm, Registration
from portal.shared import clock

State = Registration.State
Facet = MeetingTerm.Facet
LANGUAGES = (Facet.SPOKEN, Facet.INTERPRETED)


def listed(rows: QuerySet[Meeting], asked: Asked, user: Any) -> QuerySet[Meeting]:
    """Return what was asked for, in the order of the list."""
    now = clock.now()
    rows = rows.filter(ends_at__lte=now) if asked.past else rows.filter(ends_at__gt=now)
    if asked.mine:
        hers = Registration.objects.filter(meeting=OuterRef("pk"), person=user.pk)
        hers = hers.exclude(state=State.DECLINED)
        rows = rows.filter(Exists(hers) | Q(organiser=user))
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.region:
        rows = rows.filter(Q(region=asked.region) | Q(region__parent=asked.region))
    if asked.language:
        rows = rows.filter(_has(asked.language, *LANGUAGES))
    if asked.topic:
        rows = rows.filter(_has(asked.topic, Facet.TOPIC))
    return rows.order_by("-starts_at", "-pk") if asked.past else rows.order_by("starts_at", "pk")


def _has(value: str, *facets: str) -> Exists:
    terms = MeetingTerm.objects.filter(meeting=OuterRef("pk"), facet__in=facets, value=value)
    return Exists(terms)


def counts(rows: QuerySet[Meeting], asked: Asked, user: Any) -> dict[str, dict[str, int]]:
    """Return facet → value → how many events of ``rows`` it would show; five queries."""

    def under(**free: Any) -> QuerySet[Meeting]:
        return listed(rows, replace(asked, **free), user).order_by()

    kinds = under(kind="").values_list("kind").annotate(Count("pk"))
    return {
        "kind": dict(kinds),
        "language": _terms(under(language=""), *LANGUAGES),
        "region": _regions(under(region="")),
        "topic": _terms(under(topic=""), Facet.TOPIC),
        "mine": {"1": under(mine=True).count()},
    }


def _terms(rows: QuerySet[Meeting], *facets: str) -> dict[str, int]:
    terms = MeetingTerm.objects.filter(meeting__in=rows.values("pk"), facet__in=facets)
    return dict(terms.values_list("value").annotate(Count("meeting", distinct=True)))


def _regions(rows: QuerySet[Meeting]) -> dict[str, int]:
    """Count an event for its region and for the one above, as the filter finds it."""
    found: dict[str, int] = {}
    groups = rows.exclude(region=None).values_list("region", "region__parent")
    for region, parent, count in groups.annotate(Count("pk")):
        for one in {region, parent}:
            found[one] = found.get(one, 0) + count
    return found
