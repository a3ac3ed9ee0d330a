"""The label of a record: by the rules of ``portal.markings``, and seen by searches at once."""

from typing import Any

from django.db import transaction

from community.library import lowering
from community.library.editing import may_change
from community.library.models import Publication
from portal.markings.labels import is_lower
from portal.markings.models import LoweringRequest
from portal.markings.services import lower_label, set_label
from portal.permissions import membership_of
from portal.shared import clock
from portal.shared.errors import NotAllowed


@transaction.atomic
def become_source(*, actor: Any, publication: Publication) -> Publication:
    """Make who works on a record that is nobody's its source, with her organisation.

    That is: a record just made in the studio, or one that came with the site without a source.
    What has a source is left alone. Raises NotAllowed.
    """
    found = Publication.objects.select_for_update().filter(pk=publication.pk).first()
    if found is None:
        raise NotAllowed
    if found.source_id is None and found.marked_by_id is None:
        membership = membership_of(actor)
        found.marked_by = actor
        found.source = membership.organisation if membership else None
        found.save(update_fields=["marked_by", "source"])
    return found


@transaction.atomic
def relabel(*, actor: Any, publication: Publication, label: str, reason: str = "") -> bool:
    """Set a stricter label, or lower it as its source with a reason and a fresh second factor.

    Say whether it is done: RED waits for a second person (``lowering``). Raises NotAllowed,
    Invalid, step_up.Needed, Conflict.
    """
    if not may_change(actor, publication):
        raise NotAllowed
    if is_lower(label, publication.label):
        return lower(actor=actor, publication=publication, label=label, reason=reason)
    set_label(actor=actor, thing=publication, label=label)
    _changed(publication)
    return True


@transaction.atomic
def lower(*, actor: Any, publication: Publication, label: str, reason: str) -> bool:
    """Lower a label as its source, whatever else she may do with the record; else as ``relabel``.

    Raises NotAllowed for anybody else.
    """
    found = lower_label(actor=actor, thing=publication, label=label, reason=reason)
    if isinstance(found, LoweringRequest):
        lowering.tell(publication, found)
        return False
    _changed(publication)
    return True


def _changed(publication: Publication) -> None:
    now = Publication.objects.filter(pk=publication.pk).first()
    if now is not None:
        now.changed = clock.now()
        now.save(update_fields=["label", "changed"])
