"""Sets, raises and lowers handling labels, and names readers.

The source decides (FIRST, TLP 2.0): only who marked a thing, or whose it is, lowers its label, with
a reason; RED is lowered by two people. Raising does no harm and is open to whoever may edit the
thing, which the calling service has decided.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import step_up
from portal.audit.services import record
from portal.markings.audience import in_audience, is_source, key_of, may_read, readers_of
from portal.markings.labels import FRESH, Label, is_lower, label_of
from portal.markings.models import LoweringRequest, Marked, Reader
from portal.organisations.models import Organisation
from portal.permissions import is_member, membership_of
from portal.shared import clock
from portal.shared.errors import Conflict, Invalid, NotAllowed
from portal.shared.text import plain

LONGEST_REASON = 500


def _locked(thing: Any) -> Any:
    """Return the thing as it is now, held until the end of the transaction."""
    found = type(thing)._default_manager.select_for_update().filter(pk=thing.pk).first()
    if found is None:
        raise NotAllowed
    return found


def _wanted(label: str) -> Label:
    """Return a label somebody asked for: the empty text is not one."""
    try:
        return Label(label)
    except ValueError:
        raise Invalid(_("Choose a label."), {"label": _("Choose a label.")}) from None


def _reason(text: str) -> str:
    reason = " ".join(plain(text).split())
    if not reason:
        raise Invalid(_("Say why."), {"reason": _("Say why in a sentence or two.")})
    if len(reason) > LONGEST_REASON:
        sentence = _("Use at most %(count)d characters.") % {"count": LONGEST_REASON}
        raise Invalid(sentence, {"reason": sentence})
    return reason


def _write(thing: Any, label: Label) -> None:
    thing.label = label
    thing.save(update_fields=["label"])


@transaction.atomic
def set_label(*, actor: Any, thing: Any, label: str) -> Any:
    """Give a first label, or a stricter one. What has none counts as AMBER.

    The caller has made sure that ``actor`` may edit the thing. Raises NotAllowed where she may not
    even read it, Invalid for a wider label (``lower_label`` is for that).
    """
    new, thing = _wanted(label), _locked(thing)
    if not may_read(actor, thing):
        raise NotAllowed
    if is_lower(new, thing.label):
        raise Invalid(_("Only its source may lower a label."))
    if new != thing.label:
        _write(thing, new)
        record("label.set", actor=actor, thing=thing, facts={"label": str(new)})
    return thing


@transaction.atomic
def lower_label(*, actor: Any, thing: Any, label: str, reason: str) -> Marked | LoweringRequest:
    """Lower a label as its source, with a reason and a fresh second factor.

    Returns the thing; for RED the request that a second person has to confirm. Raises NotAllowed,
    Invalid, and Conflict where another request for the same thing is open.
    """
    step_up.require(actor)
    new, thing = _wanted(label), _locked(thing)
    if not is_source(actor, thing) or not may_read(actor, thing):
        raise NotAllowed
    text = _reason(reason)
    if not is_lower(new, thing.label):
        raise Invalid(_("This label is not lower than the present one."))
    if label_of(thing.label) == Label.RED:
        return _ask(actor, thing, new, text)
    old = label_of(thing.label)
    _write(thing, new)
    record("label.lowered", actor=actor, thing=thing, facts={"old": str(old), "label": str(new)})
    return thing  # type: ignore[no-any-return]


def _ask(actor: Any, thing: Any, label: Label, reason: str) -> LoweringRequest:
    if LoweringRequest.objects.filter(**key_of(thing), decided_at=None).exists():
        raise Conflict(_("A request to lower this label is open already."))
    asked = LoweringRequest.objects.create(
        **key_of(thing), label=label, reason=reason, asked_by=actor, asked_at=clock.now()
    )
    record("label.lowering-asked", actor=actor, thing=thing, facts={"label": str(label)})
    return asked


def may_confirm(user: Any, thing: Any, asked: LoweringRequest) -> bool:
    """Say whether a person may be the second: another member, of the source or named to read."""
    membership = membership_of(user)
    if membership is None or not is_member(user) or user.pk == asked.asked_by_id:
        return False
    if thing.source_id is not None:
        return bool(membership.organisation_id == thing.source_id)
    return readers_of(thing).filter(person=user).exists()


@transaction.atomic
def decide_lowering(*, actor: Any, asked: LoweringRequest, thing: Any, granted: bool) -> Any:
    """Confirm or refuse the lowering of RED as the second person, with a fresh second factor.

    Raises NotAllowed, and Conflict where it was decided already or the label changed meanwhile.
    """
    step_up.require(actor)
    thing = _locked(thing)
    row = LoweringRequest.objects.select_for_update().filter(pk=asked.pk, **key_of(thing)).first()
    if row is None or not may_confirm(actor, thing, row):
        raise NotAllowed
    if row.decided_at is not None:
        raise Conflict(_("Somebody has decided this already."))
    old, new = label_of(thing.label), Label(row.label)
    if granted and (not is_lower(new, old) or not is_source(row.asked_by, thing)):
        raise Conflict(_("The label was changed meanwhile."))
    row.decided_by, row.decided_at, row.granted = actor, clock.now(), granted
    row.save(update_fields=["decided_by", "decided_at", "granted"])
    if granted:
        _write(thing, new)
        facts = {"old": str(old), "label": str(new)}
        record("label.lowered", actor=actor, about=row.asked_by, thing=thing, facts=facts)
    else:
        facts = {"label": str(new)}
        record("label.lowering-refused", actor=actor, about=row.asked_by, thing=thing, facts=facts)
    return thing


@transaction.atomic
def give(
    *,
    actor: Any,
    thing: Any,
    person: Any = None,
    organisation: Organisation | None = None,
    ends_at: datetime | None = None,
) -> Reader:
    """Name a reader as the source: a person (AMBER, RED) or an organisation (AMBER).

    Giving again changes the end. Raises NotAllowed for others than the source and ValueError
    unless exactly one reader is named; Invalid where the label knows no such reader.
    """
    if (person is None) == (organisation is None):
        raise ValueError("name a person or an organisation")
    thing = _locked(thing)
    if not is_source(actor, thing) or not may_read(actor, thing):
        raise NotAllowed
    label = label_of(thing.label)
    if label in FRESH:
        step_up.require(actor)
    _check_reader(label, person, organisation, ends_at)
    reader, _made = Reader.objects.update_or_create(
        **key_of(thing),
        person=person,
        organisation=organisation,
        defaults={"given_by": actor, "given_at": clock.now(), "ends_at": ends_at},
    )
    record("label.given", actor=actor, about=person, thing=thing, facts={"label": str(label)})
    return reader


def _check_reader(
    label: Label, person: Any, organisation: Organisation | None, ends_at: datetime | None
) -> None:
    if label not in {Label.AMBER, Label.RED} or (label == Label.RED and organisation is not None):
        raise Invalid(_("This label cannot be widened by naming readers."))
    if person is not None and not is_member(person):
        raise Invalid(_("Only members can be named as readers."))
    if ends_at is not None and ends_at <= clock.now():
        raise Invalid(_("The end lies in the past."), {"ends_at": _("Choose a later day.")})


@transaction.atomic
def take_back(*, actor: Any, thing: Any, reader: Reader) -> None:
    """End what was given to a reader, now. Raises NotAllowed for others than the source."""
    thing = _locked(thing)
    row = Reader.objects.select_for_update().filter(pk=reader.pk, **key_of(thing)).first()
    if row is None or not is_source(actor, thing) or not in_audience(actor, thing):
        raise NotAllowed
    record("label.taken-back", actor=actor, about=row.person, thing=thing)
    row.delete()
