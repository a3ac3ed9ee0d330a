"""Writes the record. Called by services inside the transaction of the deed itself."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from portal.audit.chain import canonical, chain
from portal.audit.events import EVENTS
from portal.audit.models import AuditHead, AuditRow
from portal.shared import clock

Fact = str | int | bool | None

LONGEST_FACT = 100


def name_of(thing: models.Model | None) -> str:
    """Return how the record names a thing: its model and the id said to people, else its key."""
    if thing is None:
        return ""
    number = getattr(thing, "number", None)
    key = getattr(thing, "public_id", None) or (number if isinstance(number, str) else thing.pk)
    return f"{thing._meta.label_lower}:{key}"


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

    The end of the record is locked until the transaction ends, so take every other lock first.
    Costs three queries. Raises ValueError for an unknown event, a fact the event does not list or
    that may be content; TransactionManagementError outside a transaction.
    """
    known = EVENTS.get(event)
    if known is None:
        raise ValueError(f"{event} is not in portal.audit.events")
    facts = _checked(event, known.facts, facts or {})
    if not transaction.get_connection().in_atomic_block:
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


def _checked(event: str, allowed: frozenset[str], facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return the facts. Raises ValueError for what might be content."""
    if unknown := set(facts) - allowed:
        raise ValueError(f"{event} does not list the facts {sorted(unknown)}")
    for name, value in facts.items():
        if not (value is None or isinstance(value, str | int)):
            raise ValueError(f"the fact {name} is neither text nor a whole number")
        if isinstance(value, str) and (len(value) > LONGEST_FACT or "@" in value):
            raise ValueError("a fact is short and no address: the record holds no content")
    return {name: _plain(value) for name, value in facts.items()}


def _plain(value: Fact) -> Fact:
    """Return a choice of a list (an enum) as its value, anything else as it is."""
    return str.__str__(value) if isinstance(value, str) else value
