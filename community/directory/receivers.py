"""Whatever the directory shows of a person is indexed again when it changes, wherever it stands."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from community.directory import contacts, index, services
from community.directory.models import Profile
from portal.accounts.models import User
from portal.events import listen
from portal.events.messages import MembershipEnded, MembershipStarted, RightsChanged
from portal.notifications.verbs import ask_before_mail
from portal.organisations.models import FocalPoint, Organisation
from portal.permissions import is_member
from portal.vetting.models import Membership

SHOWN = frozenset({"name", "is_active", "hold"})  # what the directory knows of an account


def _of(**person: Any) -> Any:
    return Profile.objects.filter(**person)


def account_stored(
    sender: Any, instance: User, created: bool, update_fields: Any = None, raw: bool = False,
    **rest: Any,
) -> None:  # fmt: skip
    """An account was stored: the name may be another, or it is held."""
    if not (created or raw) and (update_fields is None or SHOWN.intersection(update_fields)):
        index.touched(_of(person=instance))


def membership_stored(sender: Any, instance: Membership, raw: bool = False, **rest: Any) -> None:
    """A membership began, ended, or is of another organisation."""
    if not raw:
        index.touched(_of(person=instance.user_id))


def organisation_stored(
    sender: Any, instance: Organisation, created: bool, raw: bool = False, **rest: Any
) -> None:
    """An organisation has another name or country."""
    if not (created or raw):
        index.touched(_of(person__membership__organisation=instance))


def focal_point_changed(sender: Any, instance: FocalPoint, raw: bool = False, **rest: Any) -> None:
    """A function of an organisation is somebody else's, or was confirmed: who had it is there."""
    if not raw:
        index.touched(_of(person__membership__organisation=instance.organisation_id))


def entry_gone(sender: Any, instance: Profile, **rest: Any) -> None:
    """An entry is deleted, by itself or with its account."""
    index.tell([instance.pk])


def on_rights(message: RightsChanged | MembershipStarted | MembershipEnded) -> None:
    """Rights of a person changed, also by a deed that stores many rows at once."""
    index.touched(_of(person=message.user_id))


for _sender, _receiver in (
    (User, account_stored), (Membership, membership_stored),
    (Organisation, organisation_stored), (FocalPoint, focal_point_changed),
):  # fmt: skip
    post_save.connect(_receiver, sender=_sender, dispatch_uid=f"directory-{_sender.__name__}")
post_delete.connect(focal_point_changed, sender=FocalPoint, dispatch_uid="directory-no-focal-point")
post_delete.connect(entry_gone, sender=Profile, dispatch_uid="directory-entry-gone")
for _verb in (contacts.ASKED, contacts.ANSWERED, services.VERB):
    ask_before_mail(_verb, lambda user, key: is_member(user))
for _kind in (RightsChanged, MembershipStarted, MembershipEnded):
    listen(_kind, on_rights)
