"""The calendar of a group, as a section of its page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.events.permissions import visible
from community.groups.models import Group
from community.groups.sections import Entry, register
from portal.shared import clock


def _calendar(user: Any, group: Group) -> Entry:
    coming = visible(user).filter(group=group, ends_at__gte=clock.now(), cancelled_at=None)
    address = reverse("community_group_events", args=[group.public_id])
    return Entry(address, coming.count())


register("calendar", _("Events"), _calendar, order=40)
