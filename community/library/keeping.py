"""What a member keeps: searches, shelves with records, and records on the shelves of groups."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from community.groups.models import Group
from community.library import asking
from community.library.keeping_permissions import (
    groups_with_shelves,
    may_change,
    saved_of,
    shelves_of,
)
from community.library.models import Publication, Saved, Shelf, ShelfItem
from community.library.permissions import may_see
from portal.accounts.models import User
from portal.notifications.services import mark_place_read
from portal.permissions import is_member
from portal.shared import clock, ratelimit
from portal.shared.errors import Invalid, NotAllowed
from portal.shared.text import plain

VERB, PLACE = "library-saved", "members_saved"


def _name(text: str) -> str:
    name = " ".join(plain(text).split())
    if not 1 <= len(name) <= 120:
        raise Invalid(fields={"name": _("Write a name of at most 120 characters.")})
    return name


def _alone(actor: Any) -> None:
    """One thing at a time, so that limits and names hold. Raises NotAllowed."""
    if not is_member(actor):
        raise NotAllowed
    User.objects.select_for_update().filter(pk=actor.pk).first()


def _room_for(count: int, limit: str) -> None:
    if count >= ratelimit.get(limit).amount:
        raise Invalid(_("You have reached the largest number. Delete what you do not need."))


@transaction.atomic
def keep_search(*, actor: Any, name: str, query: str, alert: bool = False) -> Saved:
    """Keep the search a query string asks for. Raises Invalid: a name that is used or too long,
    nothing asked for, too many kept."""
    _alone(actor)
    mine, name = saved_of(actor), _name(name)
    asked = asking.read_text(query)
    if asked.is_open or asked.error:
        raise Invalid(_("Search for something first, then keep the search."))
    if mine.filter(name=name).exists():
        raise Invalid(fields={"name": _("You have a search of this name. Choose another name.")})
    _room_for(mine.count(), "saved-searches")
    return Saved.objects.create(
        person=actor, name=name, query=asked.query(), alert=alert, last_seen=clock.now()
    )


@transaction.atomic
def see(*, actor: Any, saved: Saved) -> str:
    """Note that she looks at the results now; return their query string. Raises NotAllowed."""
    _hers(actor, saved)
    saved.last_seen = clock.now()
    saved.save(update_fields=["last_seen"])
    mark_place_read(user=actor, verb=VERB, place=PLACE)
    return saved.query


@transaction.atomic
def choose_alert(*, actor: Any, saved: Saved, alert: bool) -> None:
    """Tell her of what is new, or stop telling her. Raises NotAllowed."""
    _hers(actor, saved)
    saved.alert, saved.last_seen = alert, clock.now()
    saved.save(update_fields=["alert", "last_seen"])


@transaction.atomic
def drop_search(*, actor: Any, saved: Saved) -> None:
    """Keep the search no longer. Raises NotAllowed."""
    _hers(actor, saved)
    saved.delete()


@transaction.atomic
def make_shelf(*, actor: Any, name: str) -> Shelf:
    """Make an empty shelf. Raises Invalid: a name that is used or too long, too many shelves."""
    _alone(actor)
    mine, name = shelves_of(actor), _name(name)
    if mine.filter(name=name).exists():
        raise Invalid(fields={"name": _("You have a shelf of this name. Choose another name.")})
    _room_for(mine.count(), "shelves")
    return Shelf.objects.create(person=actor, name=name)


@transaction.atomic
def rename_shelf(*, actor: Any, shelf: Shelf, name: str) -> None:
    """Give a shelf another name. Raises Invalid for one that is used or too long."""
    _hers(actor, shelf)
    _alone(actor)
    name = _name(name)
    if shelves_of(actor).filter(name=name).exclude(pk=shelf.pk).exists():
        raise Invalid(fields={"name": _("You have a shelf of this name. Choose another name.")})
    shelf.name = name
    shelf.save(update_fields=["name"])


@transaction.atomic
def drop_shelf(*, actor: Any, shelf: Shelf) -> None:
    """Take a shelf away; the records stay in the library. Raises NotAllowed."""
    _hers(actor, shelf)
    shelf.delete()


@transaction.atomic
def put(*, actor: Any, shelf: Shelf, publication: Publication) -> bool:
    """Put a record on a shelf; say whether it was not there yet.

    Raises NotAllowed for a shelf that is neither hers nor of an open group of hers, or a record
    she may not see, Invalid for a full shelf.
    """
    if not may_see(actor, publication):
        raise NotAllowed
    _alone(actor)
    _held(actor, shelf)
    if shelf.items.filter(publication=publication).exists():
        return False
    _room_for(shelf.items.count(), "shelf-records")
    ShelfItem.objects.create(shelf=shelf, publication=publication)
    return True


@transaction.atomic
def put_for_group(*, actor: Any, group: Group, publication: Publication) -> bool:
    """Put a record on the shelf of a group; the first one makes the shelf. Raises like ``put``."""
    if not groups_with_shelves(actor).filter(pk=group.pk).exists():
        raise NotAllowed
    Group.objects.select_for_update().filter(pk=group.pk).first()
    shelf = Shelf.objects.filter(group=group).first() or Shelf.objects.create(group=group)
    return put(actor=actor, shelf=shelf, publication=publication)


@transaction.atomic
def take(*, actor: Any, shelf: Shelf, publication: Publication) -> None:
    """Take a record from a shelf, her own or her group's. Raises NotAllowed."""
    _held(actor, shelf)
    shelf.items.filter(publication=publication).delete()


@transaction.atomic
def take_for_group(*, actor: Any, group: Group, publication: Publication) -> None:
    """Take a record from the shelf of a group. Raises NotAllowed, also of a closed group."""
    if not groups_with_shelves(actor).filter(pk=group.pk).exists():
        raise NotAllowed
    shelf = Shelf.objects.filter(group=group).first()
    if shelf is not None:
        take(actor=actor, shelf=shelf, publication=publication)


def _held(actor: Any, shelf: Shelf) -> None:
    """Hold a shelf that may be changed. Raises NotAllowed."""
    Shelf.objects.select_for_update().filter(pk=shelf.pk).first()
    if not may_change(actor, shelf):
        raise NotAllowed


def _hers(actor: Any, thing: Saved | Shelf) -> None:
    # A group's shelf is nobody's own: it is neither renamed nor deleted.
    if thing.person_id != actor.pk or not is_member(actor):
        raise NotAllowed
