"""The record in words: what happened, to what, and the few facts beside it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.audit.events import EVENTS
from portal.audit.models import AuditRow
from portal.files.models import StoredFile
from portal.markings.labels import Label
from portal.organisations import regions
from portal.organisations.models import FocalPoint
from portal.roles.models import Role
from portal.vetting.models import Application, Tier

FACTS: Mapping[str, str | Promise] = {
    "address": _("network address"),
    "answer": _("answer"),
    "change": _("kind of change"),
    "copy": _("with a readable copy"),
    "copy_number": _("number on the copy"),
    "count": _("how many"),
    "course": _("course"),
    "decision": _("decision"),
    "digest": _("fingerprint of the terms"),
    "ends": _("last day"),
    "event": _("looked for"),
    "events": _("messages"),
    "factor": _("second factor"),
    "files": _("files"),
    "from": _("from message"),
    "function": _("function"),
    "hold": _("reason"),
    "into": _("kept organisation"),
    "kind": _("kind"),
    "keys": _("keys in backups"),
    "known": _("known browser"),
    "label": _("label"),
    "language": _("language"),
    "left": _("left"),
    "moved": _("moved"),
    "old": _("label before"),
    "organisation": _("organisation"),
    "proposal": _("first decision"),
    "receipts": _("read positions shown"),
    "red": _("people who agreed to RED"),
    "refused": _("refused rows"),
    "region": _("region"),
    "retention": _("days kept"),
    "role": _("role"),
    "size": _("size in bytes"),
    "state": _("state"),
    "terms": _("version of the terms"),
    "tier": _("membership"),
    "to": _("to message"),
    "transcript": _("with a transcript"),
    "type": _("type"),
    "unreadable": _("unreadable messages"),
    "until": _("until"),
    "up_to": _("up to message"),
    "version": _("version"),
    "way": _("way"),
    "where": _("where"),
    "why": _("why"),
}
PLAIN: Mapping[str, str | Promise] = {
    "app": _("app code"),
    "approve": _("approve"),
    "confirmed": _("confirmed"),
    "declined": _("declined"),
    "drafting": _("Expert drafting group"),
    "ended": _("ended"),
    "host": _("Host"),
    "invitation": _("invitation"),
    "member": _("Member"),
    "named": _("named"),
    "observer": _("Observer"),
    "passkey": _("passkey"),
    "password": _("password"),
    "records": _("Records officer"),
    "recovery": _("recovery code"),
    "refuse": _("refuse"),
    "reset": _("link by mail"),
    "suspended": _("suspended"),
    "theme": _("theme"),
}
THINGS: Mapping[str, str | Promise] = {
    "community.device": _("Device for sealed messages"),
    "community.group": _("Group"),
    "community.paper": _("Paper"),
    "community.publication": _("Publication"),
    "community.report": _("Report of a message"),
    "community.space": _("Discussion space"),
    "community.topic": _("Topic of a discussion"),
    "community.post": _("Post of a discussion"),
    "community.room": _("Room"),
    "portal.application": _("Application"),
    "portal.focalpoint": _("Focal point"),
    "portal.identitycheck": _("Proof of identity"),
    "portal.invitation": _("Invitation"),
    "portal.invitationbatch": _("Group of invitations"),
    "portal.loweringrequest": _("Request to lower a label"),
    "portal.membership": _("Membership"),
    "portal.organisation": _("Organisation"),
    "portal.rolegrant": _("Role"),
    "portal.storedfile": _("File"),
    "portal.user": _("Account"),
}
CHOICES: Mapping[str, Mapping[str, Any]] = {
    "function": dict(FocalPoint.Function.choices),
    "label": {row.value: row.tlp for row in Label},
    "old": {row.value: row.tlp for row in Label},
    "role": dict(Role.choices),
    "state": dict(Application.State.choices) | dict(StoredFile.State.choices),
    "tier": dict(Tier.choices),
}


@dataclass(frozen=True)
class Entry:
    """One row as people read it. ``actor`` and ``about`` are names, "" for nobody."""

    number: int
    at: Any
    words: str
    actor: str
    about: str
    thing: str
    key: str
    facts: list[tuple[str, str]]


def fact_words(name: str, value: Any) -> tuple[str, str]:
    """Return a fact as (what, value), both in the reader's language."""
    what = str(FACTS.get(name, name))
    if isinstance(value, bool):
        return what, gettext("yes") if value else gettext("no")
    if name == "event" and value in EVENTS:
        return what, str(EVENTS[value].words)
    text = str(value)
    if name == "region":
        return what, regions.name(text)
    return what, str(CHOICES.get(name, {}).get(text) or PLAIN.get(text) or text)


def thing_words(thing: str) -> tuple[str, str]:
    """Return what kind of thing a row names, and its key; ("", "") for none."""
    label, _colon, key = thing.partition(":")
    if not label:
        return "", ""
    if label in THINGS:
        return str(THINGS[label]), key
    try:
        return str(apps.get_model(label)._meta.verbose_name).capitalize(), key
    except (LookupError, ValueError):
        return label, key


def entry(row: AuditRow, names: Mapping[str, str]) -> Entry:
    """Return a row in words. A person who is not in ``names`` is named by the id."""
    event = EVENTS.get(row.event)
    thing, key = thing_words(row.thing)
    facts = json.loads(row.body)["facts"]
    return Entry(
        number=row.number,
        at=row.at,
        words=str(event.words) if event else row.event,
        actor=names.get(row.actor, row.actor),
        about="" if row.about == row.actor else names.get(row.about, row.about),
        thing="" if row.thing == f"portal.user:{row.about or row.actor}" else thing,
        key=key,
        facts=[fact_words(name, value) for name, value in facts.items() if value not in ("", None)],
    )
