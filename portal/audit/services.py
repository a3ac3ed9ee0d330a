"""Writes the record. Called by services inside the transaction of the deed itself."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from portal.audit.events import EVENTS
from portal.audit.models import AuditHead, AuditRow
from portal.shared import clock

Fact = str | int | bool | None


def canonical(body: Mapping[str, Any]) -> str:
    """Return JSON with sorted keys and no spaces: equal bodies give equal bytes (RFC 8785's aim)."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chain(previous: str, body: str) -> str:
    """Return the hash of a row: SHA-256 (hex) of the previous hash, a line feed and the body."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def name_of(thing: models.Model | None) -> str:
    """Return how the record names a thing: its model and its public id, else its primary key."""
    if thing is None:
        return ""
    return f"{thing._meta.label_lower}:{getattr(thing, 'public_id', None) or thing.pk}"


def record(
    event: str,
    *,
    actor: Any = None,
    about: Any = None,
    thing: models.Model | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> AuditRow:
    """Append one deed to the record, in the transaction of the deed.

    ``event`` is a name in ``portal.audit.events``; ``actor`` who did it (None: the site itself or
    nobody signed in), ``about`` the person it concerns. ``facts`` are short values that are no
    content: states, labels, counts, ids; never a text that a person wrote, an address or a secret.

    Raises ValueError for an unknown event, a fact the event does not list, or a long fact; and
    TransactionManagementError outside a transaction.
    """
    known = EVENTS.get(event)
    if known is None:
        raise ValueError(f"{event} is not in portal.audit.events")
    facts = dict(facts or {})
    if unknown := set(facts) - set(known.facts):
        raise ValueError(f"{event} does not list the facts {sorted(unknown)}")
    if any(isinstance(value, str) and len(value) > 100 for value in facts.values()):
        raise ValueError("a fact is short: the record holds no content")
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the record is written with the deed")
    head = AuditHead.objects.select_for_update().get_or_create(id=1)[0]
    moment = clock.now()
    body = {
        "number": head.number + 1,
        "at": moment.isoformat(timespec="microseconds"),
        "event": event,
        "actor": str(getattr(actor, "public_id", "") or ""),
        "about": str(getattr(about, "public_id", "") or ""),
        "thing": name_of(thing),
        "facts": facts,
    }
    text = canonical(body)
    row = AuditRow.objects.create(
        number=body["number"],
        at=moment,
        event=event,
        actor=body["actor"],
        about=body["about"],
        thing=body["thing"],
        body=text,
        previous=head.hash,
        hash=chain(head.hash, text),
    )
    head.number, head.hash = row.number, row.hash
    head.save(update_fields=["number", "hash"])
    return row
