"""Whom an AMBER case meeting is given to by name, beside the organiser's own organisation."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.events.models import Meeting
from community.events.permissions import managed
from community.events.places import locked, tell
from portal.accounts.models import User
from portal.markings import services as markings
from portal.permissions import is_member
from portal.shared.errors import Invalid, NotAllowed


@transaction.atomic
def name_reader(*, actor: Any, meeting: Meeting, address: str) -> None:
    """Let a member of another organisation know of a case meeting; she is told.

    Raises NotAllowed for others than its source, Invalid where there is no such member.
    """
    meeting = locked(meeting)
    if not managed(actor).filter(pk=meeting.pk).exists():
        raise NotAllowed
    person = User.objects.filter(email__iexact=address.strip()).first()
    if person is None or person.pk == actor.pk or not is_member(person):
        sentence = _("There is no other member with this address.")
        raise Invalid(sentence, {"address": sentence})
    markings.give(actor=actor, thing=meeting, person=person)
    tell(person, meeting)
