"""Reading and exporting the record: both are deeds that are recorded themselves."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import step_up
from portal.audit import queries
from portal.audit.models import AuditRow
from portal.audit.services import record
from portal.permissions import may_read_record
from portal.shared import ratelimit
from portal.shared.errors import Invalid, NotAllowed, TooMany

EXPORT_ROWS = 50_000  # by the page; ``manage.py audit export`` has no bound


@transaction.atomic
def read_record(*, actor: Any, search: queries.Search, before: int | None) -> queries.Part:
    """Return one screen of the record, newest first; reading it is itself recorded.

    Raises NotAllowed unless the person is an administrator of the whole site.
    """
    if not may_read_record(actor):
        raise NotAllowed
    part = queries.part(queries.found(search), before)
    facts = {"event": search.event, "count": len(part.rows)}
    record("audit.read", actor=actor, about=search.named, facts=facts)
    return part


@transaction.atomic
def export_record(*, actor: Any, search: queries.Search) -> list[AuditRow]:
    """Return the rows that ``search`` finds, oldest first, and record that they were taken.

    Raises NotAllowed, step_up.Needed, TooMany (the limit "exports"), and Invalid for more than
    50,000 rows.
    """
    if not may_read_record(actor):
        raise NotAllowed
    step_up.require(actor)
    if wait := ratelimit.wait(f"export:{actor.pk}", "exports"):
        raise TooMany(wait)
    rows = list(queries.found(search).order_by("number")[: EXPORT_ROWS + 1])
    if len(rows) > EXPORT_ROWS:
        raise Invalid(_("These are too many entries for one file. Choose a shorter time."))
    record("audit.exported", actor=actor, about=search.named, facts={"count": len(rows)})
    return rows
