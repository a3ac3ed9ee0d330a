"""The sections groups have by themselves: members, shelf, papers."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.groups.models import Group
from community.groups.paper_permissions import papers_in
from community.groups.permissions import members_of
from community.groups.sections import Entry, register
from community.library.keeping_page import counts_of
from community.library.keeping_permissions import shelf_of


def _members(user: Any, group: Group) -> Entry:
    address = reverse("community_group_members", args=[group.public_id])
    return Entry(address, members_of(user, group).count())


def _shelf(user: Any, group: Group) -> Entry:
    shelf = shelf_of(user, group)
    count = sum(counts_of(user, [shelf]).values()) if shelf else 0
    return Entry(reverse("community_group_shelf", args=[group.public_id]), count)


def _papers(user: Any, group: Group) -> Entry:
    address = reverse("community_group_papers", args=[group.public_id])
    return Entry(address, papers_in(user, group).count())


register("members", _("Members of the group"), _members, order=10)
register("shelf", _("Shelf"), _shelf, order=20)
register("papers", _("Papers"), _papers, order=30)
