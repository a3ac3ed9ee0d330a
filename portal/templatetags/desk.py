"""The sections of the staff area that a person may open."""

from dataclasses import dataclass, replace

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.permissions import has_role, may_read_record
from portal.roles.models import Role

register = template.Library()

APPROVERS = (Role.FOCAL_POINT, Role.ADMINISTRATOR)
SECTIONS: tuple[tuple[str, Promise, tuple[str, ...]], ...] = (
    ("vetting_queue", _("Applications"), APPROVERS),
    ("people", _("People and roles"), APPROVERS),
    ("organisations_desk", _("Organisations"), APPROVERS),
    ("invitations", _("Invitations"), (*APPROVERS, Role.TRAINER)),
    ("moderation", _("Reported messages"), APPROVERS),
    ("record", _("Record"), (Role.ADMINISTRATOR,)),
    ("operation", _("Operation"), (Role.ADMINISTRATOR,)),
)
WHOLE_SITE = ("record", "operation")  # not for administrators of a part


@dataclass(frozen=True)
class Section:
    """One entry of the staff area's menu; ``current``: what ``aria-current`` says, or ""."""

    name: str
    url: str
    current: str = ""


@register.simple_tag(takes_context=True)
def desk_sections(context: Context) -> list[Section]:
    """Return the sections for the reader, in a fixed order."""
    request = context.get("request")
    if request is None:
        return []
    found = []
    for place, name, roles in SECTIONS:
        if not has_role(request.user, *roles):
            continue
        if place in WHOLE_SITE and not may_read_record(request.user):
            continue
        try:
            found.append(Section(str(name), reverse(place)))
        except NoReverseMatch:
            continue
    # The queue's address is the beginning of all others: the longest that fits is where we are.
    here = max((row.url for row in found if request.path.startswith(row.url)), key=len, default="")
    kind = "page" if request.path == here else "true"
    return [replace(row, current=kind if row.url == here else "") for row in found]
