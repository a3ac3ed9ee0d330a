"""Finds members to write to."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from community.ids import user_name
from community.permissions import contacts_of, known_to, members_in_force
from community.rooms.queries import masters_of
from portal.shared.text import plain, search_terms

MOST = 10  # people of one answer
MOST_WORDS = 5
SHORTEST = 2  # characters of what is asked for


def search(user: Any, text: str) -> list[dict[str, Any]]:
    """Return members she may contact, by name: ``user``, ``name``, ``organisation``, ``country``
    (its name in the language of the request), ``ready`` (has published a master key).

    Every word stands in the name of the person or begins a word of the organisation's. Two to
    three queries.
    """
    rows = named(contacts_of(user), text).select_related("membership__organisation__country")
    people = list(rows.exclude(name="").order_by("name", "pk")[:MOST])
    keys = masters_of(person.pk for person in people)
    return [_row(person, ready=person.pk in keys) for person in people]


def cards(user: Any, public_ids: Iterable[uuid.UUID]) -> list[dict[str, Any]]:
    """Return the same of people she already knows: members of her rooms, people she may contact,
    herself; others are simply absent. Who is no member any more is left out as well."""
    known = known_to(user, public_ids)
    rows = members_in_force().filter(pk__in=[person.pk for person in known.values()])
    people = list(rows.select_related("membership__organisation__country").order_by("name", "pk"))
    keys = masters_of(person.pk for person in people)
    return [_row(person, ready=person.pk in keys) for person in people]


def named(people: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Return those of the people that every word fits: their name, or their organisation's."""
    for word in text.split()[:MOST_WORDS]:
        people = people.filter(_word(word))
    return people


def _word(word: str) -> Q:
    found = Q()
    # SQLite compares letters without case in ASCII alone: the usual forms are asked for as well.
    for form in {word, word.lower(), word.title(), word.upper()}:
        found |= Q(name__icontains=form)
    for term in search_terms(word):
        found |= Q(membership__organisation__found_by__contains=f" {term}")
    return found


def tidy(name: str) -> str:
    """Return a name as a signed list takes it (``roster_rules.is_clean``)."""
    return " ".join(plain(name).split())


def _row(person: Any, *, ready: bool) -> dict[str, Any]:
    organisation = person.membership.organisation
    return {
        "user": user_name(person.public_id),
        "name": tidy(person.name),
        "organisation": organisation.name,
        "country": str(organisation.country),
        "ready": ready,
    }
