"""What the pages of one group show."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community.groups import permissions
from community.groups.list_page import facts_of, members_in
from community.groups.models import Group, GroupMember
from community.groups.rules import way_in
from community.groups.sections import sections_for
from community.library.keeping_page import shelf as shelf_of_rows
from community.library.keeping_permissions import shelf_of
from community.rooms.people import named
from portal.languages.table import direction
from portal.shared.text import plain

PER_PAGE = 50
MOST_FOUND = 10


def crumbs(group: Group, *rest: str) -> list[dict[str, str]]:
    """Return the way from the community to a page of a group; ``rest`` are titles below it."""
    rows = [
        {"title": _("Community"), "url": reverse("community_home")},
        {"title": _("Groups"), "url": reverse("community_groups")},
        {"title": group.name, "url": reverse("community_group", args=[group.public_id])},
    ]
    return rows + [{"title": title, "url": ""} for title in rest]


def frame(user: Any, group: Group, *rest: str) -> dict[str, Any]:
    """Return what every page inside a group shows: its sections, and where one is."""
    own = group.language == (get_language() or "en")
    return {
        "group": group,
        "crumbs": crumbs(group, *rest),
        "sections": sections_for(user, group),
        "group_language": "" if own else group.language,
        "group_direction": "" if own else direction(group.language),
    }


def overview(user: Any, group: Group) -> dict[str, Any]:
    """Return the first page of a group, for whoever may know of it."""
    place = permissions.places_of(user).filter(group=group).first()
    inside = place is not None and place.state == GroupMember.State.IN
    leads = inside and place is not None and place.leads
    asking = permissions.waiting_in(user, group).filter(state="asked") if leads else None
    context = frame(user, group) if inside else frame_outside(group)
    return context | {
        "place": place,
        "way": way_in(group, place),
        "inside": inside,
        "leads": leads,
        "facts": facts_of(group),
        "members": members_in(group),
        "leaders": _people(permissions.leaders_of([group])),
        "asking": asking.count() if asking is not None else 0,
        "answer": permissions.answers_to(user).filter(group=group).first(),
        "invited_by": place.by if place is not None and place.state == "invited" else None,
    }


def values_of(group: Group) -> dict[str, Any]:
    """Return what a leader may change, as it is."""
    return {
        "name": group.name,
        "purpose": group.purpose,
        "kind": group.kind,
        "region": group.region_id or "",
        "topic": group.topic,
        "version": group.version,
    }


def frame_outside(group: Group, *rest: str) -> dict[str, Any]:
    """Return what a page shows to somebody who is not inside: no section, no number."""
    own = group.language == (get_language() or "en")
    return {
        "group": group,
        "crumbs": crumbs(group, *rest),
        "sections": [],
        "group_language": "" if own else group.language,
        "group_direction": "" if own else direction(group.language),
    }


def _people(rows: QuerySet[GroupMember]) -> QuerySet[GroupMember]:
    rows = rows.select_related("person__membership__organisation__country")
    return rows.order_by("person__name", "pk")


def members(user: Any, group: Group, number: int) -> dict[str, Any]:
    """Return who is in the group; for a leader also who asks and who is invited."""
    leads = permissions.leads(user, group)
    found = permissions.members_of(user, group)
    total = found.count()
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(number, 1), pages)
    rows = _people(found)[(number - 1) * PER_PAGE : number * PER_PAGE]
    waiting = list(_people(permissions.waiting_in(user, group))) if leads else []
    return frame(user, group, _("Members of the group")) | {
        "leads": leads,
        "rows": rows,
        "total": total,
        "number": number,
        "pages": pages,
        "asking": [row for row in waiting if row.state == GroupMember.State.ASKED],
        "invited": [row for row in waiting if row.state == GroupMember.State.INVITED],
    }


def is_alone(user: Any, group: Group) -> bool:
    """Say whether nobody else is in the group."""
    return not permissions.members_of(user, group).exclude(person=user).exists()


def inviting(user: Any, group: Group, text: str) -> dict[str, Any]:
    """Return the members a leader found by name, whom she may invite."""
    asked = " ".join(plain(text.replace("\x00", " ")).split())[:80]
    people: Any = []
    if len(asked) > 1:
        found = named(permissions.invitable(user, group), asked)
        found = found.select_related("membership__organisation__country")
        people = found.order_by("name", "pk")[:MOST_FOUND]
    return frame(user, group, _("Invite a member")) | {
        "q": asked,
        "people": people,
        "error": _("Write at least two letters.") if len(asked) == 1 else "",
        "most": MOST_FOUND,
    }


def shelf(user: Any, group: Group, language: str) -> dict[str, Any]:
    """Return the records on the shelf of a group that this person may see."""
    found = shelf_of(user, group)
    rows = shelf_of_rows(user, found, language)["rows"] if found else []
    return frame(user, group, _("Shelf")) | {"rows": rows, "closed": group.closed_at is not None}
