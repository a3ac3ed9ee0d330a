"""What lists and pages show of an entry: the fields this viewer sees, and nothing of the others."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.urls import reverse

from community.directory import asking
from community.directory.kinds import (
    COUNTRY,
    EXPERTISE,
    FUNCTIONS,
    HOURS,
    LANGUAGE,
    LANGUAGES,
    MENTOR,
    MENTORING,
    NAME,
    ORGANISATION,
    POST,
    TOPIC,
    WORK,
)
from community.directory.models import Profile
from community.directory.permissions import shown_to, visible, with_place
from portal.organisations.models import FocalPoint
from portal.shared import clock

STALE = timedelta(days=365)  # an entry that nobody has confirmed for so long may be wrong


@dataclass(frozen=True)
class Card:
    """An entry as one viewer sees it. What she does not see is empty, as if it were not there."""

    public_id: Any
    url: str
    name: str
    confirmed_at: datetime
    stale: bool
    organisation: str = ""
    organisation_url: str = ""
    unit: str = ""
    post: str = ""
    country: str = ""
    country_code: str = ""
    languages: list[str] = field(default_factory=list)
    expertise: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    work: str = ""
    hours: str = ""
    mentor: bool = False
    mentor_topics: list[str] = field(default_factory=list)


def card_of(profile: Profile, fields: frozenset[str], functions: Iterable[str]) -> Card:
    """Return an entry with these fields only. Expects place and terms to be read already."""
    membership = profile.person.membership
    office = membership.organisation
    shown: dict[str, Any] = {}
    if ORGANISATION in fields:
        shown |= {"organisation": office.name, "unit": office.get_unit_display()}
        shown["organisation_url"] = reverse("community_organisation", args=[office.public_id])
    if COUNTRY in fields:
        shown |= {"country": str(office.country), "country_code": office.country_id}
    if MENTORING in fields and profile.mentor:
        shown |= {"mentor": True, "mentor_topics": terms_of(profile, MENTOR)}
    plain = {
        POST: membership.post,
        LANGUAGES: terms_of(profile, LANGUAGE),
        EXPERTISE: terms_of(profile, TOPIC),
        FUNCTIONS: [asking.name_of(asking.FUNCTION, one) for one in functions],
        WORK: profile.work,
        HOURS: profile.hours,
    }
    return Card(
        public_id=profile.public_id,
        url=reverse("members_person", args=[profile.public_id]),
        name=profile.person.name if NAME in fields else "",
        confirmed_at=profile.confirmed_at,
        stale=is_stale(profile),
        **shown,
        **{name: value for name, value in plain.items() if name in fields},
    )


def is_stale(profile: Profile) -> bool:
    """Say whether nobody has said for a year that the entry is still right."""
    return profile.confirmed_at < clock.now() - STALE


def terms_of(profile: Profile, facet: str) -> list[str]:
    """Return the names of an entry's codes, in the reader's language and alphabet."""
    known = asking.LANGUAGE if facet == LANGUAGE else asking.TOPIC
    return sorted(
        asking.name_of(known, term.value) for term in profile.terms.all() if term.facet == facet
    )


def functions_of(profiles: Iterable[Profile]) -> dict[int, list[str]]:
    """Return person → functions she is a confirmed focal point for, at the organisation she is a
    member of. One query."""
    found: dict[int, list[str]] = {}
    rows = FocalPoint.objects.filter(
        person__in=[profile.person_id for profile in profiles], confirmed_at__isnull=False,
        organisation=F("person__membership__organisation"),
    )  # fmt: skip
    for person, function in rows.order_by("function").values_list("person_id", "function"):
        found.setdefault(person, []).append(function)
    return found


def cards_of(user: Any, keys: Iterable[int]) -> list[Card]:
    """Return entries by their numbers, in that order; three queries.

    Asked of ``visible`` once more: a list that was counted a moment ago shows nothing that has
    been taken back since.
    """
    wanted = list(keys)
    if not wanted:
        return []
    rows = with_place(visible(user)).filter(pk__in=wanted).prefetch_related("terms")
    found = {row.pk: row for row in rows}
    functions = functions_of(found.values())
    return [
        card_of(found[key], shown_to(user, found[key]), functions.get(found[key].person_id, []))
        for key in wanted
        if key in found
    ]
