"""A member's own entry: she makes it, changes it, says that it is still right, takes it away."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.directory import asking, index
from community.directory.kinds import FIELDS, LANGUAGE, MENTOR, NAME, TOPIC, Sight
from community.directory.models import Profile, ProfileTerm
from community.directory.permissions import may_look
from portal.audit.services import record
from portal.notifications.services import mark_place_read
from portal.shared import clock
from portal.shared.errors import Invalid, NotAllowed
from portal.shared.text import plain

WORK, HOURS = 600, 80  # characters
MOST_TERMS = 20  # languages, topics
VERB, PLACE = "profile-confirm", "members_mine"


@transaction.atomic
def save(
    *,
    actor: Any,
    work: str = "",
    hours: str = "",
    mentor: bool = False,
    email: str = "",
    phone: str = "",
    languages: Iterable[str] = (),
    topics: Iterable[str] = (),
    mentor_topics: Iterable[str] = (),
    **sights: str,
) -> Profile:
    """Store the entry and switch it on; ``sights`` are ``show_<field>``, all of them.

    Raises NotAllowed for who is no member, Invalid for what the directory does not know.
    """
    if not may_look(actor):
        raise NotAllowed
    row = Profile.objects.select_for_update().filter(person=actor).first()
    is_new = row is None or not row.listed
    moment = clock.now()
    row = row or Profile(person=actor, created_at=moment)
    row.listed, row.confirmed_at, row.reminded_at = True, moment, None
    row.work = _text(work, "work", WORK, lines=True)
    row.hours = _text(hours, "hours", HOURS)
    row.mentor, row.email, row.phone = mentor, email, " ".join(plain(phone).split())
    for name, sight in _sights(sights).items():
        setattr(row, f"show_{name}", sight)
    row.save()
    _keep_terms(row, {LANGUAGE: languages, TOPIC: topics, MENTOR: mentor_topics if mentor else ()})
    index.write([row.pk])
    if is_new:
        record("directory.joined", actor=actor, about=actor)
    mark_place_read(user=actor, verb=VERB, place=PLACE)
    return row


@transaction.atomic
def confirm(*, actor: Any) -> Profile:
    """Note that the entry was found right today. Raises NotAllowed where she has none."""
    row = _own(actor)
    row.confirmed_at, row.reminded_at = clock.now(), None
    row.save(update_fields=["confirmed_at", "reminded_at"])
    index.write([row.pk])
    mark_place_read(user=actor, verb=VERB, place=PLACE)
    return row


@transaction.atomic
def leave(*, actor: Any) -> None:
    """Delete the entry: nobody finds her any more. Contacts stay. Raises NotAllowed for none."""
    row = _own(actor)
    row.delete()
    record("directory.left", actor=actor, about=actor)


@transaction.atomic
def hide(*, actor: Any) -> Profile:
    """Switch the entry off and keep what stands in it. Raises NotAllowed where there is none."""
    row = _own(actor)
    row.listed = False
    row.save(update_fields=["listed"])
    index.write([row.pk])
    record("directory.left", actor=actor, about=actor)
    return row


def _own(actor: Any) -> Profile:
    row = Profile.objects.select_for_update().filter(person=actor).first()
    if row is None or not may_look(actor):
        raise NotAllowed
    return row


def _text(text: str, field: str, most: int, *, lines: bool = False) -> str:
    clean = plain(text)
    found = "\n".join(" ".join(line.split()) for line in clean.splitlines()).strip()
    found = found if lines else " ".join(found.split())
    if len(found) > most:
        sentence = _("Use at most %(count)d characters.") % {"count": most}
        raise Invalid(sentence, {field: sentence})
    return found


def _sights(sights: dict[str, str]) -> dict[str, str]:
    found = {name: sights.pop(f"show_{name}", "") for name in FIELDS}
    if sights or not set(found.values()) <= set(Sight.values) or found[NAME] == Sight.NOBODY:
        raise Invalid(_("Say for each field who may see it."))
    return found


def _keep_terms(row: Profile, terms: dict[str, Iterable[str]]) -> None:
    made = []
    for facet, values in terms.items():
        known = asking.LANGUAGE if facet == LANGUAGE else asking.TOPIC
        chosen = list(dict.fromkeys(values))
        if len(chosen) > MOST_TERMS or not all(asking.is_value(known, one) for one in chosen):
            raise Invalid(_("Choose at most %(count)d of the list.") % {"count": MOST_TERMS})
        made += [ProfileTerm(profile=row, facet=facet, value=value) for value in chosen]
    row.terms.all().delete()
    ProfileTerm.objects.bulk_create(made)
