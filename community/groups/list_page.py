"""The list of groups: hers, and those she may join; searched by words, narrowed by facets.

Groups are hundreds at most: the names and purposes of those a person may know of are read in one
query and compared in memory, so that every count comes from the same rows as the list.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.utils.translation import get_language

from community.groups import asking, permissions
from community.groups.asking import KIND, NAMES, REGION, Asked
from community.groups.models import Group, GroupMember
from community.groups.rules import way_in
from community.library.kinds import TOPIC
from portal.languages.table import direction
from portal.shared.text import search_text

PER_PAGE = 20
SHOWN = 240  # characters of a purpose in a list


@dataclass(frozen=True)
class Row:
    """A group in a list. ``way`` is what the person can do next (``rules.way_in``)."""

    group: Group
    way: str
    leads: bool
    members: int
    facts: list[str] = field(default_factory=list)
    purpose: str = ""
    language: str = ""  # of name and purpose, where it is not the page's
    direction: str = ""


def page(user: Any, asked: Asked) -> dict[str, Any]:
    """Return what the template shows. Nothing in it knows of a group she may not know of."""
    places = {row.group_id: row for row in permissions.places_of(user)}
    groups = list(permissions.visible(user))
    mine = [group for group in groups if group.pk in places]
    others = [group for group in groups if group.pk not in places]
    worded = _with_words(others, asked)
    found = [group for group in worded if _fits(group, asked)]
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(asked.page, pages)
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    counts = _members([*mine, *shown])
    rows = [row_of(group, places.get(group.pk), counts) for group in [*mine, *shown]]
    return {
        "asked": asked,
        "error": asked.error,
        "invited": [row for row in rows if row.way == "answer"],
        "waiting": [row for row in rows if row.way == "withdraw"],
        "mine": [row for row in rows if row.way == "in"],
        "rows": rows[len(mine) :],
        "others": len(others),
        "total": len(found),
        "facets": [_facet(name, asked, others, worded) for name in NAMES],
        "chips": _chips(asked),
        "number": number,
        "pages": pages,
        "previous": asked.query(page=number - 1) if number > 1 else "",
        "next": asked.query(page=number + 1) if number < pages else "",
        "answers": list(permissions.answers_to(user).select_related("group")),
        "may_make": permissions.may_make(user),
    }


def row_of(group: Group, place: GroupMember | None, counts: dict[int, int]) -> Row:
    """Return a group as a row."""
    own = group.language == (get_language() or "en")
    return Row(
        group=group,
        way=way_in(group, place),
        leads=place is not None and place.leads,
        members=counts.get(group.pk, 0),
        facts=facts_of(group),
        purpose=_short(group.purpose),
        language="" if own else group.language,
        direction="" if own else direction(group.language),
    )


def facts_of(group: Group) -> list[str]:
    """Return kind, region and theme in words."""
    values = [(KIND, group.kind), (REGION, group.region_id), (TOPIC, group.topic)]
    return [asking.name_of(name, value) for name, value in values if value]


def _members(groups: list[Group]) -> dict[int, int]:
    """Count who is in each group today; one query."""
    rows = GroupMember.objects.filter(group__in=groups, state=GroupMember.State.IN)
    counted = permissions.in_force(rows).order_by().values("group").annotate(number=Count("pk"))
    return {row["group"]: row["number"] for row in counted}


def members_in(group: Group) -> int:
    """Count who is in a group today."""
    return _members([group]).get(group.pk, 0)


def _value(group: Group, facet: str) -> str:
    return {KIND: group.kind, REGION: group.region_id or "", TOPIC: group.topic}[facet]


def _with_words(groups: list[Group], asked: Asked) -> list[Group]:
    """Return the groups all words of a query stand in: name, purpose, or what they are called."""
    if asked.error or not asked.terms:
        return [] if asked.error else groups
    found = []
    for group in groups:
        text = search_text(f"{group.name} {group.purpose} {' '.join(facts_of(group))}")
        if all(f" {term}" in f" {text}" for term in asked.terms):
            found.append(group)
    return found


def _fits(group: Group, asked: Asked, *, but: str = "") -> bool:
    return all(
        not asked.values(name) or _value(group, name) in asked.values(name)
        for name in NAMES
        if name != but
    )


def _facet(name: str, asked: Asked, groups: list[Group], worded: list[Group]) -> dict[str, Any]:
    """Return a facet with what each value would leave under everything chosen elsewhere."""
    counts = dict.fromkeys((_value(group, name) for group in groups), 0)
    counts |= dict.fromkeys(asked.values(name), 0)
    for group in worded:
        if _fits(group, asked, but=name):
            counts[_value(group, name)] += 1
    options = [
        {
            "value": value, "label": asking.name_of(name, value), "count": count,
            "checked": value in asked.values(name),
        }
        for value, count in counts.items() if value
    ]  # fmt: skip
    options.sort(key=lambda row: (not row["checked"], -int(str(row["count"])), str(row["label"])))
    return {"name": name, "title": asking.TITLES[name], "options": options}


def _chips(asked: Asked) -> list[dict[str, str]]:
    chosen = [("q", "", f"“{asked.text}”")] if asked.text else []
    for name in NAMES:
        chosen += [(name, value, asking.name_of(name, value)) for value in asked.values(name)]
    return [
        {"label": words, "remove_url": f"?{asked.without(name, value).query()}"}
        for name, value, words in chosen
    ]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else line[:SHOWN].rsplit(" ", 1)[0] + " …"
